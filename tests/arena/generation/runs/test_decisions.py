"""Decisions on calls that may have been charged: three choices with their cost, logged, never for what is over."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from arena.catalog.capabilities import Capabilities
from arena.errors import Conflict
from arena.fake_provider.server import make_png
from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt, Decision, Generation, Run
from arena.generation.providers import registry
from arena.generation.providers.base import Asset, Done, ErrorKind, Host, Pending, ProviderError, Request
from arena.generation.runs.decisions import Choice, decide_cause, decide_generation, find_undecided
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.spending import spent_in_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt


class ForgetfulQueue:
    """A two-phase provider whose polls fail as scripted."""

    patience = 5.0
    capabilities = Capabilities()
    script: ClassVar[list[Pending | Done | ProviderError]] = []

    def __init__(self, host: Host) -> None:
        self.host = host

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending:
        return Pending({"id": "job-1"}, poll_after=0.0)

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        answer = self.script.pop(0)
        if isinstance(answer, ProviderError):
            raise answer
        return answer


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("staff", password="x", is_staff=True)


def start(shop: Shop, *texts: str) -> Run:
    """Return a run whose generations were worked on once each."""
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text=text) for text in texts], name="Undecided")
    start_run(run=run)
    for generation in run.generations.order_by("id"):
        generate_image(generation.pk)
    return run


def forget(monkeypatch: pytest.MonkeyPatch, *answers: Pending | Done | ProviderError) -> None:
    monkeypatch.setitem(registry.FAMILIES, "openai_compatible", f"{__name__}.ForgetfulQueue")
    monkeypatch.setattr(ForgetfulQueue, "script", list(answers))


def test_causes_name_provider_outcome_charge_and_costs(shop: Shop) -> None:
    start(shop, "A [broken]", "B [broken]", "A [bomb]", "A cat")
    first, second = find_undecided()
    assert (first.provider, first.outcome, first.billed, len(first.rows)) == (
        shop.provider, "unavailable", "unknown", 2,
    )  # fmt: skip
    assert (first.charged, first.repeat_cost, first.askable) == (Decimal("0.01"), Decimal("0.01"), 0)
    assert (second.outcome, second.billed) == ("bad_response", "yes")


def test_choice_is_logged_with_who_when_and_cost(shop: Shop, user: User) -> None:
    run = start(shop, "A [broken]", "B [broken]")
    first, second = run.generations.order_by("id")
    decide_generation(generation=first, choice=Choice.REPEAT, user=user)
    decide_generation(generation=second, choice=Choice.GIVE_UP, user=user)
    rows = Decision.objects.order_by("id").values_list("generation", "choice", "cost", "decided_by")
    assert list(rows) == [
        (first.pk, "repeat", Decimal("0.005"), user.pk),
        (second.pk, "give_up", Decimal(0), user.pk),
    ]
    assert list(run.generations.order_by("id").values_list("state", flat=True)) == ["queued", "failed"]
    assert spent_in_run(run.pk) == Decimal("0.01")


def test_decision_that_comes_second_changes_nothing(shop: Shop, user: User) -> None:
    run = start(shop, "A [broken]")
    generation = run.generations.get()
    seen = generation.attempts.get().pk
    decide_generation(generation=generation, choice=Choice.REPEAT, user=user, seen=seen)
    with pytest.raises(Conflict, match="no decision"):
        decide_generation(generation=generation, choice=Choice.GIVE_UP, user=user, seen=seen)
    # It comes back after another call, which nobody has seen on the page.
    assert generate_image(generation.pk)
    with pytest.raises(Conflict, match="another call"):
        decide_generation(generation=generation, choice=Choice.REPEAT, user=user, seen=seen)
    assert Decision.objects.count() == 1


def test_host_that_left_a_handle_is_asked_again_for_nothing(
    shop: Shop, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ProviderError(ErrorKind.BAD_RESPONSE, "Half an answer.", billed="unknown")
    forget(monkeypatch, gone, Done((Asset(data=make_png("x")),)))
    run = start(shop, "A cat")
    generation = run.generations.get()
    run.generations.update(run_after=None)
    generate_image(generation.pk)
    [cause] = find_undecided()
    assert cause.askable == 1
    decide_generation(generation=generation, choice=Choice.ASK, user=user)
    assert Decision.objects.get().cost == 0
    assert spent_in_run(run.pk) == Decimal("0.005")
    assert generate_image(generation.pk)
    assert run.generations.get().state == "done"
    assert [attempt.outcome for attempt in generation.attempts.all()] == ["done"]
    assert spent_in_run(run.pk) == Decimal("0.005")


def test_call_still_at_work_after_an_hour_is_a_decision_and_can_be_asked(
    shop: Shop, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(monkeypatch, *[Pending({"id": "job-1"}, poll_after=0.0)] * 2)
    run = start(shop, "A cat")
    Attempt.objects.update(started_at=timezone.now() - datetime.timedelta(hours=2))
    run.generations.update(run_after=None)
    generate_image(run.generations.get().pk)
    stuck = run.generations.get()
    assert (stuck.state, stuck.handle) == ("needs_decision", {"id": "job-1"})
    decide_generation(generation=stuck, choice=Choice.ASK, user=user)
    generate_image(stuck.pk)
    assert run.generations.get().state == "needs_decision"


@pytest.mark.parametrize(("prompt", "state", "bills"), [("A cat [slow]", "needs_decision", 1), ("A cat", "done", 1)])
def test_host_that_knows_keys_is_called_again_under_the_same_one(
    prompt: str, state: str, bills: int, shop: Shop, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.provider.options = {"idempotent": True}
    shop.provider.save()
    shop.contender.refresh_from_db()
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text=prompt)], name="Keys")
    start_run(run=run)
    generation = run.generations.get()
    # The worker died after the call: its attempt is open, and its outcome unknown.
    attempt = Attempt.objects.create(generation=generation, provider=shop.provider, number=1)
    Generation.objects.filter(pk=generation.pk).update(state="needs_decision")
    decide_generation(generation=generation, choice=Choice.ASK, user=user)
    if state == "needs_decision":
        # That the repeat was refused without a charge says nothing of the first call.
        monkeypatch.setenv("FAKE_PROVIDER_KEY", "x")
        shop.provider.base_url = "http://127.0.0.1:9/v1"
        shop.provider.save()
        bills = 0
    assert generate_image(generation.pk)
    assert run.generations.get().state == state
    assert shop.server.journal.bills.total() == bills
    if bills:
        assert dict(shop.server.journal.bills) == {str(attempt.idempotency_key): 1}
    assert generation.attempts.count() == 1


def test_host_that_cannot_be_asked_is_not(shop: Shop, user: User) -> None:
    run = start(shop, "A [broken]")
    with pytest.raises(Conflict, match="cannot be asked"):
        decide_generation(generation=run.generations.get(), choice=Choice.ASK, user=user)
    assert run.generations.get().state == "needs_decision"


def test_cause_is_decided_as_far_as_it_was_seen(shop: Shop, user: User) -> None:
    run = start(shop, "A [broken]", "B [broken]", "C [bomb]")
    cause, _ = find_undecided()
    start(shop, "D [broken]")
    assert decide_cause(key=cause.key, seen=cause.last, choice=Choice.GIVE_UP, user=user) == (2, 0)
    assert sorted(run.generations.values_list("state", flat=True)) == ["failed", "failed", "needs_decision"]
    assert Generation.objects.filter(state="needs_decision").count() == 2
    assert decide_cause(key=cause.key, seen=cause.last, choice=Choice.GIVE_UP, user=user) == (0, 0)
