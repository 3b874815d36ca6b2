"""Which ledger pages read: the demonstration until native rows are established, or another one by choice."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils.html import escape

from arena.catalog.models import Contender
from leaderboard.models import Snapshot
from leaderboard.presentation.ledger_choice import find_usual_ledger
from tests.factories import make_category, make_prompt
from tests.leaderboard.ledgers import Cast, draw_votes, make_categories, make_contenders, make_ledger
from tests.leaderboard.pages import BOARD, extend_board, make_board, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
BANNER = "These votes were cast by simulated voters"
T2I = "text-to-image"


@written_once
def make_arena() -> list[str]:
    """A demonstration with 400 votes, and one vote by a visitor; returns the contenders, best first."""
    make_categories("animals", "food")
    slugs = make_board(3, kind="demonstration")
    make_ledger("native")
    extend_board([Cast(slugs[0], slugs[1], "left")])
    return slugs


def pages_of(slug: str) -> list[str]:
    """Every page, except boards, that shows votes on a contender."""
    model = Contender.objects.select_related("image_model__organization").get(slug=slug).image_model
    opened = make_prompt(slug="opened", state="open", category=make_category())
    return [
        "/", "/models/", "/models/?sort=rank", f"/models/{model.slug}/", f"/organizations/{model.organization.slug}/",
        f"/competitions/{opened.slug}/", "/methodology/",
    ]  # fmt: skip


def by_votes_of(ledger: str, page: str) -> str:
    """The address of the same page with another ledger's votes, otherwise unchanged."""
    return f"{page}{'&' if '?' in page else '?'}ledger={ledger}"


def choices(html: str) -> dict[str, tuple[str, dict[str, list[str]]]]:
    """The ledgers that a page offers, by name: the number of votes shown, and the query of the link."""
    (nav,) = re.findall(r'<nav class="ledgers".*?</nav>', html)
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)<span class="count">([^<]+)</span>', nav)
    return {name: (votes, parse_qs(urlsplit(unescape(url)).query)) for url, name, votes in found}


def test_usual_ledger_is_the_demonstration_until_a_native_row_is_established() -> None:
    assert find_usual_ledger(T2I) == "native"
    make_ledger("demonstration")
    make_ledger("native")
    slugs = make_contenders(2)
    extend_board([Cast(slugs[0], slugs[1], "left")])
    assert find_usual_ledger(T2I) == "native"
    extend_board(draw_votes(slugs, 20), kind="demonstration")
    assert find_usual_ledger(T2I) == "demonstration"
    assert find_usual_ledger("image-editing") == "native"
    extend_board(draw_votes(slugs, 400))
    assert find_usual_ledger(T2I) == "native"


def test_every_page_shows_the_demonstration_after_a_first_vote_and_leads_to_that_vote(client: Client) -> None:
    for page in pages_of(make_arena()[0]):
        html = text_of(client.get(page))
        assert BANNER in html, page
        chosen = parse_qs(urlsplit(page).query)
        assert choices(html) == {
            "Name of native": ("1 vote", chosen | {"ledger": ["native"]}),
            "Name of demonstration": ("400 votes", chosen),
        }, page
        native = text_of(client.get(by_votes_of("native", page)))
        assert BANNER not in native, page
        assert choices(native) == choices(html), page


def test_boards_show_the_demonstration_after_a_first_vote_and_let_choose_that_vote(client: Client) -> None:
    slugs = make_arena()
    history = f"{BOARD}?view=history&contender={slugs[0]}"
    for page in (BOARD, f"{BOARD}?category=animals", f"{BOARD}?language=en", f"{BOARD}?view=matrix", history):
        html = text_of(client.get(page))
        assert BANNER in html
        assert '<option value="demonstration" selected>Name of demonstration (400)</option>' in html
        assert '<option value="native">Name of native (1)</option>' in html
        assert BANNER not in text_of(client.get(by_votes_of("native", page)))
    redirect = client.get(f"{BOARD}?ledger=demonstration")
    assert redirect.headers["Location"] == BOARD


def test_api_reads_native_from_the_first_vote_on_as_it_promises(client: Client) -> None:
    make_arena()
    assert client.get("/api/v1/standings/").json()["ledger"] == "native"
    assert "ledger=demonstration&amp;modality=" in client.get(BOARD).content.decode()


def test_pages_by_choice_lead_to_pages_by_the_same_choice(client: Client) -> None:
    slugs = make_arena()
    extend_board([Cast(slugs[0], slugs[1], "left")] * 5)
    model = Contender.objects.get(slug=slugs[0]).image_model
    for page in ("/", "/models/", BOARD, f"/organizations/{model.organization.slug}/"):
        assert f'href="/models/{model.slug}/?ledger=native"' in text_of(client.get(by_votes_of("native", page))), page
        assert f'href="/models/{model.slug}/"' in text_of(client.get(page)), page
    html = text_of(client.get(f"/models/{model.slug}/?ledger=native"))
    assert f'href="{BOARD}?ledger=native"' in html
    assert escape(f"{BOARD}?view=history&ledger=native&contender={slugs[0]}") in html


def test_native_ledger_can_be_chosen_before_anybody_has_voted(client: Client) -> None:
    make_board(2, kind="demonstration")
    for page in ("/", "/models/", f"{BOARD}?view=matrix"):
        html = text_of(client.get(by_votes_of("native", page)))
        assert BANNER not in html
        assert "Votes of this arena" in html
    assert "No votes yet" in text_of(client.get("/?ledger=native"))


def test_established_native_rows_are_shown_and_the_demonstration_by_choice(client: Client) -> None:
    slugs = make_arena()
    extend_board(draw_votes(slugs, 400))
    for page in [BOARD, *pages_of(slugs[0])]:
        assert BANNER not in text_of(client.get(page)), page
        assert BANNER in text_of(client.get(by_votes_of("demonstration", page))), page


def test_arena_without_a_demonstration_has_no_choice_of_ledgers(client: Client) -> None:
    for page in [BOARD, *pages_of(make_board(3)[0])]:
        html = text_of(client.get(page))
        assert "ledger=" not in re.sub(r'"/api/[^"]*"', "", html), page
        assert '<nav class="ledgers"' not in html
        assert BANNER not in html


def test_unknown_ledger_falls_away_where_only_two_can_be_chosen(client: Client) -> None:
    make_arena()
    make_ledger("imported", slug="others")
    for asked in ("nowhere", "others", "a%00b", ""):
        assert BANNER in text_of(client.get(f"/models/?ledger={asked}"))


def test_link_to_a_snapshot_stays_valid_when_another_ledger_becomes_the_default(client: Client) -> None:
    slugs = make_arena()
    snapshot = Snapshot.objects.get(board__ledger__kind="demonstration", board__slice="overall").pk
    address = f"{BOARD}?at={snapshot}"
    before = text_of(client.get(address))
    assert BANNER in before
    assert f'href="{address}"' in before

    extend_board(draw_votes(slugs, 400))
    assert find_usual_ledger(T2I) == "native"
    moved = client.get(address, follow=True)
    assert moved.redirect_chain == [(f"{BOARD}?ledger=demonstration&at={snapshot}", 302)]
    assert BANNER in text_of(moved)
    assert BANNER in text_of(client.get(f"{BOARD}?view=matrix&at={snapshot}"))
