"""The staff pages on runs: for staff only, complete, and without images."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation, Run
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_generation, make_prompt

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


def test_times_name_their_zone(staff: Client, run: Run) -> None:
    for path in ("/staff/runs/", f"/staff/runs/{run.pk}/"):
        assert f"{run.created_at:%Y-%m-%d %H:%M} UTC</time>" in staff.get(path).content.decode()


def test_empty_list_says_how_to_begin(staff: Client) -> None:
    assert "manage.py generate" in staff.get("/staff/runs/").content.decode()


def test_detail_names_what_went_wrong(staff: Client, run: Run) -> None:
    page = staff.get(f"/staff/runs/{run.pk}/").content.decode()
    for words in ("Invalid size.", "Needs a decision", "A [broken]", "1 call may have been charged", "Unknown"):
        assert words in page
    assert "<img" not in page
    assert staff.get("/staff/runs/999999/").status_code == 404


def test_list_takes_a_bounded_number_of_queries(staff: Client, run: Run, django_assert_max_num_queries: object) -> None:
    for _ in range(30):
        make_generation(pixels=False)
    with django_assert_max_num_queries(90):  # type: ignore[operator] # a context manager of pytest-django
        staff.get("/staff/runs/?page=2")


def test_admin_decides_and_changes_nothing_else(staff: Client, run: Run) -> None:
    stuck = Generation.objects.get(state="needs_decision")
    data = {"action": "give_up", "_selected_action": [stuck.pk]}
    staff.post("/admin/generation/generation/", data)
    stuck.refresh_from_db()
    assert stuck.state == "failed"
    assert b"no decision" in staff.post("/admin/generation/generation/", data, follow=True).content
    for name in ("run", "generation", "attempt"):
        assert staff.get(f"/admin/generation/{name}/").status_code == 200
        assert staff.get(f"/admin/generation/{name}/add/").status_code == 403


@pytest.mark.parametrize(("permission", "state"), [("view", "needs_decision"), ("change", "queued")])
def test_admin_orders_again_only_for_those_who_may_change(run: Run, permission: str, state: str) -> None:
    user = User.objects.create_user("editor", password="x", is_staff=True)
    names = {"view_generation", f"{permission}_generation"}
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    stuck = Generation.objects.get(state="needs_decision")
    client.post("/admin/generation/generation/", {"action": "retry", "_selected_action": [stuck.pk]})
    stuck.refresh_from_db()
    assert stuck.state == state


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
