"""The voting screen of an edit: source, A and B in sight, and each compared with the source."""

import io
import re
from functools import partial
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from arena.catalog.models import Prompt
from arena.voting.models import Matchup, Vote
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    UNTIL_NEXT,
    OpenPage,
    has_votes,
    take_back,
    wait_held,
    wait_ready,
    wait_revealed,
    wait_until,
)
from tests.browser.test_voting_look import overflow
from tests.factories import make_category, make_contender, make_editing_prompt, make_generation

pytestmark = pytest.mark.browser

WIDE, SQUARE, TALL = (96, 64), (80, 80), (64, 96)
RED, GREEN = (200, 32, 32), (32, 160, 96)


def make_edit(*, contenders: int = 2, **fields: Any) -> Prompt:
    """Return an editing prompt in play with a red and a green result."""
    category = make_category(
        name="Replace the background", modality="image-editing",
        criterion="Is the new background there, and are the subject, its edges and the light on it as they were?",
    )  # fmt: skip
    text = "Replace the wall behind the chair with a window that looks out on the sea; the chair stays as it is."
    prompt = make_editing_prompt(category=category, text=text, **fields)
    for number in range(contenders):
        make_generation(contender=make_contender(), prompt=prompt, colour=(RED, GREEN)[number % 2])
    return prompt


def box_of(page: Page, selector: str) -> list[float]:
    """Return left, top, right and bottom of an element in CSS pixels."""
    found: list[float] = page.locator(selector).first.evaluate(
        "e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }"
    )
    return found


@pytest.mark.parametrize("shape", [WIDE, SQUARE, TALL], ids=["wide", "square", "tall"])
@pytest.mark.parametrize(("size", "least"), [(DESKTOP, 85_000), (PHONE, 30_000)], ids=["desktop", "phone"])
def test_source_both_results_and_instruction_are_seen_at_once(
    open_page: OpenPage, transactional_db: None, size: tuple[int, int], least: int, shape: tuple[int, int]
) -> None:
    make_edit(size=shape, sources=2, mask=True)
    page = open_page("/vote/", size=size, init_script=UNTIL_NEXT)
    wait_ready(page)
    width, height = size
    boxes = [box_of(page, each) for each in (".source .mat", ".side:first-child .mat", ".side + .side .mat")]
    for left, top, right, bottom in [
        *boxes,
        box_of(page, ".prompt"),
        box_of(page, ".sources"),
        box_of(page, ".choices"),
    ]:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    for left, top, right, bottom in boxes:
        assert (right - left) / (bottom - top) == pytest.approx(shape[0] / shape[1], rel=0.02)
    one, other = boxes[1:]
    assert one[2] - one[0] == pytest.approx(other[2] - other[0], abs=0.1)
    assert (one[2] - one[0]) * (one[3] - one[1]) >= least
    assert overflow(page) == (0, 0)
    cut = page.locator(".prompt").evaluate("e => e.scrollHeight - e.clientHeight")
    assert cut <= 2
    page.keyboard.press("ArrowLeft")
    wait_held(page)
    assert overflow(page) == (0, 0)
    take_back(page)
    page.keyboard.press("ArrowLeft")
    wait_revealed(page)
    assert overflow(page) == (0, 0)


def visible(page: Page, selector: str) -> list[bool]:
    """Tell of each element whether it is visible, as styles say."""
    return [
        style == "visible"
        for style in page.locator(selector).evaluate_all("all => all.map(e => getComputedStyle(e).visibility)")
    ]


def test_source_shows_in_place_of_results_while_a_key_or_finger_is_down(
    open_page: OpenPage, transactional_db: None
) -> None:
    make_edit(size=WIDE, mask=True)
    page = open_page("/vote/")
    wait_ready(page)
    assert visible(page, ".under") == [False, False]
    page.keyboard.down("b")
    assert visible(page, ".under") == [True, True]
    page.keyboard.up("b")
    assert visible(page, ".under") == [False, False]
    page.locator(".side .mat").last.hover()
    page.mouse.down()
    assert visible(page, ".under") == [False, True]
    page.wait_for_timeout(400)
    page.mouse.up()
    assert visible(page, ".under") == [False, False]
    # A long press looks at the source; only a short one opens the viewer.
    assert not page.locator("#zoom").is_visible()
    page.locator("[data-blink]").hover()
    page.mouse.down()
    assert visible(page, ".under") == [True, True]
    page.mouse.up()
    assert visible(page, ".outline") == [True, False, False]
    page.keyboard.press("m")
    assert visible(page, ".outline") == [True, True, True]
    page.get_by_role("button", name="Mask").first.click()
    assert visible(page, ".outline") == [True, False, False]
    assert page.locator(".vote").get_attribute("data-state") == "ready"
    assert not Matchup.objects.exclude(answer="").exists()


def open_viewer(page: Page) -> None:
    """Open the viewer by its key, and wait until its images are shown."""
    page.keyboard.press("z")
    page.wait_for_selector("#zoom[open]:not(.is-loading)")


def test_viewer_shows_all_three_in_step_and_their_difference(open_page: OpenPage, transactional_db: None) -> None:
    make_edit(size=WIDE)
    page = open_page("/vote/")
    wait_ready(page)
    open_viewer(page)
    expect(page.locator("#zoom [role=status]")).to_have_text("Source, A and B")
    panes = [box_of(page, f".zoom-pane:nth-child({number})") for number in (1, 2, 3)]
    assert panes[0][2] <= panes[1][0] <= panes[1][2] <= panes[2][0]
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    transforms = page.locator(".zoom-pane img").evaluate_all("all => all.map(e => e.style.transform)")
    assert len(transforms) == 5
    assert len(set(transforms)) == 1
    assert "scale(1.5)" in transforms[0]
    page.keyboard.press("0")
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Difference")).to_have_attribute("aria-pressed", "true")
    blending = page.locator(".zoom-pane .under").first.evaluate("e => getComputedStyle(e).mixBlendMode")
    assert blending == "difference"
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    source, *results = (middle(shot, box) for box in panes)
    for result in results:
        plain = min((RED, GREEN), key=partial(distance, result, source))
        assert distance(result, source, plain) <= 9
    page.keyboard.press("d")
    page.keyboard.press("v")
    expect(page.locator("#zoom [role=status]")).to_have_text("Image A")
    page.keyboard.down("b")
    expect(page.locator("#zoom [role=status]")).to_have_text("Source")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert distance(middle(shot, box_of(page, ".zoom-window")), (0, 0, 0), source) <= 9
    page.keyboard.up("b")
    expect(page.locator("#zoom [role=status]")).to_have_text("Image A")
    page.keyboard.press("Space")
    expect(page.locator("#zoom [role=status]")).to_have_text("Image B")


def middle(shot: Image.Image, box: list[float]) -> tuple[int, int, int]:
    """Return the colour in the middle of a box."""
    left, top, right, bottom = box
    red, green, blue = shot.getpixel((round((left + right) / 2), round((top + bottom) / 2)))  # type: ignore[misc]  # RGB
    return red, green, blue


def distance(seen: tuple[int, int, int], source: tuple[int, int, int], result: tuple[int, int, int]) -> int:
    """Return how far a colour is from the difference of source and result, in its worst channel."""
    return max(abs(abs(one - other) - shown) for one, other, shown in zip(source, result, seen, strict=True))


def test_unlike_sizes_are_in_step_pixel_for_pixel_of_the_larger(open_page: OpenPage, transactional_db: None) -> None:
    make_edit(size=WIDE)
    page = open_page("/vote/")
    wait_ready(page)
    # One side's picture comes at half the size: no server of ours sends that, and a viewer must not mind.
    handle = re.search(r"/vote/image/([\w-]{22})/", page.locator(".side img").first.get_attribute("src") or "")
    assert handle is not None

    def shrink(route: Route) -> None:
        route.continue_(url=re.sub(r"/\d+\.webp", "/512.webp", route.request.url))

    page.route(f"**/vote/image/{handle[1]}/2048.webp", shrink)
    open_viewer(page)
    page.keyboard.press("1")
    found = page.locator(".zoom-pane img").evaluate_all(
        "all => all.map(e => [e.naturalWidth, e.getBoundingClientRect().width, e.getBoundingClientRect().left"
        " - e.parentElement.getBoundingClientRect().left])"
    )
    assert {natural for natural, _, _ in found} >= {512, 1024}
    largest = max(natural for natural, _, _ in found)
    assert {round(width) for _, width, _ in found} == {largest}
    assert len({round(left) for _, _, left in found}) == 1
    page.keyboard.press("ArrowLeft")
    moved = page.locator(".zoom-pane img").evaluate_all("all => all.map(e => e.style.transform)")
    assert len(set(moved)) == 1


def test_viewer_of_text_to_image_has_no_keys_of_edits(open_page: OpenPage, arena: object) -> None:
    page = open_page("/vote/")
    wait_ready(page)
    for key in ("b", "m"):
        page.keyboard.press(key)
    assert page.locator(".is-blinking, .shows-mask").count() == 0
    open_viewer(page)
    for key in ("d", "v", "b", "m"):
        page.keyboard.press(key)
    assert page.locator("#zoom").get_attribute("class") == "zoom"
    for name in ("Difference", "All three", "Mask"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()


def test_each_source_can_be_seen_large(open_page: OpenPage, transactional_db: None) -> None:
    make_edit(size=SQUARE, sources=3)
    page = open_page("/vote/", size=PHONE)
    wait_ready(page)
    links = page.locator(".sources a")
    assert links.count() == 3
    links.nth(2).click()
    expect(links.nth(2)).to_have_attribute("aria-current", "true")
    wanted = links.nth(2).get_attribute("data-src") or ""
    assert wanted
    expect(page.locator(".source .mat img")).to_have_attribute("src", wanted)
    assert page.url.endswith("/vote/")


def test_nothing_is_cast_before_the_source_is_there(open_page: OpenPage, transactional_db: None) -> None:
    make_edit(size=WIDE)
    page = open_page("/methodology/")
    held: list[Route] = []
    released = False

    def hold(route: Route) -> None:
        if released:
            route.continue_()
        else:
            held.append(route)

    page.route("**/sources/**", hold)
    page.goto("/vote/", wait_until="domcontentloaded")
    page.wait_for_selector(".vote[data-state=loading]")
    wait_until(page, lambda: bool(held))
    page.keyboard.press("ArrowLeft")
    assert page.locator(".choice:disabled").count() == 4
    released = True
    for route in held:
        route.continue_()
    wait_ready(page)
    assert not Vote.objects.exists()
    page.keyboard.press("ArrowLeft")
    wait_until(page, partial(has_votes, 1))
    expect(page.locator("[data-leaderboard]")).to_have_attribute("href", "/leaderboard/image-editing/")


def test_edit_is_voted_on_without_script(open_page: OpenPage, transactional_db: None) -> None:
    make_edit(size=WIDE, mask=True, contenders=4)
    page = open_page("/vote/", script=False)
    assert visible(page, ".source .mat img") == [True, True]
    assert visible(page, ".under") == [False, False]
    assert overflow(page) == (0, 0)
    page.get_by_role("button", name="A is better").click()
    expect(page.locator(".placard[data-side=left] a")).to_be_visible()
    assert page.locator(".mat").count() == 3
    assert Vote.objects.count() == 1
