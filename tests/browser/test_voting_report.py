"""Reasons for a held vote, reporting a pair, and what the page does when an image was hidden meanwhile."""

import pytest
from playwright.sync_api import Locator, Page, expect

from arena.catalog.models import Category, Contender, Prompt
from arena.generation.models import Generation
from arena.voting.blindness.tokens import read_token
from arena.voting.models import Matchup, Report, Vote, VoteReason
from tests.browser.conftest import (
    PHONE,
    UNTIL_NEXT,
    OpenPage,
    on_screen,
    wait_fetched,
    wait_ready,
    wait_revealed,
    wait_until,
)

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]


def pressed(page: Page) -> Locator:
    return page.locator(".chip[aria-pressed=true]")


def test_reasons_are_sent_with_the_vote_that_they_explain(open_page: OpenPage, arena: Arena) -> None:
    Category.objects.update(reasons=["text", "looks"])
    page = open_page("/vote/", init_script=UNTIL_NEXT)
    wait_ready(page)
    wait_fetched(page, 3)
    # Before a vote there is nothing to explain, and a reason's key does nothing.
    page.keyboard.press("t")
    expect(page.locator(".why")).to_be_hidden()
    page.keyboard.press("1")
    expect(page.locator(".chip:visible")).to_have_text(["Text T", "Looks L"])
    page.keyboard.press("t")
    page.get_by_role("button", name="Looks").click()
    expect(pressed(page)).to_have_count(2)
    # Another vote has reasons of its own; one that is not offered has no key either.
    page.keyboard.press("u")
    wait_ready(page)
    page.keyboard.press("2")
    expect(pressed(page)).to_have_count(0)
    for key in ("l", "p", "t", "t"):
        page.keyboard.press(key)
    expect(pressed(page)).to_have_text(["Looks L"])
    page.keyboard.press("Space")
    wait_until(page, lambda: VoteReason.objects.exists())
    assert list(Vote.objects.values_list("outcome", "reasons__reason")) == [("right", "looks")]
    page.keyboard.press("3")
    page.keyboard.press("Space")
    wait_until(page, lambda: Vote.objects.count() == 2)
    assert VoteReason.objects.count() == 1


def test_report_takes_a_held_vote_back_and_goes_on_at_once(open_page: OpenPage, arena: Arena) -> None:
    # With the count of a session, a phone's line has the least room for what is said.
    begun = """sessionStorage.setItem('easel.session', '[{"id": "x", "category": "Food", "isCommon": null}]');"""
    page = open_page("/vote/", init_script=UNTIL_NEXT + begun, size=PHONE)
    wait_ready(page)
    wait_fetched(page, 3)
    first = on_screen(page)
    page.keyboard.press("1")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Report this pair")
    expect(dialog).to_be_visible()
    # Keys belong to the dialog now. Cancelled, the pair waits for its vote.
    page.keyboard.press("2")
    dialog.get_by_role("button", name="Cancel").click()
    assert (page.locator(".vote").get_attribute("data-state"), on_screen(page)) == ("ready", first)
    page.get_by_role("button", name="Report").click()
    dialog.get_by_role("button", name="Send the report").click()
    # It says what is still to be chosen.
    expect(dialog).to_be_visible()
    dialog.get_by_label("A name or watermark shows").check()
    dialog.get_by_label("B, the right image").check()
    dialog.get_by_label("In a few words (optional)").fill("a logo in the corner")
    dialog.get_by_role("button", name="Send the report").click()
    expect(page.locator(".strip-message")).to_have_text("Reported, thank you. Here is another pair.")
    wait_ready(page)
    strip, said = (page.locator(each).bounding_box() for each in (".strip", ".strip-message"))
    assert strip
    assert said
    assert strip["y"] <= said["y"]
    assert said["y"] + said["height"] <= strip["y"] + strip["height"]
    assert on_screen(page) != first
    wait_until(page, lambda: Report.objects.exists())
    report = Report.objects.get(pk=read_token(first))
    assert (report.kind, report.side, report.note) == ("name", "right", "a logo in the corner")
    assert not Vote.objects.exists()


def test_vote_on_a_hidden_image_is_refused_and_the_page_goes_on(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    wait_fetched(page, 3)
    first = on_screen(page)
    left = Matchup.objects.get(pk=read_token(first)).left_id
    Generation.objects.filter(pk=left).update(hidden_at="2026-11-30T00:00:00Z")
    page.keyboard.press("1")
    expect(page.locator(".strip-message")).to_have_text(
        "An image of this pair was reported and is hidden now. Vote on a new one."
    )
    wait_ready(page)
    assert on_screen(page) != first
    page.keyboard.press("1")
    wait_revealed(page)
    assert Vote.objects.count() == 1


def test_reasons_and_report_work_without_script(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", script=False)
    page.get_by_text("Why? (optional)").click()
    page.get_by_label("Anatomy").check()
    page.get_by_role("button", name="A is better").click()
    assert list(VoteReason.objects.values_list("reason", flat=True)) == ["anatomy"]
    page.get_by_role("link", name="Next pair").click()
    page.get_by_role("link", name="Report").click()
    page.get_by_label("Unsafe or offensive").check()
    page.get_by_label("Both images").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("button", name="A is better")).to_be_visible()
    assert Report.objects.get().kind == "unsafe"
