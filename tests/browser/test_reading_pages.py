"""How the reading pages behave in a real browser: sorting, scrolling, keys, without script, and without votes."""

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Route, expect

from arena.catalog.models import Claim, Contender, Fact, Offering, Parameter, Price, Provider
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.on_demand import compute_asked
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, wait_until
from tests.browser.looking_over import look_over, overflow_across
from tests.factories import make_category, make_contender, make_generation, make_prompt
from tests.leaderboard.ledgers import Cast, draw_votes
from tests.leaderboard.pages import BOARD, extend_board, make_board
from tests.writing_once import written_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/",
    BOARD,
    f"{BOARD}?category=animals&sort=-votes",
    f"{BOARD}?q=nobody",
    f"{BOARD}?category=nope",
    f"{BOARD}?view=intervals",
    f"{BOARD}?view=reasons",
    f"{BOARD}?view=sensitivity",
    f"{BOARD}?view=history",
    f"{BOARD}?view=matrix",
    f"{BOARD}?view=matrix&form=chances&pair=0-1",
    f"{BOARD}?view=matrix&form=list",
    f"{BOARD}?view=pareto",
    "/compare/",
    "/categories/",
    "/categories/animals/",
    "/leaderboard/image-editing/",
    "/leaderboard/mine/",
    "/models/",
    "/models/full/",
    "/organizations/maker/",
    "/search/",
    "/search/?q=a",
    "/search/?q=nothing+has+this",
    "/competitions/",
    "/competitions/open/",
    "/competitions/play/",
    "/methodology/",
    "/data/native/",
    "/status/",
    "/log/",
    "/feeds/",
]
LONG = "A name that is longer than anybody would like it to be, at ultra quality"


@pytest.fixture
@written_once
def filled() -> list[str]:
    """An arena with content for every page; returns the slugs of its established contenders."""
    make_category(slug="animals", name="Animals")
    food = make_category(slug="food", name="Food")
    slugs = make_board(4, 900)
    model = Contender.objects.get(slug=slugs[0]).image_model
    model.slug, model.name, model.shutdown_on = "full", LONG, date(2030, 1, 1)
    model.save()
    model.organization.slug = "maker"
    model.organization.save()
    Contender.objects.filter(slug=slugs[0]).update(name=LONG)
    few, thin = make_contender(image_model=model), make_contender()
    votes = [Cast(few.slug, slugs[1], "left", f"voter-{n}") for n in range(5)]
    extend_board([*votes, Cast(thin.slug, slugs[1], "tie", reasons="looks text")])
    source = {"source": "https://example.com/a/very/long/path/to/a/page", "seen_on": date(2026, 11, 1)}
    Fact.objects.create(image_model=model, key="max_size", value="1536x1024", unit="px", **source)
    Parameter.objects.create(image_model=model, name="output_compression", type="integer", allowed="0..100", **source)
    Claim.objects.create(image_model=model, kind="strength", text="Said to be quick. " * 8, **source)
    host = Provider.objects.create(slug="host", name="Host")
    offering = Offering.objects.create(provider=host, image_model=model, model_id="m")
    for quality in ("low", "medium", "high"):
        for size in ("1024x1024", "1536x1024", "1024x1536"):
            Price.objects.create(
                offering=offering, item="image", unit="image", quality=quality, size=size, amount=Decimal("0.011"),
                note="Rounded up to the nearest cent.", **source,
            )  # fmt: skip
    play, shown = make_prompt(slug="play", category=food), make_prompt(slug="open", category=food, state="open")
    for slug in slugs:
        make_generation(contender=Contender.objects.get(slug=slug), prompt=shown)
        make_generation(contender=Contender.objects.get(slug=slug), prompt=play)
    extend_board([*draw_votes(slugs, 20), Cast(slugs[0], slugs[1], "left", prompt="open")])
    return slugs


def test_empty_pages_have_no_flaws_and_no_overflow(open_page: OpenPage, thorough: bool) -> None:
    paths = [
        "/", BOARD, f"{BOARD}?view=matrix", "/models/", "/competitions/", "/methodology/", "/status/", "/log/",
        "/data/native/", "/compare/", "/choose/",
    ]  # fmt: skip
    found = look_over(open_page("/"), paths, [(DESKTOP, "dark"), (PHONE, "light")], thorough=thorough)
    assert found == dict.fromkeys(found, ([], 0))


def test_choosing_a_category_changes_board_address_and_title_and_keeps_the_focus(
    open_page: OpenPage, filled: list[str]
) -> None:
    page = open_page(BOARD)
    page.locator("#category").focus()
    page.locator("#category").select_option("animals")
    expect(page.get_by_role("heading", level=1)).to_have_text("Animals")
    expect(page).to_have_url(f"{BOARD}?category=animals")
    expect(page).to_have_title("Animals · Text to image · Easel")
    assert page.evaluate("document.activeElement.id") == "category"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overall")
    expect(page).to_have_url(BOARD)


@pytest.mark.parametrize("late", [r"/(board|htmx[^/]*)\.js", r"/board\.js", r"/htmx[^/]*\.js"])
def test_what_is_chosen_before_the_scripts_are_there_is_shown_when_they_are(
    open_page: OpenPage, filled: list[str], late: str
) -> None:
    page = open_page("/methodology/")
    held: list[Route] = []
    page.route(re.compile(late), lambda route: held.append(route))
    page.goto(BOARD, wait_until="commit")
    page.locator(".filter-panel summary").click()
    page.locator("#category").select_option("animals")
    page.locator("#level").select_option("established")
    wait_until(page, lambda: len(held) == late.count("|") + 1)
    expect(page).to_have_url(BOARD)
    for route in held:
        route.continue_()
    page.unroute_all()
    expect(page).to_have_url(f"{BOARD}?category=animals&level=established")
    expect(page.get_by_role("heading", level=1)).to_have_text("Animals")
    # Whoever goes back is not sent forth again.
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overall")
    page.reload()
    expect(page).to_have_url(BOARD)
    expect(page.locator("#category")).to_have_value("")


def test_filters_opened_before_the_scripts_are_there_stay_open(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page("/methodology/")
    held: list[Route] = []
    page.route(re.compile(r"/board\.js"), lambda route: held.append(route))
    page.goto(BOARD, wait_until="commit")
    page.locator(".filter-panel summary").click()
    wait_until(page, lambda: bool(held))
    held[0].continue_()
    page.wait_for_load_state()
    expect(page.locator(".filter-panel")).to_have_attribute("open", "")


def test_category_in_a_language_appears_by_itself_once_it_is_computed(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(f"{BOARD}?category=animals")
    page.locator(".filter-panel summary").click()
    page.get_by_label("Language", exact=True).select_option("en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Animals in English")
    expect(page.get_by_role("status").last).to_contain_text("This board is being computed")
    # All categories of a language are computed together.
    assert compute_asked(ledger=Ledger.objects.get(slug="native")) == 2
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page).to_have_url(f"{BOARD}?category=animals&language=en")


def test_sorting_and_searching_one_after_the_other_agree_with_the_address(
    open_page: OpenPage, filled: list[str]
) -> None:
    page = open_page(BOARD)
    page.locator("#sort-votes").click()
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(f"{BOARD}?sort=-votes")
    assert page.evaluate("document.activeElement.id") == "sort-votes"

    page.locator(".filter-panel summary").click()
    page.locator("#q").press_sequentially(filled[1])
    # The click takes the focus from the search field while that field's request may still be pending.
    page.locator("#sort-votes").click()
    page.locator("#q").press("Enter")
    expect(page.locator(".board-table tbody tr")).to_have_count(1)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert f"q={filled[1]}" in page.url
    shown = page.locator("th[aria-sort]").get_attribute("aria-sort")
    assert ("sort=votes" in page.url) == (shown == "ascending")


def test_sorting_keeps_the_place_the_focus_and_is_announced(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(BOARD, size=(1366, 400))
    page.evaluate("scrollTo(0, 250)")
    page.locator("#sort-name").focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    expect(page.locator("#board-said")).to_have_text("6 contenders, sorted by Contender")
    assert page.evaluate("[scrollY, document.activeElement.id]") == [before, "sort-name"]
    assert before > 0
    page.evaluate("scrollTo(0, 0)")
    page.locator(".filter-panel summary").click()
    page.locator("#q").press_sequentially(filled[1])
    expect(page.locator("#board-said")).to_have_text("1 of 6 contenders, sorted by Contender")
    # The panel stays open, and the reader goes on typing.
    assert page.evaluate("document.activeElement.id") == "q"


def test_row_opens_in_place_and_closes_again(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(BOARD)
    opener = page.locator(".opener").nth(1)
    opener.click()
    expect(page.locator(".row-details")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    opener.click()
    expect(page.locator(".row-details")).to_have_count(0)


def test_board_shows_its_first_rows_on_the_first_screen(open_page: OpenPage) -> None:
    make_category(slug="animals", name="Animals", criterion="whether the animal looks alive and its anatomy is right")
    for number, slug in enumerate(make_board(9, 900)):
        Contender.objects.filter(slug=slug).update(name=f"Image Model {number} Preview (high, 1024x1024)")
    audit_ledgers(at_once=True)
    for path in (BOARD, f"{BOARD}?category=animals"):
        for size, rows in ((DESKTOP, 8), (PHONE, 5)):
            box = open_page(path, size=size).locator(".board-table tbody tr").nth(rows - 1).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= size[1], path


def test_header_of_a_long_board_stays_in_sight(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(BOARD, size=(1366, 400))
    page.locator(".board-table tbody tr").last.scroll_into_view_if_needed()
    box = page.locator("#sort-name").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 60


def test_contender_stays_in_sight_when_the_table_scrolls_on_a_phone(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(BOARD, size=PHONE)
    page.locator(".board-scroll").evaluate("region => { region.scrollLeft = 10_000; }")
    box = page.locator(".board-table tbody th").first.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < 40


def test_board_works_without_script(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(BOARD, script=False)
    page.get_by_label("Category").select_option("food")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(f"{BOARD}?category=food")
    page.locator("#sort-name").click()
    expect(page).to_have_url(f"{BOARD}?category=food&sort=name")
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")


def test_pictures_are_shown_on_open_competitions(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page("/competitions/open/")
    for picture in page.locator(".work img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
    widths = page.locator(".work img").evaluate_all("images => images.map(image => image.naturalWidth)")
    assert len(widths) == len(filled)
    assert all(width > 1 for width in widths)


@pytest.mark.parametrize("path", ["/vote/", "/competitions/", "/competitions/long/"])
def test_names_without_a_space_do_not_widen_a_phone(open_page: OpenPage, path: str) -> None:
    category = make_category(name="C" * 60)
    prompt = make_prompt(slug="long", category=category, title="T" * 110, text="W" * 300)
    for _ in range(2):
        make_generation(contender=make_contender(name="N" * 110), prompt=prompt)
    assert overflow_across(open_page(path, size=PHONE)) == 0


def test_matrix_is_one_stop_of_tab_with_arrow_keys_inside(open_page: OpenPage, filled: list[str]) -> None:
    page = open_page(f"{BOARD}?view=matrix")
    stops = page.locator('.matrix [tabindex="0"]')
    expect(stops).to_have_count(1)
    stops.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"one=.+&two=.+#pair$"))
    expect(page.locator(".verdict-sentence")).to_be_visible()
