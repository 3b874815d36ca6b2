"""Which ledger pages read: the demonstration until native rows are established, and the other one by choice."""

import pytest
from django.test import Client
from django.utils.html import escape

from arena.catalog.models import Contender
from leaderboard.presentation.ledger_choice import find_usual_ledger
from tests.factories import make_category, make_prompt
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, make_contenders, make_ledger
from tests.leaderboard.pages import BOARD, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
BANNER = "These votes were cast by simulated voters"
T2I = "text-to-image"


def make_arena() -> list[str]:
    """A demonstration with 400 votes, and one vote of a visitor; returns the contenders, best first."""
    slugs = make_board(3, kind="demonstration")
    make_ledger("native")
    extend_board([Cast(slugs[0], slugs[1], "left")])
    return slugs


def pages_of(slug: str) -> list[str]:
    """Every page that shows what was voted on a contender."""
    model = Contender.objects.select_related("image_model__organization").get(slug=slug).image_model
    opened = make_prompt(slug="opened", state="open", category=make_category())
    return [
        "/", BOARD, f"{BOARD}?category=animals", f"{BOARD}matrix/", f"{BOARD}matrix/?view=list",
        f"{BOARD}history/?contender={slug}", "/models/", "/models/?sort=rank", f"/models/{model.slug}/",
        f"/organizations/{model.organization.slug}/", f"/competitions/{opened.slug}/", "/methodology/",
    ]  # fmt: skip


def native_address(page: str) -> str:
    """The address of the same page by the native ledger's votes, all else kept."""
    return f"{page}{'&' if '?' in page else '?'}ledger=native"


def test_usual_ledger_is_the_demonstration_until_a_native_row_is_established() -> None:
    assert find_usual_ledger(T2I) == "native"
    native, shown = make_ledger(), make_ledger("demonstration")
    slugs = make_contenders(2)
    append_entries(native, [Cast(*slugs, "left")])
    assert find_usual_ledger(T2I) == "native"
    extend_board(draw_votes(slugs, 20), kind="demonstration")
    extend_board([Cast(*slugs, "left")])
    assert shown.length == 0
    assert find_usual_ledger(T2I) == "demonstration"
    assert find_usual_ledger("image-editing") == "native"
    extend_board(draw_votes(slugs, 400))
    assert find_usual_ledger(T2I) == "native"


def test_every_page_shows_the_demonstration_after_a_first_vote_and_leads_to_the_vote(client: Client) -> None:
    for page in pages_of(make_arena()[0]):
        html = text_of(client.get(page, follow=True))
        assert BANNER in html, page
        chooser = html.split('<nav class="ledgers"')[1].split("</nav>")[0] if page.split("?")[0] != BOARD else ""
        if chooser:
            assert "1 vote<" in chooser, page
            assert "400 votes<" in chooser, page
            link = next(part for part in chooser.split('href="')[1:] if "Name of native" in part).split('"')[0]
            assert sorted(link.partition("?")[2].replace("&amp;", "&").split("&")) == sorted(
                native_address(page).partition("?")[2].split("&")
            )
        else:
            assert '<option value="native">Name of native (1)</option>' in html
        native = text_of(client.get(native_address(page), follow=True))
        assert BANNER not in native, page
        assert "ledger=native" in native or 'value="native" selected' in native, page


def test_pages_by_choice_lead_to_pages_by_the_same_choice(client: Client) -> None:
    slugs = make_arena()
    extend_board([Cast(slugs[0], slugs[1], "left")] * 5)
    model = Contender.objects.get(slug=slugs[0]).image_model
    for page in ("/", "/models/", BOARD, f"/organizations/{model.organization.slug}/"):
        assert f'href="/models/{model.slug}/?ledger=native"' in text_of(client.get(native_address(page))), page
        assert f'href="/models/{model.slug}/"' in text_of(client.get(page)), page
    html = text_of(client.get(f"/models/{model.slug}/?ledger=native"))
    assert f'href="{BOARD}?ledger=native"' in html
    assert escape(f"{BOARD}history/?ledger=native&contender={slugs[0]}") in html


def test_native_ledger_can_be_chosen_before_anybody_has_voted(client: Client) -> None:
    make_board(2, kind="demonstration")
    for page in ("/", "/models/", f"{BOARD}matrix/"):
        html = text_of(client.get(f"{page}?ledger=native"))
        assert BANNER not in html
        assert "Votes of this arena" in html
    assert "No votes yet" in text_of(client.get("/?ledger=native"))


def test_established_native_rows_are_shown_and_the_demonstration_by_choice(client: Client) -> None:
    slugs = make_arena()
    extend_board(draw_votes(slugs, 400))
    for page in pages_of(slugs[0]):
        assert BANNER not in text_of(client.get(page)), page
        shown = f"{page}{'&' if '?' in page else '?'}ledger=demonstration"
        assert BANNER in text_of(client.get(shown, follow=True)), page


def test_arena_without_a_demonstration_has_no_choice_of_ledgers(client: Client) -> None:
    for page in pages_of(make_board(3)[0]):
        html = text_of(client.get(page))
        assert "ledger=" not in html.replace("ledger=native&amp;modality", ""), page
        assert '<nav class="ledgers"' not in html
        assert BANNER not in html


def test_unknown_ledger_falls_away_where_only_two_can_be_chosen(client: Client) -> None:
    make_arena()
    make_ledger("imported", slug="others")
    for asked in ("nowhere", "others", "a%00b", ""):
        assert BANNER in text_of(client.get(f"/models/?ledger={asked}"))
