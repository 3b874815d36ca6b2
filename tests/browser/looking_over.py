"""Looks over pages in a browser: their flaws of accessibility, and whether they are wider than the window."""

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Scheme

# A window's size (CSS pixels) and colour scheme.
Look = tuple[tuple[int, int], Scheme]


def look_over(page: Page, paths: Sequence[str], looks: Sequence[Look]) -> dict[tuple[str, Look], tuple[list[str], int]]:
    """Load each page once, open all it folds, and return its flaws and overflow at each size and colour scheme."""
    found = {}
    for path in paths:
        page.goto(path)
        for details in page.locator("main details").all():
            details.evaluate("details => { details.open = true; }")
        for (width, height), scheme in looks:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            found[path, ((width, height), scheme)] = flaws(page), overflow_across(page)
    return found


def flaws(page: Page) -> list[str]:
    """Return what breaks a rule of accessibility, with the first piece of the page that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{flaw['id']}: {flaw['nodes'][0]['html']}" for flaw in found]


def overflow_across(page: Page) -> int:
    """Return by how many CSS pixels the document is wider than the window."""
    across: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return across
