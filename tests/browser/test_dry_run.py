"""A run of three wire families and both modalities, from its plan through a bad day to a place on a board."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from playwright.sync_api import Page, expect
from pytest_django import Settings

from arena.catalog.models import Contender, Modality, Offering, Price, Provider
from arena.fake_provider.server import ImageProvider, serve_images
from arena.fake_provider.trial_catalogue import HOSTS, PRICE, TrialHost
from arena.generation.models import Attempt, Generation, Run
from arena.generation.runs.working import work_run
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import LedgerEntry, Vote
from leaderboard.computing.refresh import refresh_ledger
from tests.browser.conftest import OpenPage, wait_ready, wait_revealed
from tests.browser.test_running import sign_in
from tests.factories import make_category, make_contender, make_editing_prompt, make_image_model, make_prompt

pytestmark = pytest.mark.browser

FAMILIES = ("openai_compatible", "poll_url", "gemini")


def sell(host: TrialHost, server: ImageProvider) -> Contender:
    """Return a contender that a host of the fake provider makes and edits images with, at a cent each."""
    provider = Provider.objects.create(
        slug=host.slug, name=host.name, family=host.family, base_url=server.address_of(host.segment),
        options=dict(host.options),
    )  # fmt: skip
    image_model = make_image_model(slug=host.slug, modalities=list(Modality.values))
    offering = Offering.objects.create(
        provider=provider, image_model=image_model, model_id=host.model, modalities=list(Modality.values)
    )
    Price.objects.create(
        offering=offering, item="image", unit="image", amount=Decimal(PRICE), source="https://example.org/prices",
        seen_on="2026-11-30",
    )  # fmt: skip
    name = f"{host.name} contender"
    return make_contender(name=name, image_model=image_model, offering=offering, settings=dict(host.settings))


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[ImageProvider]:
    """A fake provider, and storage for what it makes."""
    media = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": media}
    with serve_images() as running:
        yield running


@pytest.fixture
def contenders(transactional_db: None, server: ImageProvider) -> list[Contender]:
    """One contender of each of three families, and two prompts of each modality."""
    foxes = make_category(name="Foxes")
    for text in ("A red fox", "A [moderated] fox"):
        make_prompt(category=foxes, title=text, text=text)
    edits = make_category(name="Change the light", slug="light", modality=Modality.IMAGE_EDITING)
    for text in ("Make it night", "Make it dawn"):
        make_editing_prompt(category=edits, title=text, text=text)
    first = {host.family: host for host in reversed(HOSTS)}
    return [sell(first[family], server) for family in FAMILIES]


@contextmanager
def working(run: Run) -> Iterator[None]:
    """Do within the block what workers would do, in threads with connections of their own."""
    over = threading.Event()

    def work() -> None:
        try:
            work_run(run=run, threads=1, watch=lambda: not over.wait(0.2))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def plan_in_browser(page: Page) -> Run:
    """Choose everything, with a cap, to be published by hand; start it."""
    sign_in(page)
    page.get_by_label("Spending cap, USD").fill("0.50")
    page.get_by_label("Images come into play").select_option("by_hand")
    page.get_by_label("Name of the run").fill("Foxes by night")
    page.get_by_role("button", name="Choose all shown").first.click()
    page.get_by_label("Foxes").check()
    page.get_by_label("Change the light").check()
    page.get_by_role("button", name="Start: make 12 images").click()
    expect(page.get_by_role("heading", name="Foxes by night")).to_be_visible()
    return Run.objects.get()


def spent_on_page(page: Page) -> Decimal:
    """Return what the page of a run says was spent."""
    stat = page.locator(".stat", has_text="USD spent of at most 0.5")
    return Decimal(stat.locator("dd").inner_text())


def vote_on_edits(open_page: OpenPage, times: int) -> None:
    """Vote as a visitor in the editing category, by keys."""
    page = open_page("/vote/light/")
    for _ in range(times):
        wait_ready(page)
        expect(page.locator(".source .mat img").first).to_be_visible()
        page.keyboard.press("1")
        wait_revealed(page)
        page.keyboard.press("Space")
    assert Vote.objects.count() == times


@pytest.mark.long
def test_run_of_three_families_goes_from_plan_to_board(
    open_page: OpenPage, server: ImageProvider, contenders: list[Contender]
) -> None:
    User.objects.create_superuser("staff", password="x")
    # The first host is busy, and the connection breaks off after the next order.
    server.next_faults.extend(["busyzero", "reset"])
    page = open_page("/staff/runs/new/")
    run = plan_in_browser(page)
    with working(run):
        expect(page.get_by_text("Images settled: 12 of 12")).to_be_visible()
    expect(page.locator(".stat", has_text="need a decision").locator("dd")).to_have_text("1")
    expect(page.get_by_text("Refused by the provider's filter")).to_be_visible()

    page.get_by_role("link", name="list of decisions").click()
    page.get_by_role("button", name="Repeat · 0.01").click()
    expect(page.get_by_text("1 image is ordered again.")).to_be_visible()
    page.goto(f"/staff/runs/{run.pk}/")
    with working(run):
        expect(page.get_by_text("Images settled: 12 of 12")).to_be_visible()
    expect(page.locator(".stat", has_text="done").locator("dd").first).to_have_text("9")
    bills = server.journal.bills
    assert set(bills.values()) == {1}
    charged = Attempt.objects.exclude(billed="no")
    assert {str(key) for key in charged.values_list("idempotency_key", flat=True)} == set(bills)
    assert spent_on_page(page) == Decimal(PRICE) * bills.total() == Decimal("0.10")

    assert not Generation.objects.filter(entered_at__isnull=False).exists()
    page.get_by_role("button", name="Publish 9 images").click()
    expect(page.get_by_text("9 images are in play now.")).to_be_visible()
    # Of three images of a prompt, a voter sees each once: one pair of each prompt.
    vote_on_edits(open_page, 2)
    assert seal_votes() == 2
    refresh_ledger(ledger=open_ledger("native"))
    board = open_page("/leaderboard/image-editing/").get_by_role("table").first
    judged = {slug for pair in LedgerEntry.objects.values_list("left", "right") for slug in pair}
    assert judged <= {contender.slug for contender in contenders}
    for contender in contenders:
        if contender.slug in judged:
            expect(board).to_contain_text(contender.name)
