"""Images behind handles: for their voter only and for a limited time; tests/blindness tests what else they reveal."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image as PillowImage

from arena.generation.ingest.renditions import WIDTHS
from arena.voting.models import Matchup
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.factories import make_arena, make_generation, make_prompt

Browser = Callable[[], Client]
pytestmark = pytest.mark.django_db


def statuses(client: Client, page: VotePage, width: int = WIDTHS[0]) -> list[int]:
    return [client.get(f"/vote/image/{handle}/{width}.webp").status_code for handle in page.handles]


def age(**shift: float) -> None:
    for matchup in Matchup.objects.all():
        matchup.dealt_at -= timedelta(**shift)
        if matchup.closed_at:
            matchup.closed_at -= timedelta(**shift)
        matchup.save()


def test_image_while_open_serves_its_voter_any_width_any_number_of_times(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    for width in WIDTHS * 2:
        assert statuses(client, page, width) == [200, 200]
    age(hours=23.9)
    assert statuses(client, page) == [200, 200]
    age(hours=0.2)
    assert statuses(client, page) == [404, 404]


def test_image_of_another_voter_or_width_is_not_found(browser: Browser) -> None:
    make_arena()
    mine, other = browser(), browser()
    page = open_vote(mine)
    open_vote(other)
    assert statuses(other, page) == [404, 404]
    assert statuses(browser(), page) == [404, 404]
    assert statuses(mine, page, width=513) == [404, 404]
    assert mine.get(f"/vote/image/{page.token}/{WIDTHS[0]}.webp").status_code == 404
    send_answer(mine, page, "left")
    assert statuses(other, page) == [404, 404]


def test_image_after_the_vote_serves_beside_the_reveal_for_half_an_hour(browser: Browser) -> None:
    make_arena()
    client = browser()
    page = open_vote(client)
    send_answer(client, page, "left")
    age(minutes=29)
    assert statuses(client, page) == [200, 200]
    age(minutes=2)
    assert statuses(client, page) == [404, 404]


def test_image_shows_the_generation_of_its_side(browser: Browser) -> None:
    prompt = make_prompt()
    colours = {}
    for colour in ((250, 10, 10), (10, 10, 250)):
        colours[make_generation(prompt=prompt, colour=colour).pk] = colour
    client = browser()
    page = open_vote(client)
    matchup = Matchup.objects.get()
    for handle, side in zip(page.handles, (matchup.left_id, matchup.right_id), strict=True):
        content = client.get(f"/vote/image/{handle}/{WIDTHS[0]}.webp").content
        with PillowImage.open(io.BytesIO(content)) as shown:
            assert shown.convert("RGB").getpixel((9, 9)) == colours[side]
