"""No vote is possible in any way before both images are decoded."""

import pytest
from playwright.sync_api import Page, Route, expect

from arena.catalog.models import Contender, Prompt
from arena.voting.models import Matchup, Vote
from tests.browser.conftest import PHONE, OpenPage, wait_ready, wait_until

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]
IMAGES = "**/vote/image/**"


def handle_of(route: Route) -> str:
    return route.request.url.split("/vote/image/")[1].split("/")[0]


class Holder:
    """Holds back every image except those of the first handle requested, until released."""

    def __init__(self) -> None:
        self.first = ""
        self.held: list[Route] = []
        self.released = False

    def __call__(self, route: Route) -> None:
        self.first = self.first or handle_of(route)
        if self.released or handle_of(route) == self.first:
            route.continue_()
        else:
            self.held.append(route)

    def release(self) -> None:
        self.released = True
        for route in self.held:
            route.continue_()


def vote_in_every_way(page: Page) -> None:
    for key in ("1", "2", "3", "4", "ArrowLeft", "ArrowRight", "s"):
        page.keyboard.press(key)
    for button in page.locator(".choice").all():
        button.dispatch_event("click")
    page.locator(".choice").first.tap(force=True)


def test_nothing_is_cast_while_one_image_is_missing(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/?first", size=PHONE, has_touch=True)
    wait_ready(page)
    holder = Holder()
    page.route(IMAGES, holder)
    page.goto("/vote/", wait_until="domcontentloaded")
    page.wait_for_selector(".vote[data-state=loading]")
    wait_until(page, lambda: bool(holder.held))
    vote_in_every_way(page)
    for image in page.locator(".mat img").all():
        expect(image).to_have_css("visibility", "hidden")
    assert page.locator(".choice:disabled").count() == 4
    assert page.evaluate("localStorage.getItem('easel.outbox')") is None
    holder.release()
    wait_ready(page)
    expect(page.locator(".mat img").first).to_be_visible()
    assert not Vote.objects.exists()
    assert not Matchup.objects.exclude(answer="").exists()


def test_image_that_fails_replaces_the_pair(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    shown = page.locator(".matchup").get_attribute("data-matchup")
    broken = (page.locator(".side img").last.get_attribute("src") or "").split("/")[3]
    page.route(f"**/vote/image/{broken}/**", lambda route: route.abort())
    page.reload()
    page.wait_for_function("id => document.querySelector('.matchup').dataset.matchup !== id", arg=shown)
    wait_ready(page)
    expect(page.locator(".strip-message")).to_have_text("An image did not load. Here is another pair.")
    wait_until(page, lambda: Matchup.objects.filter(answer="skip").count() == 1)
    assert not Vote.objects.exists()
