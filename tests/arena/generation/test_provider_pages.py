"""Staff pages of providers and decisions: never a key, each choice a POST with its cost, and nothing for others."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from arena.generation.calls.brakes.throttle import state_of
from arena.generation.calls.generating import generate_image
from arena.generation.models import Decision, Generation, Probe, ProviderState, Run
from arena.generation.runs.decisions import find_undecided
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.runs.trying.probing import LIFETIME, work_probe
from arena.generation.spending import spent_in_run, spent_on
from tests.arena.generation.calls.test_day_caps import today
from tests.arena.generation.conftest import KEY_ENV, Shop
from tests.factories import make_prompt

pytestmark = pytest.mark.usefixtures("plain_static_files")


@pytest.fixture
def staff(db: None) -> Client:
    """A signed-in member of the staff who may do everything."""
    client = Client()
    client.force_login(User.objects.create_user("staff", password="x", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def run(shop: Shop) -> Run:
    """A run with two calls of one cause, a paid one of another, and an image."""
    prompts = [make_prompt(text=text, title=text) for text in ("A [broken]", "B [broken]", "A [bomb]", "A cat")]
    planned = plan_run(contenders=[shop.contender], prompts=prompts, name="The autumn run")
    start_run(run=planned)
    for generation in planned.generations.all():
        generate_image(generation.pk)
    return planned


def main_of(client: Client, path: str) -> str:
    """Return the page's own part, without what surrounds every page."""
    return client.get(path).content.decode().partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("path", ["decisions/", "providers/", "providers/fake/"])
def test_pages_are_for_staff_only(path: str, client: Client, shop: Shop) -> None:
    assert client.get(f"/staff/{path}").headers["location"].startswith("/accounts/login/")


def test_decisions_are_listed_by_cause_with_costs(staff: Client, run: Run) -> None:
    page = staff.get("/staff/decisions/").content.decode()
    for words in (
        "Fake",
        "2 calls, which count for 0.01 USD",
        "Repeat all · up to 0.01 USD",
        "B [broken]",
        "billed",
    ):
        assert words in page
    assert "Ask ·" not in page
    assert "<img" not in page


def test_one_click_decides_one_or_a_cause(staff: Client, run: Run) -> None:
    cause = find_undecided()[0]
    first = cause.rows[0]
    form = {"choice": "repeat", "seen": first.attempt.pk}
    said = staff.post(f"/staff/decisions/{first.generation.pk}/", form, follow=True).content.decode()
    assert "1 image is ordered again." in said
    assert (
        "no decision any more"
        in staff.post(f"/staff/decisions/{first.generation.pk}/", form, follow=True).content.decode()
    )
    bulk = {"choice": "give_up", "cause": cause.key, "seen": cause.last}
    assert "1 image is given up." in staff.post("/staff/decisions/cause/", bulk, follow=True).content.decode()
    assert list(Decision.objects.order_by("id").values_list("choice", "decided_by__username")) == [
        ("repeat", "staff"), ("give_up", "staff"),
    ]  # fmt: skip
    assert "Give up" in staff.get("/staff/decisions/").content.decode()


def test_those_who_may_only_look_decide_nothing(run: Run) -> None:
    client = Client()
    user = User.objects.create_user("reader", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_generation", "view_run"]))
    client.force_login(user)
    assert "<button" not in main_of(client, "/staff/decisions/")
    stuck = Generation.objects.filter(state="needs_decision").first()
    assert stuck is not None
    assert client.post(f"/staff/decisions/{stuck.pk}/", {"choice": "repeat", "seen": 1}).status_code == 403
    for act in ("steer", "cap", "test"):
        assert client.post(f"/staff/providers/fake/{act}/").status_code == 403
    assert "<button" not in main_of(client, "/staff/providers/fake/")


@pytest.mark.parametrize("form", [{"choice": "burn", "seen": "1"}, {"choice": "repeat", "seen": "x"}, {}])
def test_forged_decision_is_not_found(form: dict[str, str], staff: Client, run: Run) -> None:
    stuck = Generation.objects.filter(state="needs_decision").first()
    assert stuck is not None
    assert staff.post(f"/staff/decisions/{stuck.pk}/", form).status_code == 404


def test_provider_page_shows_spending_and_never_the_key(
    staff: Client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = staff.get("/staff/providers/fake/").content.decode()
    assert f"Present, in {KEY_ENV}." in page
    assert "0.02" in page
    assert f"{today():%Y-%m-%d}" in page
    assert "secret-of-the-tests" not in page + staff.get("/staff/providers/").content.decode()
    monkeypatch.delenv(KEY_ENV)
    assert f"set {KEY_ENV} in the environment" in staff.get("/staff/providers/fake/").content.decode()


def test_stopped_provider_says_why_and_is_resumed_by_a_click(staff: Client, shop: Shop) -> None:
    planned = plan_run(contenders=[shop.contender], prompts=[make_prompt(text="A [badkey]")], name="Key")
    start_run(run=planned)
    generate_image(planned.generations.get().pk)
    assert "Incorrect API key provided" in staff.get("/staff/providers/fake/").content.decode()
    said = staff.post("/staff/providers/fake/steer/", {"act": "resume"}, follow=True).content.decode()
    assert "Calls begin again." in said
    assert ProviderState.objects.get().breaker == "closed"
    staff.post("/staff/providers/fake/steer/", {"act": "stop"})
    stopped = ProviderState.objects.get()
    assert (stopped.breaker, stopped.reason) == ("stopped", "Stopped by staff.")


@pytest.mark.parametrize(("text", "cap"), [("2.5", Decimal("2.5")), ("", None), ("-1", Decimal(9)), ("x", Decimal(9))])
def test_cap_is_set_and_lifted(text: str, cap: Decimal | None, staff: Client, shop: Shop) -> None:
    state_of(shop.provider)
    ProviderState.objects.update(day_cap=9)
    staff.post("/staff/providers/fake/cap/", {"cap": text})
    assert ProviderState.objects.get().day_cap == cap


def test_test_call_is_paid_once_and_kept_nowhere(staff: Client, shop: Shop) -> None:
    page = staff.get("/staff/providers/fake/").content.decode()
    assert "up to 0.005 USD" in page
    assert not shop.server.journal.orders
    staff.post("/staff/providers/fake/test/", {"contender": shop.contender.slug})
    again = staff.post("/staff/providers/fake/test/", {"contender": shop.contender.slug}, follow=True)
    assert "is at work" in again.content.decode()
    probe = Probe.objects.get()
    work_probe(probe.pk)
    work_probe(probe.pk)
    probe.refresh_from_db()
    assert (probe.outcome, probe.billed, probe.cost, probe.message) == (
        "done", "yes", Decimal("0.005"), "256 × 256 pixels",
    )  # fmt: skip
    assert dict(shop.server.journal.bills) == {str(probe.idempotency_key): 1}
    assert spent_on(today(), provider_id=shop.provider.pk) == Decimal("0.005")
    assert not Generation.objects.exists()
    assert "256 × 256" in staff.get("/staff/providers/fake/").content.decode()


@pytest.mark.parametrize(
    ("model", "outcome", "spent"), [("m:badkey", "auth", "0"), ("m:broken", "unavailable", "0.005")]
)
def test_test_call_that_fails_says_why_and_what_it_counts_for(
    model: str, outcome: str, spent: str, staff: Client, shop: Shop
) -> None:
    contender = shop.sell(model)
    staff.post("/staff/providers/fake/test/", {"contender": contender.slug})
    work_probe(Probe.objects.get().pk)
    assert Probe.objects.get().outcome == outcome
    assert spent_on(today()) == Decimal(spent)


def test_test_call_keeps_the_cap_and_gives_way_when_its_worker_is_gone(staff: Client, shop: Shop) -> None:
    state_of(shop.provider)
    ProviderState.objects.update(day_cap="0.004")
    form = {"contender": shop.contender.slug}
    assert "more than the spending cap" in staff.post("/staff/providers/fake/test/", form, follow=True).content.decode()
    ProviderState.objects.update(day_cap=None)
    staff.post("/staff/providers/fake/test/", form)
    old = Probe.objects.get()
    Probe.objects.update(asked_at=old.asked_at - 2 * LIFETIME)
    staff.post("/staff/providers/fake/test/", form)
    assert list(Probe.objects.order_by("id").values_list("outcome", flat=True)) == ["abandoned", ""]
    assert spent_in_run(0) == 0
