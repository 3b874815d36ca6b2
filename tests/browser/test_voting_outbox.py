"""A vote that was cast arrives once, whatever happens to the connection."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from arena.catalog.models import Contender, Prompt
from arena.voting.models import Vote
from tests.browser.conftest import OpenPage, wait_fetched, wait_ready, wait_revealed, wait_until

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]
ANSWERS = "**/vote/answer/**"


def outbox(page: Page) -> list[dict[str, object]]:
    kept: list[dict[str, object]] = json.loads(page.evaluate("localStorage.getItem('easel.outbox')") or "[]")
    return kept


def test_votes_cast_without_a_server_are_sent_later_once(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    wait_fetched(page, 3)
    page.route("**/*", lambda route: route.abort())
    for _ in range(3):
        wait_ready(page)
        page.keyboard.press("ArrowRight")
        expect(page.locator(".strip-message")).to_have_text("Saved here; will be sent.")
        page.keyboard.press("Enter")
    expect(page.locator(".strip-message")).to_contain_text("Waiting for the connection")
    assert len(outbox(page)) == 3
    assert not Vote.objects.exists()
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(page, lambda: Vote.objects.count() == 3 and not outbox(page))
    wait_ready(page)
    assert set(Vote.objects.values_list("outcome", flat=True)) == {"right"}


def test_vote_is_kept_over_a_reload(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.route(ANSWERS, lambda route: route.abort())
    shown = page.locator(".matchup").get_attribute("data-matchup")
    page.keyboard.press("3")
    expect(page.locator(".strip-message")).to_have_text("Saved here; will be sent.")
    page.reload()
    wait_ready(page)
    assert page.locator(".matchup").get_attribute("data-matchup") != shown
    assert [entry["id"] for entry in outbox(page)] == [shown]
    page.unroute_all()
    page.reload()
    wait_until(page, lambda: Vote.objects.filter(outcome="tie").count() == 1 and not outbox(page))


def test_vote_whose_reply_was_lost_is_sent_again_and_counts_once(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    tries: list[str] = []

    def lose_the_first_reply(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route(ANSWERS, lose_the_first_reply)
    page.keyboard.press("1")
    wait_revealed(page)
    assert len(tries) == 2
    assert Vote.objects.count() == 1
    assert outbox(page) == []


def test_vote_is_sent_when_the_page_is_left(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)

    def let_beacons_through(route: Route) -> None:
        if route.request.resource_type == "ping":
            route.continue_()
        else:
            route.abort()

    page.route(ANSWERS, let_beacons_through)
    page.keyboard.press("2")
    expect(page.locator(".strip-message")).to_have_text("Saved here; will be sent.")
    assert not Vote.objects.exists()
    page.goto("/no-such-page/")
    wait_until(page, Vote.objects.exists)
    page.unroute_all()
    page.goto("/vote/")
    wait_until(page, lambda: not outbox(page))
    assert [vote.outcome for vote in Vote.objects.all()] == ["right"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_vote_that_a_busy_server_refuses_is_sent_again(open_page: OpenPage, arena: Arena, status: int) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.route(ANSWERS, lambda route: route.fulfill(status=status), times=1)
    page.keyboard.press("1")
    said = "Yours are kept; this goes on in" if status == 429 else "Saved here; will be sent."
    expect(page.locator(".strip-message")).to_contain_text(said)
    wait_revealed(page)
    assert Vote.objects.count() == 1


def test_vote_that_can_never_count_is_dropped_with_the_reason(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    refusal = {"code": "gone", "message": "This pair is too old to count."}
    page.route(ANSWERS, lambda route: route.fulfill(status=410, json=refusal))
    page.keyboard.press("1")
    expect(page.locator(".strip-message")).to_have_text(refusal["message"])
    assert outbox(page) == []
    page.keyboard.press("Enter")
    wait_ready(page)


def test_vote_survives_a_new_csrf_token(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.evaluate("document.querySelector('form.choices [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.keyboard.press("1")
    wait_revealed(page)
    assert Vote.objects.count() == 1
