"""Looks over pages in a browser: their flaws of accessibility, and whether they are wider than the window."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Scheme

# A window's size (CSS pixels) and colour scheme.
Look = tuple[tuple[int, int], Scheme]


def look_over(
    page: Page, paths: Sequence[str], looks: Sequence[Look], *, thorough: bool
) -> dict[tuple[str, Look], tuple[list[str], int]]:
    """Load each page once, open all it folds, and return its flaws and overflow at each size and colour scheme.

    Flaws take half a second to find. Unless `thorough`, they are sought at one look of each page, by turns.
    """
    found = {}
    for number, path in enumerate(paths):
        page.goto(path)
        for details in page.locator("main details").all():
            details.evaluate("details => { details.open = true; }")
        for turn, ((width, height), scheme) in enumerate(looks):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            wrong = flaws(page) if thorough or turn == number % len(looks) else []
            found[path, ((width, height), scheme)] = wrong, overflow_across(page)
    return found


def flaws(page: Page) -> list[str]:
    """Return what breaks a rule of accessibility, with the first piece of the page that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{flaw['id']}: {flaw['nodes'][0]['html']}" for flaw in found]


def overflow_across(page: Page) -> int:
    """Return by how many CSS pixels the document is wider than the window."""
    across: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return across
