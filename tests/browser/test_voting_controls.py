"""What the voting screen says after gold pairs and repeats."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from arena.catalog.models import Contender, Prompt
from arena.voting.blindness.tokens import read_token
from arena.voting.models import Matchup
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, on_screen, wait_ready, wait_until
from tests.factories import make_gold_arena

pytestmark = pytest.mark.browser
CHECK = "A check: one image was made for another prompt. It counts for nothing."
LATER = "The names of this pair are told later."
AGAIN = "You have judged this pair before, sides swapped. Only your first vote counts."


@pytest.fixture(autouse=True)
def arena(transactional_db: None) -> tuple[list[Contender], list[Prompt]]:
    """Three contenders and four prompts of one category that has gold pairs."""
    return make_gold_arena(samples=2)


def shown(page: Page) -> Matchup:
    return Matchup.objects.get(pk=read_token(on_screen(page)))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_gold_pair_looks_like_any_other_and_is_explained_afterwards(
    open_page: OpenPage, settings: Settings, arena: tuple[list[Contender], list[Prompt]], size: tuple[int, int]
) -> None:
    settings.GOLD_SHARE = 1.0
    page = open_page("/vote/", size=size)
    wait_ready(page)
    assert shown(page).control in ("gold_left", "gold_right")
    expect(page.get_by_text(CHECK)).not_to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".strip")).to_contain_text(CHECK)
    expect(page.locator(".placard a[href]")).to_have_count(0)
    assert all(contender.name not in page.content() for contender in arena[0])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settings.GOLD_SHARE = 0.0
    page.keyboard.press("Enter")
    wait_ready(page)
    expect(page.locator(".strip")).not_to_contain_text(CHECK)


def test_names_of_a_pair_that_comes_again_are_told_the_second_time(
    open_page: OpenPage, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("arena.voting.dealing.matchups.APART", 1)
    settings.REPEAT_SHARE = 1.0
    page = open_page("/vote/")
    wait_ready(page)
    first = shown(page)
    page.keyboard.press("1")
    expect(page.locator(".strip")).to_contain_text(LATER)
    expect(page.locator(".placard a[href]")).to_have_count(0)
    settings.REPEAT_SHARE = 0.0

    def is_again() -> bool:
        if not page.locator(".vote[data-state=ready]").count():
            page.keyboard.press("Enter")
            return False
        if shown(page).control == "repeat":
            return True
        page.keyboard.press("2")
        return False

    wait_until(page, is_again)
    assert (shown(page).left, shown(page).right) == (first.right, first.left)
    page.keyboard.press("2")
    expect(page.locator(".strip")).to_contain_text(AGAIN)
    expect(page.locator(".placard[data-side=left] a")).to_have_text(first.right.contender.name)
