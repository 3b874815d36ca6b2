"""A vote is held before it is sent: it can be taken back blind until then, and is never lost or counted twice."""

import json
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from arena.catalog.models import Contender, Prompt
from arena.voting.models import Vote
from tests.browser.conftest import (
    UNTIL_NEXT,
    OpenPage,
    has_votes,
    on_screen,
    wait_fetched,
    wait_held,
    wait_ready,
    wait_revealed,
    wait_until,
)

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]


def outcomes() -> list[str]:
    return list(Vote.objects.order_by("cast_at").values_list("outcome", flat=True))


def posts(page: Page) -> list[str]:
    """Return a list that the page's answers are added to."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if "/vote/answer/" in one.url else None)
    return sent


def test_held_vote_is_taken_back_blind_and_cast_anew(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", init_script=UNTIL_NEXT)
    sent = posts(page)
    wait_ready(page)
    wait_fetched(page, 3)
    first = on_screen(page)
    for key, undo in (("1", "u"), ("ArrowRight", "Control+z"), ("3", "Backspace")):
        page.keyboard.press(key)
        wait_held(page)
        assert page.locator(".mat img").first.is_visible()
        assert all(contender.name not in page.content() for contender in arena[0])
        page.keyboard.press(undo)
        wait_ready(page)
        assert on_screen(page) == first
        expect(page.locator(".choice:disabled")).to_have_count(0)
    expect(page.locator(".strip-message")).to_have_text("Taken back. Nothing was sent.")
    assert sent == []
    page.get_by_role("button", name="B is better").click()
    expect(page.locator(".vote > [role=status]")).to_have_text("Voted B. Undo with U.")
    page.locator(".hold .undo").click()
    wait_ready(page)
    page.keyboard.press("4")
    # Going on ends "until the next pair"; the names are then told below the next pair.
    page.keyboard.press("Space")
    expect(page.locator(".strip-message")).to_contain_text("Sent. A was Name of")
    page.keyboard.press("u")
    expect(page.locator(".strip-message")).to_have_text("Once the names are shown, a vote stands.")
    assert on_screen(page) != first
    assert outcomes() == ["both_bad"]
    assert len(sent) == 1


def test_hold_ends_by_itself_and_the_next_pair_gives_the_last_one_back(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", init_script="", reduced_motion="reduce")
    sent = posts(page)
    wait_ready(page)
    wait_fetched(page, 3)
    first = on_screen(page)
    page.keyboard.press("1")
    wait_held(page)
    expect(page.locator(".hold-bar")).to_be_hidden()
    expect(page.locator(".hold [data-rest]")).to_contain_text(" s")
    page.keyboard.press("Space")
    wait_ready(page)
    second = on_screen(page)
    assert second != first
    page.keyboard.press("u")
    wait_ready(page)
    assert (on_screen(page), sent) == (first, [])
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    wait_ready(page)
    assert on_screen(page) == second
    # A later vote sends the earlier one.
    page.keyboard.press("3")
    wait_until(page, lambda: outcomes() == ["right"])
    # The hold of the later one ends by itself, and its names are shown in place.
    wait_revealed(page)
    assert outcomes() == ["right", "tie"]
    assert on_screen(page) == second
    page.keyboard.press("Control+z")
    expect(page.locator(".strip-message")).to_have_text("Once the names are shown, a vote stands.")
    expect(page.locator(".placard a").first).to_be_visible()


def test_held_vote_survives_leaving_and_reloading_once(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", init_script=UNTIL_NEXT)
    wait_ready(page)
    first = on_screen(page)
    page.keyboard.press("2")
    wait_held(page)
    assert not Vote.objects.exists()
    page.reload()
    wait_ready(page)
    assert on_screen(page) != first
    wait_until(page, lambda: page.evaluate("localStorage.getItem('easel.outbox')") == "[]")
    page.keyboard.press("u")
    page.keyboard.press("1")
    wait_held(page)
    page.goto("/no-such-page/")
    wait_until(page, lambda: Vote.objects.count() == 2)
    page.goto("/vote/")
    wait_until(page, lambda: page.evaluate("localStorage.getItem('easel.outbox')") == "[]")
    assert outcomes() == ["right", "left"]


def test_vote_that_a_crash_left_is_sent_once_its_time_has_passed_or_the_clock_was_set_back(
    open_page: OpenPage, arena: Arena
) -> None:
    page = open_page("/vote/", init_script=UNTIL_NEXT)
    hour = 3_600_000
    for number, change in enumerate([{"sendAt": -1}, {"at": hour, "sendAt": 2 * hour}], 1):
        wait_ready(page)
        page.keyboard.press("2")
        wait_held(page)
        (entry,) = json.loads(page.evaluate("localStorage.getItem('easel.outbox')"))
        page.keyboard.press("u")
        wait_ready(page)
        now = page.evaluate("Date.now()")
        left = [entry | {name: now + later for name, later in change.items()}]
        page.evaluate("left => localStorage.setItem('easel.outbox', left)", json.dumps(left))
        page.reload()
        wait_until(page, partial(has_votes, number))
    assert outcomes() == ["right", "right"]


def test_time_to_undo_is_chosen_by_keyboard_and_kept(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", init_script="")
    wait_ready(page)
    page.keyboard.press("?")
    choice = page.get_by_label("Time to undo a vote")
    assert choice.input_value() == "4"
    choice.focus()
    page.keyboard.type("Off")
    page.keyboard.press("Escape")
    page.reload()
    wait_ready(page)
    assert page.evaluate("localStorage.getItem('easel.undo')") == "off"
    page.keyboard.press("1")
    wait_revealed(page)
    assert outcomes() == ["left"]
