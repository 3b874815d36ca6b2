"""A real Chromium for tests. A page that breaks the content security policy fails its test."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from arena.catalog.models import Contender, Prompt
from arena.voting.models import Vote
from tests.factories import make_arena
from tests.patience import HANGING
from tests.writing_once import written_once

Scheme = Literal["light", "dark"]
DESKTOP = (1366, 768)
PHONE = (390, 844)
# The page logs a console error, because a policy report is no error that the page would notice.
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', event =>
  console.error('Content Security Policy: ' + event.violatedDirective + ' ' + event.blockedURI));
"""
# Votes are sent at once where a test is not about the time to undo them.
AT_ONCE = "localStorage.setItem('easel.undo', 'off');"
# Votes are held until the next pair is asked for.
UNTIL_NEXT = "localStorage.setItem('easel.undo', localStorage.getItem('easel.undo') ?? 'next');"
# For Playwright, a page that was once "networkidle" stays so, whatever it fetches later.
HANDLES_FETCHED = """count => new Set(performance.getEntriesByType('resource').flatMap(
  entry => entry.name.match(/\\/vote\\/image\\/([^/]+)/)?.[1] ?? [])).size >= count"""


class OpenPage(Protocol):
    """Opens an address of the live server in a new browser, at a size (CSS pixels) and in a colour scheme."""

    def __call__(
        self,
        path: str,
        *,
        size: tuple[int, int] = DESKTOP,
        scheme: Scheme = "light",
        script: bool = True,
        init_script: str = AT_ONCE,
        **context: Any,
    ) -> Page: ...


@pytest.fixture
def plain_static_files(settings: Settings) -> None:
    """Static files straight from the source: tests do not run `collectstatic`."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def open_page(
    chromium: Browser, live_server: LiveServer, transactional_db: None, plain_static_files: None
) -> Iterator[OpenPage]:
    """Open pages in fresh browsers; afterwards, fail on a policy violation or an uncaught error of any of them."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def opener(
        path: str,
        *,
        size: tuple[int, int] = DESKTOP,
        scheme: Scheme = "light",
        script: bool = True,
        init_script: str = AT_ONCE,
        **context: Any,
    ) -> Page:
        width, height = size
        contexts.append(
            chromium.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                java_script_enabled=script,
                locale="en-US",
                **context,
            )
        )
        contexts[-1].set_default_timeout(1000 * HANGING)
        page = contexts[-1].new_page()
        page.add_init_script(REPORT_VIOLATIONS + init_script)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opener
    for context in contexts:
        context.close()
    _wait_for_server()
    assert complaints == []


def _wait_for_server() -> None:
    """Wait for requests that closed pages left running: emptying the database next would deadlock with them."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=HANGING)


@pytest.fixture
def arena(transactional_db: None) -> tuple[list[Contender], list[Prompt]]:
    """Four contenders and three prompts in play: six matchups until all are judged."""
    return written_once(make_arena)(contenders=4, prompts=3)


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Let the page run until the condition holds; fail if it never does."""
    limit = time.monotonic() + HANGING
    while time.monotonic() < limit:
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("What the test waits for did not happen.")


def wait_ready(page: Page) -> None:
    """Wait until the pair on screen may be voted on."""
    page.wait_for_selector(".vote[data-state=ready]")


def wait_held(page: Page) -> None:
    """Wait until the vote on screen has been cast and can still be taken back."""
    page.wait_for_selector(".vote[data-state=held]")


def on_screen(page: Page) -> str:
    """Return the token of the matchup on screen."""
    return page.locator(".matchup").get_attribute("data-matchup") or ""


def has_votes(count: int) -> bool:
    """Tell whether so many votes have been cast."""
    return Vote.objects.count() == count


def take_back(page: Page) -> None:
    """Undo the vote, and let the next one be sent at once."""
    page.keyboard.press("u")
    wait_ready(page)
    page.evaluate("document.querySelector('[data-undo-time]').value = 'off'")


def wait_fetched(page: Page, matchups: int) -> None:
    """Wait until the images of this many matchups have arrived, shown and prefetched ones together."""
    page.wait_for_function(HANDLES_FETCHED, arg=2 * matchups)


def wait_revealed(page: Page) -> None:
    """Wait until both names are shown."""
    page.wait_for_selector(".placard[data-side=right] a")
