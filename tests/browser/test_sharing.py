"""Copying what a page offers, and what of it is on paper."""

import pytest
from playwright.sync_api import expect

from arena.catalog.models import Contender
from tests.browser.conftest import OpenPage
from tests.leaderboard.pages import BOARD, make_board

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_links_and_badges_can_be_copied_and_pages_printed(open_page: OpenPage) -> None:
    slugs = make_board(3, 600)
    board = open_page(BOARD, permissions=["clipboard-read", "clipboard-write"])
    link = board.get_by_role("link", name="Copy link to these numbers")
    link.click()
    expect(board.locator("a[data-copy]")).to_have_text("Copied")
    expect(board.locator("#board-said")).to_have_text("Copied")
    copied = board.evaluate("navigator.clipboard.readText()")
    assert f"{BOARD}?at=" in copied
    assert board.url.endswith(BOARD)
    board.emulate_media(media="print")
    expect(board.locator(".board-bar")).to_be_hidden()
    expect(board.locator(".site-header")).to_be_hidden()
    expect(board.locator(".board-notes dl")).to_be_visible()
    expect(board.locator(".printed-address")).to_have_text(copied)

    model = Contender.objects.get(slug=slugs[0]).image_model.slug
    page = open_page(f"/models/{model}/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("[![")
    assert page.locator(".badge-code img").first.evaluate("image => image.naturalHeight") == 20


def test_link_is_plain_without_script(open_page: OpenPage) -> None:
    make_board(3, 60)
    page = open_page(BOARD, script=False)
    page.get_by_role("link", name="Link to these numbers").click()
    assert "?at=" in page.url
