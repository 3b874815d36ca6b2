"""The voting screen fits its window and is accessible, in both colour schemes."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from arena.catalog.models import Contender, Prompt
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    UNTIL_NEXT,
    OpenPage,
    Scheme,
    take_back,
    wait_held,
    wait_ready,
    wait_revealed,
)
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


def stand_as(before: list[tuple[float, float]], page: Page) -> bool:
    """Tell whether pictures have kept their size within half a pixel: text lines are rounded to whole pixels."""
    pairs = zip(before, boxes(page), strict=True)
    return all(abs(old - new) <= 0.5 for one, two in pairs for old, new in zip(one, two, strict=True))


@pytest.mark.parametrize(("size", "least"), [(DESKTOP, 460), (PHONE, 260), ((360, 640), 160), ((320, 568), 120)])
def test_screen_fits_without_scrolling(
    open_page: OpenPage, transactional_db: None, size: tuple[int, int], least: int
) -> None:
    category = make_category(name="Architecture & interiors", criterion="straight lines, plausible space, light " * 3)
    prompt = make_prompt(category=category, text=LONG)
    for _ in range(2):
        make_generation(prompt=prompt)
    page = open_page("/vote/", size=size, init_script=UNTIL_NEXT)
    wait_ready(page)
    left, right = boxes(page)
    assert left == right
    assert left[0] == left[1] >= least
    assert overflow(page) == (0, 0)
    page.keyboard.press("ArrowRight")
    wait_held(page)
    assert overflow(page) == (0, 0)
    assert stand_as([left, right], page)
    take_back(page)
    page.keyboard.press("ArrowLeft")
    wait_revealed(page)
    assert overflow(page) == (0, 0)
    assert stand_as([left, right], page)


def test_low_window_shows_the_pair_side_by_side_and_marks_the_chosen_label_once(
    open_page: OpenPage, transactional_db: None
) -> None:
    make_arena(contenders=2, prompts=1)
    page = open_page("/vote/", size=(683, 384))
    wait_ready(page)
    before = boxes(page)
    assert min(width for width, _ in before) >= 200
    page.keyboard.press("ArrowRight")
    wait_revealed(page)
    assert stand_as(before, page)
    label = page.locator(".placard[data-side=right]")
    widths = label.evaluate("e => [getComputedStyle(e).borderLeftWidth, getComputedStyle(e).borderRightWidth]")
    assert widths == ["0px", "3px"]


def test_tall_phone_shows_the_whole_criterion(open_page: OpenPage, transactional_db: None) -> None:
    criterion = "do rhythm, colour and repetition hold over the whole picture, without breaks or accidents?"
    category = make_category(name="Patterns & abstract", criterion=criterion)
    prompt = make_prompt(category=category, text=LONG)
    for _ in range(2):
        make_generation(prompt=prompt)
    page = open_page("/vote/", size=PHONE)
    wait_ready(page)
    rest = page.locator(".criterion").evaluate("e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]")
    assert rest == [0, 0]
    bottom = page.locator(".criterion").evaluate("e => e.getBoundingClientRect().bottom")
    assert bottom <= page.locator(".prompt").evaluate("e => e.getBoundingClientRect().top")
    assert page.locator(".prompt").evaluate("e => e.clientHeight") >= 20


def test_header_has_room_for_its_parts(open_page: OpenPage, transactional_db: None) -> None:
    make_arena(contenders=2, prompts=2, languages=("en", "ar"))
    page = open_page("/vote/")
    wait_ready(page)
    for width, height in ((768, 1024), (1000, 700)):
        page.set_viewport_size({"width": width, "height": height})
        parts = page.locator(".site-header > .brand, .site-nav a, .chooser, .theme-toggle").all()
        found = [box for part in parts if (box := part.bounding_box())]
        assert len(found) == 10
        for before, after in pairwise(found):
            assert before["x"] + before["width"] <= after["x"] + 0.5


def test_help_closes_with_the_key_that_presses_its_button(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    page.keyboard.press("?")
    page.keyboard.press("Space")
    assert not page.locator("#keys").is_visible()
    assert page.locator("[data-keys-switch]").is_checked()


# What axe finds depends on the size and on the colours, but not on both together.
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_on_any_state(
    open_page: OpenPage, transactional_db: None, size: tuple[int, int], scheme: Scheme
) -> None:
    make_arena(contenders=2, prompts=1)
    page = open_page("/vote/", size=size, scheme=scheme, reduced_motion="reduce", init_script=UNTIL_NEXT)
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
    page.keyboard.press("r")
    page.wait_for_selector("#report[open]")
    assert not axe.run(page).response["violations"]
    page.keyboard.press("Escape")
    page.wait_for_selector("#report", state="hidden")
    page.keyboard.press("ArrowLeft")
    wait_held(page)
    assert not axe.run(page).response["violations"]
    take_back(page)
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
