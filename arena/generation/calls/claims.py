"""Claiming a job: a conditional UPDATE with a lease, and the Attempt row that is written before the paid call."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from arena.catalog.models import Provider as ProviderEntry
from arena.database.plain_rows import read_number
from arena.generation.calls.brakes.day_caps import FullForToday, NeverFits, reserve_for_day
from arena.generation.calls.brakes.throttle import NotNow, admit_call, check_opening, hold_calls, state_of
from arena.generation.calls.claim_rows import Job, read_job
from arena.generation.calls.entering import enter_play
from arena.generation.calls.prices import call_bound, price_version
from arena.generation.ingest.images import NotKept
from arena.generation.models import Attempt, Generation, ProviderState, Run
from arena.generation.providers.base import ErrorKind, Provider
from arena.generation.providers.registry import NotCallable, adapter_of, is_own
from arena.generation.transitions import OPEN_STATES, GenerationMove, RunMove, move_generations, move_runs

CAP_REACHED = "The run's spending cap is reached."
# So soon is a day's cap looked at again: calls may have cost less than was reserved, or the cap was raised.
CAP_PAUSE = 60.0
_NEXT_NUMBER = "SELECT count(*) + 1 FROM generation_attempt WHERE generation_id = %s"
# Calls that ended like this say something of the provider, and nothing of the generation.
OF_THE_PROVIDER = (ErrorKind.RATE_LIMITED, ErrorKind.AUTH, ErrorKind.QUOTA)


class LostClaim(NotKept):
    """Somebody else has closed our attempt: the lease ran out, or a person decided. Our result is dropped."""


@dataclass(frozen=True)
class Claim:
    """A generation that is ours to work on, with its open attempt. To be polled, it has the handle of its call.

    `is_trial` says that it is the one call by which an outage is tried.
    """

    generation: Generation
    attempt: Attempt
    provider: Provider
    entry: ProviderEntry
    is_trial: bool = False


def claim_generation(generation_id: int) -> Claim | None:
    """Claim a due generation, queued in a running run or pending in any; None if it is neither, or cannot begin yet.

    If its price does not fit under a cap, and never will, the generation is cancelled instead.
    """
    job = read_job(generation_id)
    if job is None or not _is_claimable(job.generation):
        return None
    generation, entry = job.generation, job.provider
    try:
        provider = adapter_of(entry)
    except NotCallable:
        # It waits for the key. Staff see that, and may cancel the run.
        return None
    with _refusals(generation, entry):
        state = None
        throttled = _is_new_call(generation) and not is_own(entry)
        if throttled:
            # Seen without a lock, so that a closed door costs no transaction.
            check_opening(state_of(entry), key=provider.host.key)
        with transaction.atomic():
            if throttled:
                state = admit_call(entry, key=provider.host.key, patience=provider.patience)
            if not _lease(generation, provider.patience):
                return None
            attempt = _open_attempt(job, state)
            is_trial = state is not None and state.breaker == ProviderState.Breaker.OUTAGE
            return Claim(generation, attempt, provider, entry, is_trial)
    return None


def pictures_of(generation: Generation) -> list[tuple[int, int]]:
    """Return width and height of each picture that its call sends along: sources and mask."""
    return [(each.width, each.height) for each in generation.prompt.source_images.all()]


def calls_in_run(generation: Generation) -> int:
    """Count the calls that the generation's present run has made for it since it was planned or last tried again.

    Neither those of earlier runs count, nor those that only told that the provider takes no calls at the moment.
    """
    run = generation.run
    calls = generation.attempts.filter(started_at__gte=run.retried_at or run.created_at)
    return calls.exclude(outcome__in=OF_THE_PROVIDER).count()


def finish_run(run_id: int) -> None:
    """Finish a running run in which nothing is left to do, and let its images into play."""
    if not Generation.objects.filter(run_id=run_id, state__in=OPEN_STATES).exists():
        enter_play(run_id=run_id)
        move_runs(Run.objects.filter(pk=run_id), RunMove.FINISH, Run.State.FINISHED)


def _is_claimable(generation: Generation) -> bool:
    """Tell whether a worker may claim it. An image that was ordered is fetched, even if its run has ended."""
    if generation.state == Generation.State.PENDING:
        return True
    return generation.state == Generation.State.QUEUED and generation.run.state == Run.State.RUNNING


def _is_new_call(generation: Generation) -> bool:
    """Tell whether it orders an image, for the first time or again under its key, and does not only poll."""
    return generation.handle is None


@contextmanager
def _refusals(generation: Generation, entry: ProviderEntry) -> Iterator[None]:
    """Do what follows if the claim, which is undone, was refused within this block."""
    try:
        yield
    except NeverFits as error:
        _cancel(generation, str(error))
    except NotNow as refusal:
        if isinstance(refusal, FullForToday):
            hold_calls(entry, seconds=CAP_PAUSE, reason=refusal.reason)
        # The message that led here is used up: another may be sent as soon as there is room.
        Generation.objects.filter(pk=generation.pk).update(published_at=None)


def _open_attempt(job: Job, state: ProviderState | None) -> Attempt:
    """Return the open attempt, or write one and reserve what it may cost."""
    generation = job.generation
    if generation.state == Generation.State.PENDING:
        return generation.attempts.select_related("generation").get(ended_at__isnull=True)
    contender = generation.contender
    bound = call_bound(contender, generation.prompt.text, job.pictures)
    attempt = Attempt.objects.create(
        generation=generation,
        provider=job.provider,
        number=read_number(_NEXT_NUMBER, [generation.pk]),
        cost_reserved=bound or Decimal(0),
        price_version=price_version(contender),
    )
    _reserve(attempt, bound, None if state is None else state.day_cap)
    return attempt


def _reserve(attempt: Attempt, bound: Decimal | None, provider_cap: Decimal | None) -> None:
    """Add the most that a call may cost to what is spent. Raises NeverFits or FullForToday if that is above a cap.

    A price that the catalogue does not have fits under no cap.
    """
    run = attempt.generation.run
    if bound is None and run.cap is not None:
        raise NeverFits(CAP_REACHED)
    sums = reserve_for_day(
        bound, provider_cap=provider_cap, provider_id=attempt.provider_id, began_at=attempt.started_at, run_id=run.pk
    )
    if run.cap is not None and sums is not None and sums.run > run.cap:
        raise NeverFits(CAP_REACHED)


def _lease(generation: Generation, patience: float) -> bool:
    """Set state and lease if the row is as it was read. It must still be in that run, whose cap is checked next."""
    now = timezone.now()
    generation.lease = uuid.uuid4()
    generation.lease_until = now + datetime.timedelta(seconds=patience + settings.LEASE_MARGIN_SECONDS)
    due = Q(run_after__isnull=True) | Q(run_after__lte=now)
    as_read = Generation.objects.filter(due, pk=generation.pk, state=generation.state, run=generation.run_id)
    held = {"lease": generation.lease, "lease_until": generation.lease_until}
    return bool(move_generations(as_read, GenerationMove.CLAIM, Generation.State.RUNNING, **held))


def _cancel(generation: Generation, reason: str) -> None:
    row = Generation.objects.filter(pk=generation.pk)
    move_generations(row, GenerationMove.CANCEL, Generation.State.CANCELLED, reason=reason)
    finish_run(generation.run_id)
