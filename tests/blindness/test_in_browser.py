"""In a real browser: nothing that the voting page contains, stores or fetches before a vote names a maker."""

from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Response

from arena.voting.models import Vote
from tests.blindness.planting import WORDS, found_words, plant_arena
from tests.browser.conftest import OpenPage, wait_fetched, wait_ready, wait_revealed, wait_until

pytestmark = pytest.mark.browser

# Everything that a script, an extension or a person with the developer tools can find in the page.
HELD = """() => JSON.stringify([
  document.documentElement.outerHTML, document.title, document.cookie, location.href, document.referrer,
  ...Object.entries(localStorage), ...Object.entries(sessionStorage), history.state,
  performance.getEntries().map(entry => JSON.stringify(entry)),
  Object.keys(window).filter(key => typeof window[key] === 'string').map(key => window[key]),
  [...document.images].map(image => [image.alt, image.title, image.currentSrc]),
])"""


def fetched(responses: list[Response]) -> list[bytes]:
    """Return what the page has fetched so far: address, headers and, except for static files, body."""
    return [
        f"{one.url} {one.all_headers()}".encode() + (one.body() if one.ok and "/vote/" in one.url else b"")
        for one in responses
    ]


def has_prefetched(responses: list[Response], count: int) -> bool:
    """Tell whether this many further matchups have arrived."""
    return sum("/vote/next/" in one.url for one in responses) >= count


def test_voting_page_holds_no_name_before_the_vote(open_page: OpenPage, transactional_db: None, tmp_path: Path) -> None:
    plant_arena(folder=tmp_path, played=2)
    page = open_page("/methodology/", init_script="")
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/vote/")
    for number in range(2):
        wait_ready(page)
        wait_until(page, partial(has_prefetched, responses, 2 + number))
        wait_fetched(page, 3 + number)
        held = page.evaluate(HELD).encode()
        assert b"/vote/image/" in held
        assert found_words(held) == set()
        told = fetched(responses)
        assert sum(b"image/webp" in one for one in told) >= 2 * (3 + number)
        assert [found_words(one) for one in told if found_words(one)] == []
        page.keyboard.press("ArrowLeft")
        # While the vote is held, it can be taken back: whoever knew the names by then would undo what disappoints them.
        page.wait_for_selector(".vote[data-state=held]")
        assert found_words(page.evaluate(HELD).encode()) == set()
        assert Vote.objects.count() == number
        wait_revealed(page)
        revealed = page.evaluate(HELD).encode()
        # Both sides are named now, so this test can fail.
        assert len(found_words(revealed, WORDS)) == 6
        assert found_words(page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])").encode()) == set()
        responses[:] = [one for one in responses if "/vote/answer/" not in one.url]
        page.keyboard.press("Space")
