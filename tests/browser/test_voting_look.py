"""The voting screen fits its window and is open to everybody, in both colour schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from arena.catalog.models import Contender, Prompt
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Scheme, wait_ready, wait_revealed
from tests.factories import make_arena, make_category, make_generation, make_prompt

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]
LONG = "A market at dusk, its lanterns lit one by one, while rain runs down the awnings and nobody hurries. " * 12


def overflow(page: Page) -> tuple[int, int]:
    """Return by how many CSS pixels the document is larger than the window: across, down."""
    across, down = page.evaluate(
        "(e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight])(document.documentElement)"
    )
    return across, down


def boxes(page: Page) -> list[tuple[float, float]]:
    found = [mat.bounding_box() for mat in page.locator(".mat").all()]
    return [(round(box["width"], 1), round(box["height"], 1)) for box in found if box]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "least"), [(DESKTOP, 460), (PHONE, 260), ((360, 640), 160), ((320, 568), 120)])
def test_screen_fits_without_scrolling(
    open_page: OpenPage, transactional_db: None, size: tuple[int, int], least: int, scheme: Scheme
) -> None:
    category = make_category(name="Architecture & interiors", criterion="straight lines, plausible space, light " * 3)
    prompt = make_prompt(category=category, text=LONG)
    for _ in range(2):
        make_generation(prompt=prompt)
    page = open_page("/vote/", size=size, scheme=scheme)
    wait_ready(page)
    left, right = boxes(page)
    assert left == right
    assert left[0] == left[1] >= least
    assert overflow(page) == (0, 0)
    page.keyboard.press("ArrowLeft")
    wait_revealed(page)
    assert overflow(page) == (0, 0)
    assert boxes(page) == [left, right]


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_state(
    open_page: OpenPage, transactional_db: None, size: tuple[int, int], scheme: Scheme
) -> None:
    make_arena(contenders=2, prompts=1)
    page = open_page("/vote/", size=size, scheme=scheme, reduced_motion="reduce")
    axe = Axe()
    wait_ready(page)
    assert not axe.run(page).response["violations"]
    page.keyboard.press("?")
    assert not axe.run(page).response["violations"]
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.get_by_text("Image A", exact=True).wait_for()
    assert not axe.run(page).response["violations"]
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    wait_revealed(page)
    assert not axe.run(page).response["violations"]
    page.keyboard.press("Enter")
    page.wait_for_selector(".vote[data-state=done]")
    assert not axe.run(page).response["violations"]


def test_colours_are_kept_when_chosen(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", scheme="light")
    for name in ("as the system", "light"):
        page.get_by_role("button", name=f"Colours: {name}").click()
    page.reload()
    wait_ready(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 24)"
