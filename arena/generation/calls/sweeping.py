"""Picking up what a dead worker or a lost message left behind; safe to run at any time, even twice at once."""

from django.db import transaction
from django.utils import timezone

from arena.generation.calls.brakes.breaker import resume_changed_keys
from arena.generation.calls.claims import calls_in_run, finish_run
from arena.generation.calls.entering import enter_play
from arena.generation.calls.jobs import publish_due
from arena.generation.models import Attempt, Generation, Run
from arena.generation.providers.registry import is_free
from arena.generation.transitions import (
    OPEN_STATES,
    GenerationMove,
    end_attempts,
    move_generation,
    move_generations,
    state_after_call,
)

State = Generation.State
WORKER_GONE = "The worker stopped during the call."


def sweep_generations() -> int:
    """Put expired leases back or aside, finish runs, publish images, send due jobs; return how many leases expired.

    A provider that was stopped over its key is resumed if there is a new one.

    A call that may have been charged is never repeated: its generation needs a decision. A poll, or a call that is free
    of charge, is repeated.
    """
    expired = release_expired()
    for run_id in Run.objects.filter(state=Run.State.RUNNING).values_list("id", flat=True):
        finish_run(run_id)
    _cancel_returned()
    enter_play()
    resume_changed_keys()
    publish_due()
    return expired


def release_expired() -> int:
    """Put generations whose worker is gone back into the queue, or aside; return how many there were."""
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
    returned = Generation.objects.filter(run__in=Run.objects.filter(state=Run.State.CANCELLED))
    move_generations(returned, GenerationMove.CANCEL, State.CANCELLED)


def _release(generation: Generation) -> None:
    state = _state_without_worker(generation)
    generation.published_at = None
    move_generation(generation, GenerationMove.RELEASE, state, reason="" if state in OPEN_STATES else WORKER_GONE)


def _state_without_worker(generation: Generation) -> Generation.State:
    """Return the state for a generation whose worker is gone; the attempt of a free call ends with its worker.

    The attempt of a paid call stays open: its worker may only be slow, and may still bring the image.
    """
    attempt = generation.attempts.filter(ended_at__isnull=True)
    if generation.handle is not None:
        return State.PENDING
    if not attempt.exists():
        return State.QUEUED
    assert generation.contender.offering is not None
    billed = Attempt.Billed.UNKNOWN
    if is_free(generation.contender.offering.provider):
        billed = Attempt.Billed.NO
        end_attempts(attempt, outcome="abandoned", billed=billed, message=WORKER_GONE)
    return state_after_call(billed=billed, retryable=True, calls=calls_in_run(generation))
