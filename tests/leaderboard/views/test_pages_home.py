"""The home page before any vote, with boards, and with a demonstration; also methodology and status."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.catalog.models import Offering, Provider
from arena.generation.models import Attempt, Generation, Run
from arena.voting.models import Matchup, UnsealedVote, Vote, Voter, random_id
from leaderboard.models import Snapshot
from leaderboard.queries.status import read_health
from tests.factories import (
    make_category,
    make_contender,
    make_generation,
    make_image_model,
    make_prompt,
    make_run,
)
from tests.leaderboard.ledgers import draw_votes, make_ledger
from tests.leaderboard.pages import count_queries, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_home_before_any_vote_says_so_and_invites(client: Client) -> None:
    make_category(slug="animals", name="Animals")
    html = text_of(client.get("/"))
    assert "No votes yet" in html
    assert 'href="/vote/animals/"' in html
    assert html.count("button--primary") == 1


def test_home_with_nothing_at_all_still_answers(client: Client) -> None:
    assert "No votes yet" in text_of(client.get("/"))


def test_home_shows_boards_and_what_to_check(client: Client) -> None:
    make_board(7)
    html = text_of(client.get("/"))
    snapshot = Snapshot.objects.get(board__slice="overall")
    assert html.count('class="card glance') == 3
    assert html.split('id="glance-1"')[1].split("</table>")[0].count('<th scope="row">') == 5
    assert snapshot.head[:12] in html
    assert snapshot.computed_at.isoformat() in html
    assert "Demonstration." not in html


def test_home_says_that_a_demonstration_is_one(client: Client) -> None:
    make_board(2, kind="demonstration")
    assert "Demonstration." in text_of(client.get("/"))


def test_staff_find_their_pages_from_any_page(client: Client) -> None:
    links = ('href="/staff/runs/"', 'href="/admin/"')
    client.force_login(User.objects.create_user("voter"))
    assert not any(link in text_of(client.get("/")) for link in links)
    client.force_login(User.objects.create_superuser("staff"))
    assert all(link in text_of(client.get("/")) for link in links)


def test_home_shows_two_open_pictures_and_none_in_play(client: Client) -> None:
    hidden = make_prompt(title="Hidden")
    shown = make_prompt(title="Shown", state="open")
    for prompt in (hidden, shown):
        for _ in range(3):
            make_generation(prompt=prompt)
    html = text_of(client.get("/"))
    assert "Hidden" not in html
    assert "Shown" in html
    assert html.count("<img") == 2
    for generation in Generation.objects.filter(prompt=hidden):
        assert str(generation.image.public_id) not in html


def test_queries_of_home_do_not_grow_with_contenders(client: Client) -> None:
    make_board(2)
    few = count_queries(client, "/")
    extend_board(draw_votes([make_contender().slug for _ in range(5)], 200, categories=("animals", "food")))
    assert count_queries(client, "/") == few


@pytest.mark.parametrize("votes", [0, 300])
def test_methodology_states_the_values_in_force(client: Client, votes: int, settings: Settings) -> None:
    if votes:
        make_board(3, votes)
    settings.PRELIMINARY_VOTES = 77
    html = text_of(client.get("/methodology/"))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert sorted(set(ids)) == sorted(ids)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    assert "fewer than 77 rated votes" in html
    assert "8.333" in html
    assert "64 %" in html
    thresholds = "THIN_VOTES=3 PRELIMINARY_VOTES=77 PRELIMINARY_VOTERS=5 OFFICIAL_TIERS=open,settled,verified,named"
    assert f"{thresholds} uv run manage.py recompute ledger.jsonl" in html
    assert "the intervals allow for other voters and for other prompts of the same kind" in html
    if votes:
        assert Snapshot.objects.get(board__slice="overall").output_hash in html


def test_status_of_a_fresh_arena_is_good(client: Client) -> None:
    response = client.get("/status/")
    assert "Everything that is checked here works." in text_of(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_status_tells_generations_left_behind(client: Client, settings: Settings) -> None:
    late = timezone.now() - timedelta(seconds=settings.SWEEP_SECONDS * 20)
    generation = make_generation(pixels=False)
    Generation.objects.filter(pk=generation.pk).update(
        state="running", lease="00000000-0000-4000-8000-000000000000", lease_until=late
    )
    assert not read_health().sweeping
    assert "no worker sweeps" in text_of(client.get("/status/"))
    Generation.objects.filter(pk=generation.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    assert read_health().sweeping


def test_status_tells_generations_that_nobody_takes_up(client: Client, settings: Settings) -> None:
    late = timezone.now() - timedelta(seconds=settings.SWEEP_SECONDS * 20)
    host, image_model = Provider.objects.create(slug="host", name="Host"), make_image_model()
    offering = Offering.objects.create(provider=host, image_model=image_model, model_id="x")
    generation = make_generation(
        pixels=False, state="queued", finished_at=None, run=make_run(state="running"),
        contender=make_contender(image_model=image_model, offering=offering),
    )  # fmt: skip
    assert read_health().generating
    Generation.objects.filter(pk=generation.pk).update(created_at=late)
    assert "no worker generates" in text_of(client.get("/status/"))
    attempt = Attempt.objects.create(generation=generation, number=1)
    assert read_health().generating
    Attempt.objects.filter(pk=attempt.pk).update(started_at=late)
    assert not read_health().generating
    Run.objects.update(state="paused")
    assert read_health().generating


def test_status_tells_votes_that_nobody_seals(client: Client, settings: Settings) -> None:
    left, right = make_generation(pixels=False), make_generation(pixels=False)
    matchup = Matchup.objects.create(
        id=random_id(), ledger=make_ledger(), voter_key=random_id(), turn=1, prompt=left.prompt, left=left,
        right=right, left_handle=random_id(), right_handle=random_id(), propensity=0.5, policy="test",
    )  # fmt: skip
    voter = Voter.objects.create(key=matchup.voter_key, pseudonym="somebody")
    late = timezone.now() - timedelta(seconds=settings.SEAL_SECONDS * 20)
    UnsealedVote.objects.create(vote=Vote.objects.create(matchup=matchup, voter=voter, outcome="left", cast_at=late))
    assert read_health().waiting_votes == 1
    assert "no worker seals them" in text_of(client.get("/status/"))
