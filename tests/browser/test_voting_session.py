"""A session of twenty votes, its summary, and going on when all is judged."""

import itertools
import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from arena.catalog.models import Contender, Prompt
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, Matchup, PairSplit, Vote
from tests.browser.conftest import (
    AT_ONCE,
    PHONE,
    UNTIL_NEXT,
    OpenPage,
    wait_fetched,
    wait_ready,
    wait_revealed,
    wait_until,
)
from tests.factories import make_arena

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]
NINETEEN = [{"id": f"vote-{n}", "category": "Food", "isCommon": [True, False, None][n % 3]} for n in range(19)]


def test_twenty_votes_end_in_a_summary_that_never_blocks(open_page: OpenPage, arena: Arena) -> None:
    contenders = sorted(arena[0], key=lambda contender: contender.pk)
    ledger = open_ledger(Ledger.Kind.NATIVE)
    for first, second in itertools.combinations(contenders, 2):
        counts = {"first_wins": 1, "second_wins": 1, "ties": 7, "both_bad": 1}
        PairSplit.objects.create(ledger=ledger, first=first, second=second, **counts)
    begun = (
        f"sessionStorage.getItem('easel.session') ?? sessionStorage.setItem('easel.session', '{json.dumps(NINETEEN)}');"
    )
    page = open_page("/vote/", init_script=AT_ONCE + begun, size=PHONE)
    wait_ready(page)
    wait_fetched(page, 3)
    expect(page.locator(".count")).to_have_text("19 of 20")
    category = page.locator(".criterion b").inner_text()
    page.keyboard.press("3")
    wait_revealed(page)
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votes in this session: 20")
    # Thirteen of the nineteen could be compared, and so could this one, with which most agree.
    expect(page.locator(".summary")).to_contain_text("In 8 of 14 votes you agree")
    expect(page.locator(".summary")).to_contain_text(f"Categories: Food · {category}")
    expect(page.get_by_role("link", name="Your own ranking")).to_have_attribute("href", "/leaderboard/mine/")
    assert not Axe().run(page).response["violations"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    wait_ready(page)
    page.keyboard.press("ArrowLeft")
    wait_revealed(page)
    expect(page.locator(".count")).to_have_text("1 of 20")
    page.keyboard.press("Space")
    wait_ready(page)
    assert Vote.objects.count() == 2


def test_all_judged_goes_on_with_what_was_skipped_and_with_another_language(
    open_page: OpenPage, transactional_db: None
) -> None:
    make_arena(contenders=4, prompts=2, languages=("en", "de"))
    page = open_page("/vote/", init_script=UNTIL_NEXT)
    wait_ready(page)
    page.keyboard.press("s")
    wait_ready(page)
    # Going on from the last pair sends its vote; its names are told below what is left.
    page.keyboard.press("1")
    page.wait_for_selector(".vote[data-state=held]")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="All judged")).to_be_visible()
    expect(page.locator(".strip-message")).to_contain_text("Sent. A was Name of")
    assert not Axe().run(page).response["violations"]
    page.get_by_role("link", name="Judge what you skipped: 1 pair").click()
    wait_ready(page)
    page.keyboard.press("2")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Deutsch").click()
    wait_ready(page)
    wait_fetched(page, 2)
    expect(page.locator("h1")).to_have_attribute("lang", "de")
    wait_until(page, lambda: sorted(Vote.objects.values_list("outcome", flat=True)) == ["left", "right"])
    assert Matchup.objects.filter(answer="skip").count() == 1
