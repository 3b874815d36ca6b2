"""The catalogue against the lists of providers that answer over HTTP: what is gone, ends or is new; what staff see."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from arena.catalog.models import Contender, Fact, LogLine, Notice, Offering, Provider
from arena.fake_provider.server import ImageProvider, serve_images
from arena.generation.syncing.model_lists import read_models
from arena.generation.syncing.model_sync import sync_models
from arena.generation.syncing.notices import read_notices
from tests.factories import make_contender

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def server() -> Iterator[ImageProvider]:
    with serve_images() as running:
        yield running


def sell(server: ImageProvider, *model_ids: str, family: str = "openai_compatible", **fields: Any) -> list[Contender]:
    """Contenders that a provider at the fake server sells under these names."""
    provider = Provider.objects.create(slug="host", name="Host", family=family, base_url=server.base_url, **fields)
    contenders = []
    for model_id in model_ids:
        contender = make_contender(slug=model_id.replace(".", "-").replace("/", "-"))
        contender.offering = Offering.objects.create(
            provider=provider, image_model=contender.image_model, model_id=model_id
        )
        contender.save()
        contenders.append(contender)
    return contenders


def listed(**ids: str | None) -> dict[str, Any]:
    """A list in OpenAI's form."""
    return {"data": [{"id": name.replace("_", "-"), "shutdown_date": day} for name, day in ids.items()]}


def notices() -> set[tuple[str, str]]:
    return set(Notice.objects.values_list("kind", "subject"))


def test_sync_tells_what_is_gone_ends_or_is_new(server: ImageProvider) -> None:
    sell(server, "gpt-image-2", "gpt-image-9-flare")
    page = listed(gpt_image_2="2027-03-01", gpt_image_3=None, gpt_5=None)
    page["data"].append({"id": "gpt-image-2-2026-04-21"})
    server.pages = {"/models": page}
    (done,) = sync_models(today=TODAY)
    assert done.listed == 4
    assert notices() == {("missing", "gpt-image-9-flare"), ("shutdown", "gpt-image-2"), ("new", "gpt-image-3")}
    ends, gone = Offering.objects.order_by("model_id")
    assert (ends.reported_shutdown_on, ends.missing_since) == (date(2027, 3, 1), None)
    assert (gone.reported_shutdown_on, gone.missing_since) == (None, TODAY)
    assert LogLine.objects.get(kind="shutdown").details == {"day": "2027-03-01", "provider": "Host"}


def test_sync_again_keeps_when_a_notice_came_and_drops_what_has_passed(server: ImageProvider) -> None:
    sell(server, "gpt-image-2", "gpt-image-9-flare")
    server.pages = {"/models": listed(gpt_image_2=None)}
    sync_models(today=TODAY)
    first = Notice.objects.get(kind="missing").first_seen_at
    sync_models(today=TODAY + DAY)
    again = Notice.objects.get(kind="missing")
    assert again.first_seen_at == first
    assert again.seen_at > first
    assert Offering.objects.get(model_id="gpt-image-9-flare").missing_since == TODAY
    server.pages = {
        "/models": listed(gpt_image_2=None) | {"data": [{"id": "gpt-image-2"}, {"id": "gpt-image-9-flare"}]}
    }
    sync_models(today=TODAY + 2 * DAY)
    assert notices() == set()
    assert Offering.objects.get(model_id="gpt-image-9-flare").missing_since is None


def test_contender_leaves_sampling_on_the_day_that_its_provider_reports(server: ImageProvider) -> None:
    (contender,) = sell(server, "gpt-image-2")
    server.pages = {"/models": listed(gpt_image_2=str(TODAY))}
    sync_models(today=TODAY)
    contender.refresh_from_db()
    assert contender.retired_on == TODAY
    assert LogLine.objects.get(kind="retired").reason == "Host shut gpt-image-2 down."


@pytest.mark.parametrize("page", [{"error": "no"}, {"data": []}, [{"id": "flux"}], "text", None])
def test_list_that_cannot_be_understood_changes_nothing_but_a_notice(server: ImageProvider, page: Any) -> None:
    sell(server, "gpt-image-2")
    server.pages = {} if page is None else {"/models": page}
    sync_models(today=TODAY)
    assert notices() == {("failed", "")}
    assert Offering.objects.get().missing_since is None


def test_google_and_replicate_are_asked_in_their_own_forms(server: ImageProvider) -> None:
    sell(server, "gemini-3-image", family="gemini")
    server.pages = {"/models": {"models": [{"name": "models/gemini-3-image"}, {"name": "models/gemini-4-image"}]}}
    assert sync_models(today=TODAY)[0].listed == 2
    assert notices() == {("new", "gemini-4-image")}
    provider = Provider(family="replicate", base_url=server.base_url)
    server.pages = {"/models/maker/image": {"name": "image"}}
    assert read_models(provider, {"maker/image:3", "maker/gone"}) == {"maker/image:3": None}


def test_command_prints_what_it_found_and_names_who_cannot_be_asked(
    server: ImageProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(server, "gpt-image-2", "gpt-image-9-flare", key_env="A_KEY_OF_A_TEST")
    monkeypatch.delenv("A_KEY_OF_A_TEST", raising=False)
    out = StringIO()
    call_command("sync_models", stdout=out)
    assert "No provider was asked" in out.getvalue()
    with pytest.raises(CommandError, match="host cannot be asked"):
        call_command("sync_models", "--provider", "host")
    monkeypatch.setenv("A_KEY_OF_A_TEST", "a-secret")
    server.pages = {"/models": listed(gpt_image_2=None)}
    call_command("sync_models", "--provider", "host", stdout=out)
    assert "Host: 1 models listed.\n  gpt-image-9-flare" in out.getvalue()


@pytest.mark.usefixtures("plain_static_files")
def test_staff_page_shows_notices_endings_and_old_facts(server: ImageProvider, admin_client: Client) -> None:
    today = timezone.now().date()  # The page asks for notices of the day itself.
    dying, gone = sell(server, "gpt-image-2", "gpt-image-9-flare")
    dying.image_model.shutdown_on = today + 10 * DAY
    dying.image_model.save()
    for age in (89, 91, 200):
        Fact.objects.create(
            image_model=gone.image_model, key="licence", value=str(age), source="https://example.com",
            seen_on=today - age * DAY,
        )  # fmt: skip
    server.pages = {"/models": listed(gpt_image_2=None)}
    sync_models(today=today)
    found = read_notices(today=today)
    assert [(one.image_model, one.provider) for one in found.ending] == [
        (gone.image_model, "Host"), (dying.image_model, ""),
    ]  # fmt: skip
    assert [(one.statements, one.oldest) for one in found.stale] == [(2, today - 200 * DAY)]
    assert found.total == 4
    page = admin_client.get("/staff/notices/").content.decode()
    assert "gpt-image-9-flare" in page
    assert Client().get("/staff/notices/").status_code == 302
    link = "about the catalogue"
    assert link in admin_client.get("/status/").content.decode()
    assert link not in Client().get("/status/").content.decode()
