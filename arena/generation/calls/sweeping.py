"""Picking up what a dead worker or a lost message left behind; safe to run at any time, by anyone, twice at once."""

from django.db import transaction
from django.utils import timezone

from arena.catalog.models import Provider
from arena.generation.calls.claims import OPEN_STATES, calls_in_run, finish_run, set_state
from arena.generation.calls.jobs import publish_due
from arena.generation.calls.outcomes import MAX_ATTEMPTS
from arena.generation.models import Attempt, Generation, Run
from arena.generation.providers.registry import is_free

State = Generation.State
WORKER_GONE = "The worker stopped during the call."


def sweep_generations() -> int:
    """Return expired leases to the queue or set them aside, close runs, send due jobs; return the leases expired.

    A call that may have been charged is never repeated: its generation needs a decision. A poll, or a call that is
    free of charge, is repeated.
    """
    expired = release_expired()
    for run_id in Run.objects.filter(state=Run.State.RUNNING).values_list("id", flat=True):
        finish_run(run_id)
    _cancel_returned()
    publish_due()
    return expired


def release_expired() -> int:
    """Return generations whose worker is gone to the queue, or set them aside; return how many there were."""
    with transaction.atomic():
        expired = (
            Generation.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("contender__offering__provider")
            .filter(state=State.RUNNING, lease_until__lt=timezone.now())
        )
        for generation in expired:
            _release(generation)
        return len(expired)


def _cancel_returned() -> None:
    """Cancel calls that came back to the queue after their run was cancelled."""
    cancelled = Run.objects.filter(state=Run.State.CANCELLED)
    Generation.objects.filter(state=State.QUEUED, run__in=cancelled).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )


def _release(generation: Generation) -> None:
    attempt = generation.attempts.filter(ended_at__isnull=True).first()
    assert generation.contender.offering is not None
    state = _state_after(generation, attempt, generation.contender.offering.provider)
    generation.published_at = None
    set_state(generation, state, reason="" if state in OPEN_STATES else WORKER_GONE)


def _state_after(generation: Generation, attempt: Attempt | None, provider: Provider) -> State:
    if generation.handle is not None:
        return State.PENDING
    if attempt is None:
        return State.QUEUED
    if not is_free(provider):
        return State.NEEDS_DECISION
    attempt.ended_at = timezone.now()
    attempt.outcome = "abandoned"
    attempt.billed = Attempt.Billed.NO
    attempt.message = WORKER_GONE
    attempt.save()
    return State.QUEUED if calls_in_run(generation) < MAX_ATTEMPTS else State.FAILED
