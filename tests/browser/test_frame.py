"""The frame that all pages share, tested on pages with little else."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from tinycss2 import serialize
from tinycss2.ast import Declaration

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Scheme
from tests.test_styles import STYLES, read_style

pytestmark = pytest.mark.browser
# Properties that Chromium does not know: one that no browser knows yet, and one of Safari alone.
COMING = {"line-clamp", "-webkit-touch-callout"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plain_pages_are_open_to_everybody(open_page: OpenPage, scheme: Scheme) -> None:
    page = open_page("/accounts/login/?next=/vote/", scheme=scheme)
    for path in ("/accounts/login/?next=/vote/", "/no-such-page/", "/vote/no-such-category/"):
        page.goto(path)
        assert not Axe().run(page).response["violations"], path
        assert page.title().endswith(" · Easel")


def test_menu_opens_on_a_phone_without_script(open_page: OpenPage) -> None:
    page = open_page("/no-such-page/", size=PHONE, script=False)
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Vote")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()


def test_navigation_stands_in_the_header_of_a_wide_screen(open_page: OpenPage) -> None:
    page = open_page("/no-such-page/", size=DESKTOP, script=False)
    expect(page.get_by_role("link", name="Vote")).to_be_visible()
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()


def test_keyboard_can_skip_to_the_content(open_page: OpenPage) -> None:
    page = open_page("/no-such-page/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_closed_arena_leads_to_the_sign_in_page(open_page: OpenPage, settings: Settings) -> None:
    settings.ACCESS = "login"
    page = open_page("/vote/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_style_sheets_declare_what_a_browser_understands(chromium: Browser) -> None:
    nodes = [node for file in STYLES for node in read_style(file.read_text())]
    declared = [[node.name, serialize(node.value).strip()] for node in nodes if isinstance(node, Declaration)]
    page = chromium.new_page()
    declared.append(["colour", "red"])
    unknown = page.evaluate("all => all.filter(([name, value]) => !CSS.supports(name, value))", declared)
    page.close()
    assert [name for name, _ in unknown if name not in COMING] == ["colour"]


def test_slash_leads_to_the_search_and_can_be_switched_off(open_page: OpenPage) -> None:
    page = open_page("/no-such-page/", size=DESKTOP)
    field = page.get_by_role("searchbox", name="Search")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("a/b")
    expect(field).to_have_value("a/b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=a%2Fb")
    expect(page.get_by_label("Words")).to_have_value("a/b")
    page.evaluate("localStorage.setItem('easel.keys', 'off')")
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_label("Words")).not_to_be_focused()


def test_search_is_one_press_away_on_a_phone_without_script(open_page: OpenPage) -> None:
    page = open_page("/no-such-page/", size=PHONE, script=False)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_label("Words")).to_be_visible()
