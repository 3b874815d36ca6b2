"""The staff pages on runs: for staff only, complete, and without images."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt, Generation, ProviderState, Run
from arena.generation.providers.base import ErrorKind
from arena.generation.runs.causes import CAUSES
from arena.generation.runs.lifecycle import cancel_run, plan_run, start_run
from arena.generation.views.runs import PAGE_LENGTH
from tests.arena.generation.conftest import Shop
from tests.factories import make_generation, make_prompt, make_run
from tests.leaderboard.pages import count_queries

pytestmark = pytest.mark.usefixtures("plain_static_files")


@pytest.fixture
def staff(db: None) -> Client:
    """A signed-in member of the staff."""
    client = Client()
    client.force_login(User.objects.create_user("staff", password="x", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def run(shop: Shop) -> Run:
    """A run in which one image was made, one call failed and one needs a decision."""
    prompts = [make_prompt(text=text, title=text) for text in ("A cat", "A [invalid]", "A [broken]", "A dog")]
    planned = plan_run(contenders=[shop.contender], prompts=prompts, cap=None, name="The autumn run")
    start_run(run=planned)
    for generation in list(planned.generations.all())[:3]:
        generate_image(generation.pk)
    return planned


@pytest.mark.parametrize("path", ["/staff/runs/", "/staff/runs/1/"])
def test_runs_are_for_staff_only(path: str, client: Client, db: None) -> None:
    assert client.get(path).headers["location"] == f"/accounts/login/?next={path}"
    client.force_login(User.objects.create_user("reader", password="x"))
    assert client.get(path).status_code == 302


def test_list_shows_progress_and_spending(staff: Client, run: Run) -> None:
    page = staff.get("/staff/runs/").content.decode()
    assert "The autumn run" in page
    assert "1 / 4" in page
    assert "0.01" in page


def test_times_are_in_the_readers_language_and_name_their_zone(staff: Client, run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(created_at=datetime(2026, 3, 5, 14, 7, 9, tzinfo=UTC))
    for path in ("/staff/runs/", f"/staff/runs/{run.pk}/"):
        assert ">5 March 2026, 14:07 UTC</time>" in staff.get(path).content.decode()
        assert ">5. März 2026, 14:07 UTC</time>" in staff.get(path, headers={"Accept-Language": "de"}).content.decode()


def test_time_of_a_call_is_to_the_second(staff: Client, run: Run) -> None:
    Attempt.objects.update(started_at=datetime(2026, 3, 5, 14, 7, 9, tzinfo=UTC))
    assert ">5 March 2026, 14:07:09 UTC</time>" in staff.get(f"/staff/runs/{run.pk}/").content.decode()


def test_empty_list_says_how_to_begin(staff: Client) -> None:
    assert "manage.py generate" in staff.get("/staff/runs/").content.decode()


def test_detail_names_what_went_wrong(staff: Client, run: Run) -> None:
    page = staff.get(f"/staff/runs/{run.pk}/").content.decode()
    for words in ("Invalid size.", "Needs a decision", "A [broken]", "1 call may have been charged", "Unknown"):
        assert words in page
    assert "<img" not in page
    assert staff.get("/staff/runs/999999/").status_code == 404


def test_run_groups_errors_by_cause_and_says_what_to_do(staff: Client, run: Run) -> None:
    for address in (f"/staff/runs/{run.pk}/", f"/staff/runs/{run.pk}/live/"):
        page = staff.get(address).content.decode()
        assert "Compare the contender&#x27;s settings with what the model takes" in page
        assert "The provider does not accept the request" in page
        assert 'hx-trigger="every 3s"' in page
    cancel_run(run=run)
    assert "hx-trigger" not in staff.get(f"/staff/runs/{run.pk}/live/").content.decode()


def test_run_says_why_its_images_wait(staff: Client, run: Run, shop: Shop) -> None:
    address = f"/staff/runs/{run.pk}/live/"
    assert "image waits for" not in staff.get(address).content.decode()
    stopped = ProviderState.Breaker.STOPPED
    ProviderState.objects.update_or_create(
        provider=shop.provider, defaults={"breaker": stopped, "reason": "The key is no longer valid."}
    )
    said = staff.get(address).content.decode()
    assert 'waits for <a href="/staff/providers/fake/">Fake</a>' in said
    assert "The key is no longer valid." in said


def test_every_cause_has_advice() -> None:
    assert set(ErrorKind) <= set(CAUSES)


def test_import_says_nothing_of_costs(staff: Client) -> None:
    generation = make_generation(run=make_run(kind=Run.Kind.IMPORT, name="Brought"), pixels=False)
    page = staff.get(f"/staff/runs/{generation.run_id}/").content.decode()
    assert generation.contender.name in page
    assert "cost nothing" in page
    assert "USD" not in page


def test_run_is_steered_by_post_of_those_who_may(staff: Client, run: Run) -> None:
    def steer(action: str, **data: str) -> str:
        data |= {"action": action}
        said = staff.post(f"/staff/runs/{run.pk}/steer/", data, follow=True).content.decode()
        run.refresh_from_db()
        return said

    assert "paused" in steer("pause")
    assert run.state == "paused"
    assert "goes on" in steer("start")
    steer("cap", cap="2.5")
    assert run.cap == Decimal("2.5")
    assert "no amount" in steer("cap", cap="much")
    assert "1 image is tried again" in steer("retry")
    assert run.generations.filter(state="queued").count() == 2
    steer("by_hand")
    assert run.publishing == "by_hand"
    assert "0 images" not in steer("publish")
    assert run.generations.filter(entered_at__isnull=False).count() == 1
    steer("cancel")
    assert run.state == "cancelled"
    assert "Choose what" in steer("dance")
    assert staff.get(f"/staff/runs/{run.pk}/steer/").status_code == 405
    onlooker = Client()
    onlooker.force_login(User.objects.create_user("onlooker", password="x", is_staff=True))
    assert onlooker.get(f"/staff/runs/{run.pk}/").status_code == 200
    assert onlooker.post(f"/staff/runs/{run.pk}/steer/", {"action": "start"}).status_code == 302
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_steering_needs_the_token_of_the_page(run: Run) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("boss", password="x"))
    assert client.post(f"/staff/runs/{run.pk}/steer/", {"action": "pause"}).status_code == 403


def test_list_takes_a_bounded_number_of_queries(staff: Client, db: None) -> None:
    runs = [make_run() for _ in range(PAGE_LENGTH)]
    full = count_queries(staff, "/staff/runs/")
    runs += [make_run() for _ in range(PAGE_LENGTH)]
    assert count_queries(staff, "/staff/runs/") <= full
    assert count_queries(staff, "/staff/runs/?page=2") <= full
    assert f"/staff/runs/{runs[0].pk}/" in staff.get("/staff/runs/?page=2").content.decode()


def test_admin_neither_decides_nor_changes(staff: Client, run: Run) -> None:
    stuck = Generation.objects.get(state="needs_decision")
    for action in ("give_up", "retry"):
        staff.post("/admin/generation/generation/", {"action": action, "_selected_action": [stuck.pk]})
    stuck.refresh_from_db()
    assert stuck.state == "needs_decision"
    for name in ("run", "generation", "attempt"):
        assert staff.get(f"/admin/generation/{name}/").status_code == 200
        assert staff.get(f"/admin/generation/{name}/add/").status_code == 403


def test_admin_pauses_resumes_and_cancels_runs(staff: Client, run: Run) -> None:
    def act(action: str) -> str:
        data = {"action": action, "_selected_action": [run.pk]}
        said = staff.post("/admin/generation/run/", data, follow=True).content.decode()
        run.refresh_from_db()
        return said

    for action, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        act(action)
        assert run.state == state
    assert run.generations.filter(state="cancelled").count() == 1
    assert "is cancelled" in act("resume")
