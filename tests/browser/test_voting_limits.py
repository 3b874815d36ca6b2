"""A voter who is too fast for the arena is told so, and no answer of theirs is lost or sent too early."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from arena.admission.request_counting import COUNTER
from arena.catalog.models import Contender, Prompt
from arena.voting.models import Vote
from tests.browser.conftest import OpenPage, wait_ready, wait_revealed

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]
NONE = {kind: [0, 0, 0] for kind in ("deals", "answers", "pages", "api", "keys", "bulk", "sign_ins")}


@pytest.fixture
def time() -> Iterator[list[float]]:
    """The time by which the server counts: 58 seconds into a minute until a test changes it."""
    real, now = COUNTER.clock, [3600.0 * 24 * 20_000 + 58]
    COUNTER.clock = lambda: now[0]
    COUNTER.forget()
    yield now
    COUNTER.clock = real
    COUNTER.forget()


def vote(page: Page, key: str) -> None:
    wait_ready(page)
    page.keyboard.press(key)


def test_answer_beyond_the_limit_waits_and_is_sent_again(
    open_page: OpenPage, arena: Arena, settings: Settings, time: list[float]
) -> None:
    settings.LIMITS = NONE | {"answers": [1, 0, 0]}
    page, sent = open_page("/vote/"), list[int]()
    page.on("response", lambda got: sent.append(got.status) if "/vote/answer/" in got.url else None)
    vote(page, "1")
    wait_revealed(page)
    page.keyboard.press("Enter")
    vote(page, "2")
    expect(page.locator(".strip-message")).to_have_text("Many answers at once. Yours are kept; this goes on in 3 s.")
    assert Vote.objects.count() == 1
    time[0] += 3
    wait_revealed(page)
    assert sent == [200, 429, 200]
    assert sorted(each.outcome for each in Vote.objects.all()) == ["left", "right"]


def test_pairs_beyond_the_limit_come_after_the_pause(
    open_page: OpenPage, arena: Arena, settings: Settings, time: list[float]
) -> None:
    settings.LIMITS = NONE | {"deals": [1, 0, 0]}
    page = open_page("/vote/")
    # The first page came without a cookie, so its voter has one more pair.
    for _ in range(2):
        vote(page, "1")
        wait_revealed(page)
        page.keyboard.press("Enter")
    expect(page.locator(".strip-message")).to_contain_text("Yours are kept; this goes on in")
    time[0] += 3
    wait_ready(page)
