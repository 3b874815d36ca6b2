"""Staff plan a run in the browser, watch it, look at its images and publish them; then they are voted on."""

import threading
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django import Settings

from arena.fake_provider.server import serve_images
from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation, Image, Run
from tests.arena.generation.conftest import KEY_ENV, make_shop
from tests.browser.conftest import OpenPage
from tests.factories import make_category, make_prompt

pytestmark = pytest.mark.browser


def sign_in(page: Page) -> None:
    """Sign in on the page to which staff pages lead."""
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("x")
    page.keyboard.press("Enter")


def work_off(run: Run) -> None:
    """Do what workers would do, in a thread with a connection of its own."""
    try:
        for key in list(run.generations.values_list("pk", flat=True)):
            generate_image(key)
    finally:
        connection.close()


def test_run_is_planned_watched_looked_at_and_published(
    open_page: OpenPage, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": media}
    monkeypatch.setenv(KEY_ENV, "x")
    User.objects.create_superuser("staff", password="x")
    with serve_images() as server:
        shop = make_shop(server)
        other = shop.sell("other")
        category = make_category(name="Foxes")
        for title in ("A red fox", "A [moderated] fox", "A [invalid] fox"):
            make_prompt(title=title, text=title, category=category)
        page = open_page("/staff/runs/new/")
        sign_in(page)
        page.get_by_label("Spending cap, USD").fill("1")
        page.get_by_label("Images come into play").select_option("by_hand")
        page.get_by_label("Name of the run").fill("Foxes of autumn")
        # The estimate follows what is chosen, without a button.
        page.get_by_label("Foxes").check()
        page.get_by_label("Search in this list").first.fill(other.name)
        expect(page.get_by_label(shop.contender.name)).to_be_hidden()
        page.get_by_role("button", name="Choose all shown").first.click()
        expect(page.get_by_role("button", name="Start: make 3 images")).to_be_visible()
        page.get_by_label("all 2").check()
        expect(page.get_by_role("button", name="Start: make 6 images")).to_be_visible()
        page.get_by_role("button", name="Start: make 6 images").click()
        expect(page.get_by_role("heading", name="Foxes of autumn")).to_be_visible()
        run = Run.objects.get()
        # The open page follows the workers by itself.
        worker = threading.Thread(target=work_off, args=[run])
        worker.start()
        worker.join()
        expect(page.get_by_text("Images settled: 6 of 6")).to_be_visible()
        expect(page.get_by_text("Refused by the provider's filter")).to_be_visible()
        expect(page.get_by_text("USD spent of at most 1")).to_be_visible()
        assert page.locator("#live").get_attribute("hx-trigger") is None
        page.get_by_role("link", name="Look at them without names").click()
        expect(page.locator(".look-image img")).to_have_count(2)
        assert other.name not in page.content()
        page.get_by_role("button", name="Publish 2 images").click()
        expect(page.get_by_text("2 images are in play now.")).to_be_visible()
        assert Generation.objects.filter(entered_at__isnull=False).count() == Image.objects.count() == 2
        page.goto("/vote/")
        expect(page.get_by_text("A red fox")).to_be_visible()


def test_run_is_planned_without_script(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, "x")
    User.objects.create_superuser("staff", password="x")
    with serve_images() as server:
        shop = make_shop(server)
        make_prompt(category=make_category(name="Foxes"))
        page = open_page("/staff/runs/new/", script=False)
        sign_in(page)
        page.get_by_label("Foxes").check()
        page.get_by_label(shop.contender.name).check()
        page.get_by_role("button", name="Show the estimate").click()
        page.get_by_role("button", name="Only plan it").click()
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_text("The run goes on.")).to_be_visible()
    assert Run.objects.get().state == "running"
