"""A newcomer from a busy network votes without doing anything: the browser computes, or waits."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from arena.admission.request_counting import COUNTER
from arena.catalog.models import Contender, Prompt
from arena.voting.models import Vote
from tests.browser.conftest import OpenPage, wait_ready, wait_revealed, wait_until

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]


@pytest.fixture(autouse=True)
def busy_network(settings: Settings) -> Iterator[None]:
    """One newcomer of this network may vote at once; the next may not."""
    settings.TRUSTED_PROXY_COUNT = 1
    settings.LIMITS = {kind: [0, 0, 0] for kind in ("deals", "answers", "pages", "api", "keys", "bulk", "sign_ins")}
    settings.NEWCOMERS = 1
    COUNTER.forget()
    yield
    COUNTER.forget()


def test_browser_computes_and_goes_on_to_what_was_asked_for(open_page: OpenPage, arena: Arena) -> None:
    wait_ready(open_page("/vote/"))
    page = open_page("/vote/?modality=text-to-image")
    wait_ready(page)
    assert page.url.endswith("/vote/?modality=text-to-image")
    page.keyboard.press("1")
    wait_revealed(page)
    assert Vote.objects.count() == 1


def test_page_without_scripts_waits_and_goes_on(open_page: OpenPage, arena: Arena) -> None:
    wait_ready(open_page("/vote/"))
    page = open_page("/vote/", script=False)
    expect(page.locator("h1")).to_have_text("One moment")
    page.wait_for_selector(".matchup")
    page.locator("button[value=left]").click()
    wait_until(page, Vote.objects.exists)
