"""A site with many contenders in a real browser: accessible pages, and five questions answered in three clicks."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page
from pytest_django import DjangoDbBlocker

from leaderboard.models import Standing
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Scheme
from tests.browser.looking_over import Look, look_over
from tests.browser.reading_site import Site, fill_site
from tests.browser.test_reading_pages import PAGES
from tests.emptying import keep_what_is_filled
from tests.leaderboard.ledgers import known
from tests.leaderboard.pages import BOARD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_CLICKS = 3
MORE = [
    f"{BOARD}?category=animals&language=de",
    f"{BOARD}?axis=fine-detail",
    f"{BOARD}?view=matrix&axis=fine-detail",
    f"{BOARD}?view=matrix&first=24&form=chances",
    f"{BOARD}?view=matrix&first=all",
    f"{BOARD}?view=changes",
    "/choose/",
    "/choose/?modality=text-to-image&max_price=0.03",
]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, thorough: bool) -> Iterator[Site]:
    """One site for all tests here: thirty contenders, or 250."""
    with django_db_blocker.unblock(), keep_what_is_filled():
        yield fill_site(250, 20_000) if thorough else fill_site(30, 1500)


def test_pages_have_no_flaws_and_no_overflow(open_page: OpenPage, site: Site, thorough: bool) -> None:
    looks: list[Look] = [(DESKTOP, "light"), (PHONE, "dark")]
    if thorough:
        looks += [(DESKTOP, "dark"), (PHONE, "light")]
    query = "&".join(f"m={slug}" for slug in site.slugs[:4])
    compared = ["/compare/{}/vs/{}/".format(*sorted(site.slugs[:2])), f"/compare/?{query}"]
    found = look_over(open_page("/"), [*PAGES, *MORE, *compared], looks, thorough=thorough)
    assert found == dict.fromkeys(found, ([], 0))


class Reader:
    """Somebody at the home page who counts clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def choose(self, target: Locator, value: str) -> None:
        target.select_option(value)
        self.clicks += 1

    def board(self) -> None:
        """Open the leaderboard, with what makes its choices work."""
        self.click(self.page.locator("main").get_by_role("link", name="See the leaderboard"))
        self.page.wait_for_url("**/leaderboard/**", wait_until="load")

    def tab(self, name: str) -> None:
        """Open the leaderboard, and one of its tabs."""
        self.board()
        self.click(self.page.get_by_role("navigation", name="Views of this board").get_by_role("link", name=name))

    def sees(self, target: Locator) -> str:
        """The text of something in the first screen, reached with few enough clicks."""
        target.wait_for()
        box, size = target.bounding_box(), self.page.viewport_size
        assert box is not None
        assert size is not None
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]
        assert self.clicks <= MOST_CLICKS
        return target.inner_text()


def best_of(category: str) -> tuple[str, Standing]:
    """The name and the line of the contender that leads a category's board."""
    board = {"snapshot__board__slice": "category", "snapshot__board__slice_value": category}
    line = Standing.objects.filter(**board, rank_elo=1).order_by("-snapshot").select_related("contender").first()
    assert line is not None
    assert line.contender is not None
    return line.contender.name, line


def read_best_at_text(reader: Reader, site: Site) -> None:
    reader.board()
    reader.choose(reader.page.get_by_label("Category"), "text-rendering")
    reader.page.wait_for_url("**category=text-rendering**")
    name, line = best_of("text-rendering")
    assert name in reader.sees(reader.page.locator(".board-finding"))
    assert line.elo is not None
    assert line.elo_high is not None
    row = reader.page.locator(".board-table tbody tr", has_text=name).first
    assert reader.sees(row.locator("th"))
    said = reader.sees(row.locator(".elo"))
    assert f"{line.elo:.0f}" in said
    assert f"±{line.elo_high - line.elo:.0f}" in said


def read_cheapest_as_good(reader: Reader, site: Site) -> None:
    reader.tab("Price & time")
    said = reader.sees(reader.page.locator(".pareto figcaption").first)
    assert re.search(r"\$0\.0\d\d", said)
    assert "surely worse" in said


def read_better_of_two(reader: Reader, site: Site) -> None:
    one, two = site.slugs[2], site.slugs[2 * len(site.slugs) // 3]
    reader.tab("Head to head")
    reader.page.get_by_label("Contender", exact=True).select_option(one)
    reader.page.get_by_label("Rival").select_option(two)
    reader.click(reader.page.get_by_role("button", name="Which is better?"))
    reader.page.wait_for_url(f"**{two}**")
    # Among 250 contenders, which have fewer votes each, the same gap may be luck.
    how = "surely" if len(site.slugs) < 100 else "(surely|probably)"
    said = reader.sees(reader.page.locator(".verdict-sentence"))
    assert re.search(rf"{known(one).name} is {how} better than {known(two).name}", said)


def read_changes(reader: Reader, site: Site) -> None:
    reader.tab("Changes")
    # In November the last contender is the best of all.
    assert f"{known(site.slugs[-1]).name} +" in reader.sees(reader.page.locator("main .lead"))


def read_data(reader: Reader, site: Site) -> None:
    reader.board()
    reader.click(reader.page.get_by_role("link", name="Data", exact=True))
    link = reader.page.locator("main").get_by_role("link", name="CSV", exact=True)
    assert reader.sees(link)
    with reader.page.expect_download() as download:
        reader.click(link)
    assert reader.clicks <= MOST_CLICKS
    lines = download.value.path().read_text().splitlines()
    # The heading, and a line for each contender with votes.
    assert len(lines) == 1 + Standing.objects.filter(snapshot__board__slice="overall").count()


QUESTIONS: list[Callable[[Reader, Site], None]] = [
    read_best_at_text,
    read_cheapest_as_good,
    read_better_of_two,
    read_changes,
    read_data,
]


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_five_questions_are_answered_in_the_first_screen(
    open_page: OpenPage, site: Site, size: tuple[int, int], scheme: Scheme
) -> None:
    for ask in QUESTIONS:
        ask(Reader(open_page("/", size=size, scheme=scheme)), site)
