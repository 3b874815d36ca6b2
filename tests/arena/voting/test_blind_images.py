"""Images behind handles: for their voter only, for as long as allowed, and all alike but for their pixels."""

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image as PillowImage

from arena.catalog.models import Contender, ImageModel, Organization
from arena.generation.models import Image, Rendition
from arena.generation.renditions import BYTE_LENGTH, WIDTHS
from arena.voting.models import Matchup
from arena.voting.simulation.people import seeded
from arena.voting.tokens import read_token
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.factories import (
    make_arena,
    make_contender,
    make_generation,
    make_image_model,
    make_organization,
    make_prompt,
    make_run,
)

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


def plant() -> list[str]:
    """An arena whose every model betrays itself wherever it could: names, slugs, storage paths, originals."""
    run = make_run()
    prompts = [make_prompt() for _ in range(8)]
    words = []
    for number in range(4):
        word = f"betrayal{number}"
        words.append(word)
        organization = make_organization(slug=f"{word}-org", name=f"{word} Org")
        model = make_image_model(slug=f"{word}-model", name=f"{word} Model", organization=organization)
        contender = make_contender(slug=f"{word}-contender", name=f"{word} Contender", image_model=model)
        for prompt in prompts:
            # Renditions differ in size by model, as those of a plain and a busy style do.
            generation = make_generation(
                contender=contender, prompt=prompt, run=run, colour=(60 * number, 9, 9), seconds=float(number)
            )
            Image.objects.filter(generation=generation).update(provenance={"model": word}, format=f"W{number}")
    assert Rendition.objects.count() == 4 * 8 * len(WIDTHS)
    assert {*Contender.objects.values_list("image_model", flat=True)} == {
        *ImageModel.objects.values_list("pk", flat=True)
    }
    assert Organization.objects.filter(name__startswith="betrayal").count() == 4
    return words


def everything_before_the_vote(client: Client) -> list[tuple[str, dict[str, str], bytes, int]]:
    """Every response that a browser can get before it votes: address, headers, body, status."""
    pages = [open_vote(client)]
    have = pages[0].token
    for _ in range(2):
        pages.append(open_vote(client, f"/vote/next/?have={have}"))
        have += "," + pages[-1].token
    addresses = {"/vote/", f"/vote/next/?have={have}", "/robots.txt", "/vote/image/none/512.webp"}
    for page in pages:
        addresses |= set(re.findall(r'(?:href|src|action)="(/vote/[^"]*)"', page.html))
        addresses |= set(re.findall(r"(/vote/image/[\w-]+/\d+\.webp)", page.html))
    found = []
    for address in sorted(addresses):
        response = client.get(address)
        found.append((address, dict(response.items()), response.content, response.status_code))
    return found


def test_responses_before_the_vote_name_nobody(browser: Browser) -> None:
    words = plant()
    client = browser()
    for _ in range(2):
        responses = everything_before_the_vote(client)
        assert sum(headers.get("Content-Type") == "image/webp" for _, headers, _, _ in responses) == 18
        for address, headers, content, _ in responses:
            haystack = (address + repr(headers)).encode() + content
            cookies = repr(client.cookies).encode()
            assert not [word for word in words if word.encode() in (haystack + cookies).lower()]
        # With a history: what was revealed once does not turn up in later pages.
        send_answer(client, open_vote(client), "left")


def test_image_responses_differ_in_nothing_but_content(browser: Browser) -> None:
    plant()
    kinds: set[tuple[int, int, tuple[tuple[str, str], ...]]] = set()
    for _ in range(10):
        for address, headers, content, status in everything_before_the_vote(browser()):
            if headers.get("Content-Type") != "image/webp":
                continue
            width = int(address.rpartition("/")[2].removesuffix(".webp"))
            kinds.add((width, status, tuple(headers.items())))
            assert len(content) == BYTE_LENGTH[width]
            assert not {"ETag", "Last-Modified", "Accept-Ranges", "Content-Encoding"} & set(headers)
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert headers["X-Content-Type-Options"] == "nosniff"
    assert sorted(kind[0] for kind in kinds) == sorted(WIDTHS)


def test_guesser_on_lengths_and_headers_stays_at_chance(browser: Browser) -> None:
    plant()
    seen: list[tuple[tuple[object, ...], int]] = []
    for _ in range(8):
        for address, headers, content, _ in everything_before_the_vote(browser()):
            if "/1024.webp" in address:
                handle = address.split("/")[3]
                seen.append(((len(content), tuple(headers.items()), len(handle)), contender_of(handle)))
    seeded(5).shuffle(seen)
    half = len(seen) // 2
    learned: dict[tuple[object, ...], Counter[int]] = {}
    for feature, contender in seen[:half]:
        learned.setdefault(feature, Counter())[contender] += 1
    right = sum(
        learned[feature].most_common(1)[0][0] == contender for feature, contender in seen[half:] if feature in learned
    )
    chance = 1 / 4
    # Four standard errors: with anything to learn, nearly every guess would be right.
    assert right / half <= chance + 4 * (chance * (1 - chance) / half) ** 0.5


def contender_of(handle: str) -> int:
    matchup = Matchup.objects.filter(left_handle=read_token(handle)).first()
    if matchup is not None:
        return matchup.left.contender_id
    return Matchup.objects.get(right_handle=read_token(handle)).right.contender_id


def test_same_image_twice_is_not_the_same_bytes(browser: Browser) -> None:
    make_arena(contenders=2, prompts=1)
    contents = set()
    for _ in range(2):
        client = browser()
        for handle in open_vote(client).handles:
            contents.add(client.get(f"/vote/image/{handle}/{WIDTHS[0]}.webp").content)
    assert len(contents) == 4
