"""A reader in a hurry, in a real browser: five questions, three clicks each, the answer in the first screen."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from playwright.sync_api import Locator, Page

from arena.catalog.models import Category, Offering, Price, Provider
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.month_end_boards import compute_month_ends
from leaderboard.models import Standing
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, wait_until
from tests.leaderboard.ledgers import Cast, draw_votes, known, make_categories, make_contenders, make_ledger
from tests.leaderboard.pages import extend_board

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONTENDERS, VOTES = 60, 5000
MOST_CLICKS = 3


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

    def tab(self, name: str) -> None:
        """Open the leaderboard, and one of its tabs."""
        self.click(self.page.locator("main").get_by_role("link", name="See the leaderboard"))
        self.click(self.page.get_by_role("navigation", name="Views of this board").get_by_role("link", name=name))

    def sees(self, target: Locator) -> str:
        """The text of something in the first screen, reached with few enough clicks."""
        target.wait_for()
        box, height = target.bounding_box(), (self.page.viewport_size or {"height": 0})["height"]
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert self.clicks <= MOST_CLICKS
        return target.inner_text()


def cast_on(casts: list[Cast], month: int) -> list[Cast]:
    """The same votes, spread over the days of a month."""
    return [cast._replace(cast_on=date(2026, month, 1 + number % 28)) for number, cast in enumerate(casts)]


@pytest.fixture
def slugs() -> list[str]:
    """Sixty contenders with prices and votes of two months, in two categories; the dearest is the best."""
    slugs = make_contenders(CONTENDERS)
    make_categories("animals", "text-rendering")
    Category.objects.filter(slug="text-rendering").update(name="Text rendering")
    host = Provider.objects.create(slug="host", name="Host")
    for place, slug in enumerate(slugs):
        offering = Offering.objects.create(provider=host, image_model=known(slug).image_model, model_id="m")
        Price.objects.create(
            offering=offering, item="image", unit="image", amount=Decimal(CONTENDERS - place) / 1000,
            source="https://example.org/", seen_on=date(2026, 11, 1),
        )  # fmt: skip
    make_ledger()
    turned = [slugs[-1], *slugs[:-1]]
    drawn = {"categories": ("animals", "text-rendering"), "voters": 200}
    extend_board([
        *cast_on(draw_votes(slugs, VOTES, **drawn), 10),  # type: ignore[arg-type]
        *cast_on(draw_votes(turned, VOTES, seed=2, **drawn), 11),  # type: ignore[arg-type]
    ])  # fmt: skip
    cache.clear()
    audit_ledgers(at_once=True)
    return slugs


def best_of(category: str) -> tuple[str, Standing]:
    """The name and the line of the contender that leads a category's board."""
    board = {"snapshot__board__slice": "category", "snapshot__board__slice_value": category}
    line = Standing.objects.filter(**board, rank_elo=1).order_by("-snapshot").select_related("contender").first()
    assert line is not None
    assert line.contender is not None
    return line.contender.name, line


def read_best_at_text(reader: Reader) -> None:
    reader.click(reader.page.locator("main").get_by_role("link", name="See the leaderboard"))
    reader.choose(reader.page.get_by_label("Category"), "text-rendering")
    reader.page.wait_for_url("**category=text-rendering**")
    name, line = best_of("text-rendering")
    assert name in reader.sees(reader.page.locator(".board-finding"))
    assert line.elo is not None
    assert line.elo_high is not None
    row = reader.sees(reader.page.locator(".board-table tbody tr", has_text=name).first)
    assert f"{line.elo:.0f}" in row
    assert f"±{line.elo_high - line.elo:.0f}" in row


def read_cheapest_as_good(reader: Reader) -> None:
    reader.tab("Price & time")
    said = reader.sees(reader.page.locator(".pareto figcaption").first)
    assert re.search(r"\$0\.0\d\d", said)
    assert "surely worse" in said


def read_better_of_two(reader: Reader, slugs: list[str]) -> None:
    reader.tab("Head to head")
    reader.page.get_by_label("Contender", exact=True).select_option(slugs[2])
    reader.page.get_by_label("Rival").select_option(slugs[40])
    reader.click(reader.page.get_by_role("button", name="Which is better?"))
    reader.page.wait_for_url(f"**{slugs[40]}**")
    better = f"{known(slugs[2]).name} is surely better than {known(slugs[40]).name}"
    assert better in reader.sees(reader.page.locator(".verdict-sentence"))


def read_changes(reader: Reader, slugs: list[str]) -> None:
    reader.tab("Changes")
    wait_until(reader.page, lambda: "being computed" in reader.page.content())
    compute_month_ends(ledger=Ledger.objects.get())
    said = reader.sees(reader.page.locator("main .lead"))
    # In November the last contender is the best of all.
    assert f"{known(slugs[-1]).name} +" in said


def read_data(reader: Reader) -> None:
    reader.click(reader.page.locator("main").get_by_role("link", name="See the leaderboard"))
    link = reader.page.locator("main").get_by_role("link", name="CSV", exact=True)
    with reader.page.expect_download() as download:
        reader.click(link)
    assert reader.clicks <= MOST_CLICKS
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == CONTENDERS + 1


def test_five_questions_are_answered_in_the_first_screen(open_page: OpenPage, slugs: list[str]) -> None:
    questions: list[Callable[[Reader], None]] = [
        read_best_at_text,
        read_cheapest_as_good,
        lambda reader: read_better_of_two(reader, slugs),
        lambda reader: read_changes(reader, slugs),
        read_data,
    ]
    for ask in questions:
        ask(Reader(open_page("/", size=DESKTOP)))
    for ask in (read_best_at_text, lambda reader: read_better_of_two(reader, slugs)):
        ask(Reader(open_page("/", size=PHONE, scheme="dark")))
