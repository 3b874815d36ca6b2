"""Voting without JavaScript."""

import pytest
from playwright.sync_api import expect

from arena.catalog.models import Contender, Prompt
from arena.voting.models import Matchup, Vote
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser
Arena = tuple[list[Contender], list[Prompt]]


def test_form_votes_reveals_and_goes_on_without_script(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", script=False)
    for name, outcome in (("A is better", "left"), ("Both bad", "both_bad")):
        expect(page.locator(".mat img").first).to_be_visible()
        page.get_by_role("button", name=name).click()
        vote = Vote.objects.latest("cast_at")
        assert vote.outcome == outcome
        expect(page.locator(".placard[data-side=left] a")).to_have_text(vote.matchup.left.contender.name)
        expect(page.locator(".placard[data-side=right] a")).to_have_text(vote.matchup.right.contender.name)
        assert page.locator(".mat img").count() == 2
        page.get_by_role("link", name="Next pair").click()
    assert Vote.objects.count() == 2


def test_form_skips_without_script(open_page: OpenPage, arena: Arena) -> None:
    page = open_page("/vote/", script=False)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("button", name="A is better")).to_be_visible()
    assert Matchup.objects.filter(answer="skip").count() == 1
    assert not Vote.objects.exists()
