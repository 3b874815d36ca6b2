"""Times what limits ask of people, in a real Chromium: `uv run python -m benchmarks.entering [browsers]`.

First table: how long a browser that comes as one too many of its network computes its proof of work, from the moment
its page is parsed until it goes on, with processors as they are and four and eight times slower (then all processes of
the browser stand still most of the time). Second table: how many votes a minute somebody casts by keys who looks at
each pair for a second, for a third of one, and not at all; and how many requests were refused. Everything is on
loopback and in a temporary folder.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks.voting_screen import NEXT
from tests.system.easel import Easel

PROMPTS = 16
SLICE_SECONDS = 0.02
# Longer than the minute over which limits count.
VOTING_SECONDS = 75
# Notes how long the page of newcomers computed.
WATCH = """
addEventListener('DOMContentLoaded', () => {
  const from = performance.now(), submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    sessionStorage.setItem('taken', performance.now() - from);
    submit.call(this);
  };
});
"""


def _browsers() -> Iterator[psutil.Process]:
    for each in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "headless" in each.name():
                yield each


@contextmanager
def slowed(times: int) -> Iterator[None]:
    """Let the browsers that this process started run only one part in `times` of the time."""
    ended = Event()
    browsers = list(_browsers())

    def stop_and_go() -> None:
        while not ended.wait(SLICE_SECONDS / times):
            for each in browsers:
                with suppress(psutil.NoSuchProcess):
                    each.suspend()
            ended.wait(SLICE_SECONDS * (times - 1) / times)
            for each in browsers:
                with suppress(psutil.NoSuchProcess):
                    each.resume()

    thread = Thread(target=stop_and_go)
    if times > 1:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if times > 1:
            thread.join()


def newcomer(browser: Browser, address: str, network: str) -> Page:
    """Open the voting screen in a browser without cookies, which comes from this address."""
    context = browser.new_context(
        base_url=address, viewport={"width": 390, "height": 844}, extra_http_headers={"X-Forwarded-For": network}
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    return page


def prove(browser: Browser, address: str, slower: int) -> float:
    """Return the milliseconds for which a newcomer computed."""
    page = newcomer(browser, address, "192.0.2.1")
    # The processes of this page run from now on.
    page.goto("/healthz")
    with slowed(slower):
        page.goto("/vote/")
        page.wait_for_selector(".vote[data-state=ready]")
    taken = float(page.evaluate("sessionStorage.getItem('taken')") or 0)
    page.context.close()
    return taken


def vote_by_keys(browser: Browser, address: str, look: int) -> tuple[float, int]:
    """Answer pairs by keys, each `look` milliseconds after it shows; return votes a minute, and refusals."""
    page = newcomer(browser, address, f"198.51.100.{look % 250}")
    refused: list[int] = []

    def note(response: Response) -> None:
        refused.extend([response.status] * (response.status == 429))

    page.on("response", note)
    page.goto("/vote/")
    votes, since = 0, perf_counter()
    while perf_counter() < since + VOTING_SECONDS:
        page.wait_for_selector(".vote:is([data-state=ready], [data-state=done])")
        if page.get_attribute(".vote", "data-state") == "done":
            break
        page.evaluate("sessionStorage.clear()")  # No summary comes between two pairs.
        page.wait_for_timeout(look)
        page.keyboard.press("1" if votes % 2 else "2")
        page.keyboard.press(NEXT)
        votes += 1
    rate = 60 * votes / (perf_counter() - since)
    page.context.close()
    return rate, len(refused)


def main() -> None:
    browsers = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    settings: dict[str, Any] = {"LIMITS": "1", "NEWCOMERS": "1", "TRUSTED_PROXY_COUNT": "1", "REFRESH_SECONDS": "86400"}
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as name, sync_playwright() as playwright:
        easel = Easel(Path(name), "--prompts", str(PROMPTS), **settings).start()
        browser = playwright.chromium.launch(executable_path=program)
        try:
            easel.wait_for("Easel runs at")
            newcomer(browser, easel.address, "192.0.2.1").goto("/vote/")
            print(f"{'milliseconds for a proof (aim: 300 on a phone)':<60}{'median':>8}{'most':>8}{'times':>8}")
            for slower in (1, 4, 8):
                taken = [prove(browser, easel.address, slower) for _ in range(browsers)]
                what = f"processor {slower}× slower" if slower > 1 else "this machine"
                print(f"{what:<60}{median(taken):>8.0f}{max(taken):>8.0f}{len(taken):>8}", flush=True)
            print(f"{'votes a minute by keys (limit: 120 answers a voter)':<60}{'votes':>8}{'refused':>8}")
            for look in (1000, 333, 0):
                rate, refused = vote_by_keys(browser, easel.address, look)
                print(f"{f'looks at each pair for {look} ms':<60}{rate:>8.0f}{refused:>8}", flush=True)
        finally:
            browser.close()
            easel.stop()


if __name__ == "__main__":
    main()
