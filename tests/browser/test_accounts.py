"""Accounts in a real browser: every page at every size, ending a session, and the way through an identity provider."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings

from arena.accounts.joining.invitations import invite
from arena.accounts.models import Session
from tests.arena.accounts.conftest import PASSWORD
from tests.arena.accounts.identity_server import QUIET, IdentityServer, running
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.looking_over import Look, look_over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), QUIET]
LOOKS: list[Look] = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@pytest.fixture
def server(settings: Settings) -> Iterator[IdentityServer]:
    with running() as server:
        settings.OIDC_ISSUER, settings.OIDC_NAME, settings.OIDC_CLIENT_ID = server.issuer, "Acme", "easel"
        settings.OIDC_CLIENT_SECRET, settings.OIDC_NEW_ACCOUNTS = "a secret between the provider and us", True
        yield server


def sign_in(page: Page, name: str = "chief") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def test_every_page_is_open_to_everybody_and_fits(
    open_page: OpenPage, server: IdentityServer, settings: Settings, thorough: bool
) -> None:
    settings.MAIL = True
    User.objects.create_superuser("chief", password=PASSWORD)
    _, token = invite(name="Ada Lovelace, whose name is as long as names of people are")
    strangers = [
        "/accounts/login/", "/accounts/reset/", "/accounts/reset/asked/", "/accounts/reset/x/y/",
        f"/accounts/invitations/{token}/", "/accounts/invitations/x/", "/accounts/oidc/callback/",
    ]  # fmt: skip
    own = ["/accounts/", "/accounts/password/", "/accounts/connect/", "/accounts/second-factor/set-up/"]
    page = open_page("/accounts/login/")
    found = look_over(page, strangers, LOOKS, thorough=thorough)
    for _ in range(2):
        sign_in(open_page("/accounts/login/"))
    sign_in(page)
    found |= look_over(page, own, LOOKS, thorough=thorough)
    assert {place: flaws for place, flaws in found.items() if flaws != ([], 0)} == {}


def test_person_ends_another_session_without_script(open_page: OpenPage) -> None:
    User.objects.create_user("reader", password=PASSWORD)
    here, there = (open_page("/accounts/login/", script=False) for _ in range(2))
    for page in (there, here):
        sign_in(page, "reader")
    here.get_by_role("link", name="Account").click()
    expect(here.get_by_text("this browser")).to_have_count(1)
    here.get_by_role("button", name="End", exact=True).click()
    expect(here.get_by_role("status")).to_contain_text("The session has ended.")
    there.goto("/accounts/")
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()
    assert Session.objects.filter(user__isnull=False).count() == 1


def test_person_signs_in_through_an_identity_provider(open_page: OpenPage, server: IdentityServer) -> None:
    page = open_page("/accounts/login/?next=/status/")
    page.get_by_role("link", name="Sign in with Acme").click()
    page.wait_for_url(f"{server.issuer}/**")
    page.locator("input[name=sub]").fill("1001")
    page.locator("input[name=sub]").press("Enter")
    page.wait_for_url("**/status/")
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("You are signed in as ada.")).to_be_visible()
