"""Pace, room, holds and breakers that all workers share: what waits is neither lost nor cancelled."""

import datetime

import pytest
from django.utils import timezone

from arena.generation.calls import jobs
from arena.generation.calls.brakes.breaker import OUTAGE_AFTER, resume_changed_keys, resume_provider
from arena.generation.calls.brakes.throttle import heed_limits, next_call_time, state_of
from arena.generation.calls.claims import claim_generation
from arena.generation.calls.generating import generate_image
from arena.generation.calls.queue import due_calls
from arena.generation.calls.sweeping import sweep_generations
from arena.generation.models import Generation, ProviderState, Run
from arena.generation.providers.limits import RateLimits
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.runs.provider_lines import find_waits, is_stuck
from tests.arena.generation.conftest import KEY_ENV, Shop
from tests.factories import make_prompt


def start(shop: Shop, *texts: str) -> Run:
    """Return a started run of one image for each text."""
    prompts = [make_prompt(text=text) for text in texts]
    run = plan_run(contenders=[shop.contender], prompts=prompts, name="Throttled")
    start_run(run=run)
    return run


def work(run: Run) -> list[bool]:
    """Offer each generation that is queued to a worker, in order; tell which it took."""
    run.generations.update(run_after=None)
    queued = run.generations.filter(state="queued").order_by("id").values_list("id", flat=True)
    return [generate_image(key) for key in list(queued)]


def state(shop: Shop) -> ProviderState:
    return ProviderState.objects.get(provider=shop.provider)


def test_model_that_the_key_may_not_use_stops_alone(shop: Shop) -> None:
    other = shop.sell("other")
    run = start(shop, "A dog [unverified]", "A cat")
    second = plan_run(contenders=[other], prompts=[make_prompt()], name="Other model")
    start_run(run=second)
    assert work(run) == [True, False]
    run.refresh_from_db()
    assert (run.state, len(shop.server.journal.orders)) == ("finished", 1)
    assert list(run.generations.order_by("id").values_list("state", flat=True)) == ["failed", "cancelled"]
    assert all("verified" in reason for reason in run.generations.values_list("reason", flat=True))
    assert state(shop).breaker == "closed"
    assert work(second) == [True]


def test_refused_key_stops_the_provider_and_its_images_wait(shop: Shop) -> None:
    run = start(shop, "A dog [badkey]", "A cat")
    assert work(run) == [True, False]
    run.refresh_from_db()
    assert (run.state, len(shop.server.journal.orders)) == ("running", 1)
    assert set(run.generations.values_list("state", flat=True)) == {"queued"}
    stopped = state(shop)
    assert (stopped.breaker, stopped.cause) == ("stopped", "auth")
    assert "401" in stopped.reason
    assert "secret" not in stopped.reason + stopped.key_digest
    [wait] = find_waits(run)
    assert (wait.reason, wait.count, wait.until) == (stopped.reason, 2, None)
    assert is_stuck(run)


def test_new_key_resumes_by_itself(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(shop, "A dog [badkey]", "A cat")
    work(run)
    resume_changed_keys()
    assert state(shop).breaker == "stopped"
    monkeypatch.setenv(KEY_ENV, "another-secret")
    sweep_generations()
    assert state(shop).breaker == "closed"
    assert generate_image(run.generations.last().pk)  # type: ignore[union-attr] # there are two
    assert run.generations.filter(state="done").count() == 1


def test_worker_with_a_new_key_resumes_at_its_next_claim(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(shop, "A dog [quota]", "A cat")
    work(run)
    monkeypatch.setenv(KEY_ENV, "another-secret")
    # It is refused as well, and remembered in its turn.
    assert work(run) == [True, False]


def test_missing_key_lets_images_wait(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(shop, "A cat")
    monkeypatch.delenv(KEY_ENV)
    assert work(run) == [False]
    assert KEY_ENV in find_waits(run)[0].reason
    monkeypatch.setenv(KEY_ENV, "secret-of-the-tests")
    assert work(run) == [True]


def test_failures_in_a_row_open_an_outage_that_one_call_tries(shop: Shop) -> None:
    run = start(shop, *[f"{number} [overloaded]" for number in range(OUTAGE_AFTER + 3)])
    assert work(run) == [True] * OUTAGE_AFTER + [False] * 3
    out = state(shop)
    assert (out.breaker, out.outages) == ("outage", 1)
    assert not is_stuck(run)
    ProviderState.objects.update(retry_at=timezone.now())
    # The trial fails; no other call may begin beside it or after it.
    assert sum(work(run)) == 1
    assert state(shop).outages == 2
    assert run.generations.filter(state="queued").count() == OUTAGE_AFTER + 3
    ProviderState.objects.update(outages=9)
    assert is_stuck(run)


def test_no_call_begins_beside_the_trial(shop: Shop) -> None:
    run = start(shop, "A cat", "A dog")
    first, second = run.generations.all()
    state_of(shop.provider)
    ProviderState.objects.update(breaker="outage", retry_at=timezone.now())
    trial = claim_generation(first.pk)
    assert trial is not None
    assert trial.is_trial
    assert claim_generation(second.pk) is None


def test_trial_that_is_answered_ends_the_outage(shop: Shop) -> None:
    run = start(shop, "A [invalid]", "A cat")
    state_of(shop.provider)
    ProviderState.objects.update(breaker="outage", retry_at=timezone.now(), outages=3)
    assert work(run) == [True, True]
    assert (state(shop).breaker, state(shop).outages) == ("closed", 0)


def test_image_is_not_given_up_over_an_outage_or_a_limit(shop: Shop) -> None:
    run = start(shop, "A [overloaded]", "A [busy]")
    outage, busy = run.generations.all()
    state_of(shop.provider)
    for _ in range(7):
        ProviderState.objects.update(breaker="outage", retry_at=timezone.now(), held_until=None)
        run.generations.update(run_after=None)
        assert generate_image(outage.pk)
        ProviderState.objects.update(breaker="closed", held_until=None)
        assert generate_image(busy.pk)
    assert set(run.generations.values_list("state", flat=True)) == {"queued"}


def test_rate_limit_holds_all_calls_as_long_as_it_says_and_halves_them(shop: Shop) -> None:
    shop.provider.concurrency = 8
    shop.provider.save()
    run = start(shop, "A [busy]", "A cat")
    before = timezone.now()
    assert work(run) == [True, False]
    held = state(shop)
    assert held.held_until is not None
    assert held.held_until - before >= datetime.timedelta(seconds=7)
    assert held.slots == 4
    assert due_calls(most=9) == []
    assert find_waits(run)[0].until == held.held_until
    ProviderState.objects.update(held_until=None, slots=1)
    assert generate_image(run.generations.last().pk)  # type: ignore[union-attr] # there are two
    assert (state(shop).slots, state(shop).strikes) == (2, 0)


def test_calls_are_spread_over_a_minute(shop: Shop) -> None:
    shop.provider.calls_per_minute = 10
    shop.provider.save()
    run = start(shop, "A cat", "A dog", "A fox")
    assert work(run) == [True, False, False]
    opens_at = state(shop).next_call_at
    assert opens_at is not None
    assert datetime.timedelta(seconds=1) < opens_at - timezone.now() < datetime.timedelta(seconds=7)
    ProviderState.objects.update(next_call_at=timezone.now())
    assert work(run) == [True, False]


@pytest.mark.parametrize("most", [1, 7, 60, 600])
def test_never_more_calls_in_a_minute_than_the_catalogue_says(most: int) -> None:
    now, earliest = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), None
    begun = []
    for _ in range(3 * most + 5):
        now = max(now, earliest or now)
        begun.append(now)
        earliest = next_call_time(earliest, now=now, calls_per_minute=most)
    minute = datetime.timedelta(seconds=60)
    assert max(sum(first <= other < first + minute for other in begun) for first in begun) <= most


@pytest.mark.parametrize(("remaining", "held"), [(0, True), (1, True), (50, False)])
def test_headers_slow_calls_down_before_the_host_refuses_them(shop: Shop, remaining: int, held: bool) -> None:
    state_of(shop.provider)
    heed_limits(shop.provider, RateLimits(remaining, 30.0))
    opens_at = state(shop).opens_at(timezone.now())
    assert opens_at is not None
    assert (opens_at > timezone.now() + datetime.timedelta(seconds=5)) == held


def test_resuming_forgets_what_was_learnt(shop: Shop) -> None:
    run = start(shop, "A [busy]", "A cat")
    work(run)
    resume_provider(shop.provider)
    assert work(run)[0]


@pytest.mark.django_db(transaction=True)
def test_messages_wait_with_the_provider_and_go_out_when_it_opens(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, int, float]] = []

    def note(task: str, ids: list[int], *, countdown: float = 0.0) -> None:
        sent.extend((task, each, countdown) for each in ids)

    monkeypatch.setattr(jobs, "send_jobs", note)
    state_of(shop.provider)
    ProviderState.objects.update(held_until=timezone.now() + datetime.timedelta(seconds=20))
    run = start(shop, "A cat", "A dog")
    [(task, key, wait)] = sent
    assert (task, key, 10 < wait <= 20) == (jobs.REFILL, shop.provider.pk, True)
    jobs.publish_due()
    assert len(sent) == 1
    ProviderState.objects.update(held_until=None)
    jobs.publish_due(provider_id=shop.provider.pk)
    assert [each[:2] for each in sent[1:]] == [(jobs.TASK, key) for key in run.generations.values_list("id", flat=True)]


@pytest.mark.django_db(transaction=True)
def test_call_put_off_for_seconds_gets_a_message_of_its_own(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, float]] = []
    monkeypatch.setattr(
        jobs, "send_jobs", lambda task, ids, countdown=0.0: sent.extend((each, countdown) for each in ids)
    )
    run = start(shop, "A [flaky]")
    generation = run.generations.get()
    generate_image(generation.pk)
    Generation.objects.update(run_after=timezone.now() + datetime.timedelta(seconds=9))
    sent.clear()
    jobs.publish_after(generation.pk)
    [(key, wait)] = sent
    assert (key, 5 < wait <= 9) == (generation.pk, True)
    jobs.publish_due()
    assert len(sent) == 1
