"""The sweep picks up what dead workers, lost messages and slow providers leave behind, and orders nothing twice."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from arena.catalog.capabilities import Capabilities
from arena.catalog.models import Prompt
from arena.fake_provider.server import make_png
from arena.generation.calls import jobs
from arena.generation.calls.claims import Claim, LostClaim, claim_generation
from arena.generation.calls.generating import _work, generate_image
from arena.generation.calls.queue import due_polls
from arena.generation.calls.sweeping import WORKER_GONE, sweep_generations
from arena.generation.models import Generation, Run
from arena.generation.providers import registry
from arena.generation.providers.base import Asset, Done, ErrorKind, Host, Pending, ProviderError, Request
from arena.generation.runs.decisions import Choice, decide_generation
from arena.generation.runs.lifecycle import cancel_run, pause_run, plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt

FAKE_QUEUE = "tests.arena.generation.calls.test_sweeping.build_queue"


class QueueProvider:
    """A two-phase provider: it answers an order with a handle, and polls as scripted."""

    patience = 5.0
    capabilities = Capabilities()
    script: ClassVar[list[Pending | Done | ProviderError]] = []
    orders: ClassVar[list[Request]] = []

    def __init__(self, host: Host) -> None:
        self.host = host

    def submit(self, request: Request, *, idempotency_key: str, deadline: float) -> Pending:
        self.orders.append(request)
        return Pending({"id": "job-1"}, poll_after=0.0)

    def poll(self, handle: Mapping[str, Any], *, deadline: float) -> Pending | Done:
        assert handle == {"id": "job-1"}
        answer = self.script.pop(0)
        if isinstance(answer, ProviderError):
            raise answer
        return answer


def build_queue(host: Host) -> QueueProvider:
    """Return the two-phase provider."""
    return QueueProvider(host)


@pytest.fixture
def run(shop: Shop) -> Run:
    """A started run with one generation at the fake provider."""
    planned = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="Sweep")
    start_run(run=planned)
    return planned


def take(run: Run) -> Claim:
    """Claim the run's generation, like a worker that is killed afterwards."""
    claim = claim_generation(run.generations.get().pk)
    assert claim is not None
    return claim


def expire(run: Run) -> None:
    """Let the leases run out."""
    run.generations.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))


def make_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the fake provider count as free of charge."""
    monkeypatch.setattr(registry, "OWN_FAMILIES", frozenset({"openai_compatible"}))


def test_valid_lease_is_left_alone(run: Run) -> None:
    take(run)
    assert sweep_generations() == 0
    assert run.generations.get().state == "running"


def test_open_call_of_a_paid_provider_needs_a_decision(run: Run) -> None:
    take(run)
    expire(run)
    assert sweep_generations() == 1
    generation = run.generations.get()
    assert (generation.state, generation.lease) == ("needs_decision", None)
    assert (generation.reason, generation.finished_at is None) == (WORKER_GONE, False)
    assert generation.attempts.get().ended_at is None
    assert not generate_image(generation.pk)


def test_open_call_of_a_free_provider_is_repeated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make_free(monkeypatch)
    take(run)
    expire(run)
    sweep_generations()
    generation = run.generations.get()
    assert generate_image(generation.pk)
    assert list(generation.attempts.values_list("outcome", "billed")) == [("abandoned", "no"), ("done", "yes")]


def test_free_call_that_kills_its_worker_ends_after_five_attempts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make_free(monkeypatch)
    for _ in range(5):
        take(run)
        expire(run)
        sweep_generations()
    failed = run.generations.get()
    assert (failed.state, failed.attempts.count()) == ("failed", 5)
    assert (failed.reason, failed.finished_at is None) == (WORKER_GONE, False)
    again = plan_run(contenders=[run.generations.get().contender], prompts=list(Prompt.objects.all()), name="Again")
    start_run(run=again)
    take(again)
    expire(again)
    sweep_generations()
    assert again.generations.get().state == "queued"


def test_late_answer_is_dropped_once_another_worker_has_the_generation(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_free(monkeypatch)
    late = take(run)
    expire(run)
    sweep_generations()
    generate_image(late.generation.pk)
    with pytest.raises(LostClaim):
        _work(late)
    generation = run.generations.get()
    assert generation.state == "done"
    assert [attempt.outcome for attempt in generation.attempts.all()] == ["abandoned", "done"]


def test_late_answer_to_a_paid_call_is_kept_while_nobody_has_decided(run: Run) -> None:
    late = take(run)
    expire(run)
    sweep_generations()
    _work(late)
    assert run.generations.get().state == "done"


def test_late_answer_after_a_decision_is_dropped(run: Run) -> None:
    late = take(run)
    expire(run)
    sweep_generations()
    decide_generation(generation=run.generations.get(), choice=Choice.REPEAT)
    with pytest.raises(LostClaim):
        _work(late)
    assert run.generations.get().state == "queued"


def test_pending_call_is_polled_until_it_is_done(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.FAMILIES, "openai_compatible", FAKE_QUEUE)
    busy = ProviderError(ErrorKind.UNAVAILABLE, "Bad gateway.", billed="unknown")
    done = Done((Asset(data=make_png("x")),))
    monkeypatch.setattr(QueueProvider, "script", [Pending({"id": "job-1"}, poll_after=0.0), busy, done])
    monkeypatch.setattr(QueueProvider, "orders", [])
    generation = run.generations.get()
    states = []
    for _ in range(4):
        run.generations.update(run_after=None)
        assert generate_image(generation.pk)
        states.append(run.generations.get().state)
    assert states == ["pending", "pending", "pending", "done"]
    assert len(QueueProvider.orders) == 1
    assert generation.attempts.get().billed == "yes"


@pytest.mark.parametrize("stop", [pause_run, cancel_run])
def test_pending_call_is_fetched_though_its_run_was_stopped(
    stop: Callable[..., None], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.FAMILIES, "openai_compatible", FAKE_QUEUE)
    monkeypatch.setattr(QueueProvider, "script", [Done((Asset(data=make_png("x")),))])
    generation = run.generations.get()
    generate_image(generation.pk)
    stop(run=run)
    assert list(due_polls()) == [generation]
    assert generate_image(generation.pk)
    assert run.generations.get().state == "done"


def test_call_that_comes_back_to_a_cancelled_run_is_cancelled(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make_free(monkeypatch)
    take(run)
    cancel_run(run=run)
    expire(run)
    sweep_generations()
    assert run.generations.get().state == "cancelled"


def test_worker_killed_while_polling_lets_the_poll_be_repeated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.FAMILIES, "openai_compatible", FAKE_QUEUE)
    generate_image(run.generations.get().pk)
    take(run)
    expire(run)
    sweep_generations()
    assert run.generations.get().state == "pending"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the messages sent; the system test covers the broker itself."""
    ids: list[int] = []
    monkeypatch.setattr(jobs, "send_jobs", lambda task, found: ids.extend(found))
    return ids


def plan_many(shop: Shop, count: int) -> Run:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt() for _ in range(count)], name="Many")
    start_run(run=run)
    return run


@pytest.mark.django_db(transaction=True)
def test_messages_go_out_as_far_as_the_provider_takes_calls(shop: Shop, sent: list[int]) -> None:
    run = plan_many(shop, 5)
    ids = list(run.generations.values_list("id", flat=True))
    assert sent == ids[:2]
    jobs.publish_after(ids[0])
    assert sent == ids[:2]
    generate_image(ids[0])
    jobs.publish_after(ids[0])
    assert sent == ids[:3]


@pytest.mark.django_db(transaction=True)
def test_lost_message_is_sent_again(shop: Shop, sent: list[int]) -> None:
    run = plan_many(shop, 2)
    sweep_generations()
    assert len(sent) == 2
    Generation.objects.update(published_at=timezone.now() - 2 * jobs.message_lifetime())
    sweep_generations()
    assert sent == 2 * list(run.generations.values_list("id", flat=True))


@pytest.mark.django_db(transaction=True)
def test_call_put_off_is_sent_when_its_time_has_come(shop: Shop, sent: list[int]) -> None:
    run = plan_many(shop, 1)
    now = timezone.now()
    run.generations.update(run_after=now + datetime.timedelta(hours=1))
    sweep_generations()
    assert len(sent) == 1
    run.generations.update(run_after=now, published_at=now - datetime.timedelta(seconds=1))
    sweep_generations()
    assert len(sent) == 2


@pytest.mark.django_db(transaction=True)
def test_free_provider_gets_a_window_of_messages(shop: Shop, sent: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    make_free(monkeypatch)
    plan_many(shop, jobs.WINDOW + 5)
    assert len(sent) == jobs.WINDOW
