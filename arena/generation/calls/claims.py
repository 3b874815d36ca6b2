"""Claiming a job: a conditional UPDATE with a lease, and the Attempt row that is written before the paid call."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Sum, When
from django.utils import timezone

from arena.catalog.models import Provider as ProviderEntry
from arena.generation.calls.prices import call_bound
from arena.generation.ingest.images import NotKept
from arena.generation.models import Attempt, Generation, Run
from arena.generation.providers.base import Provider
from arena.generation.providers.registry import NotCallable, is_own, provider_for
from arena.generation.transitions import OPEN_STATES, GenerationMove, RunMove, move_generations, move_runs

CAP_REACHED = "The run's spending cap is reached."


class LostClaim(NotKept):
    """Somebody else has closed our attempt: the lease ran out, or a person decided. Our result is dropped."""


@dataclass(frozen=True)
class Claim:
    """A generation that is ours to work on, with its open attempt. To be polled, it has the handle of its call."""

    generation: Generation
    attempt: Attempt
    provider: Provider


def claim_generation(generation_id: int) -> Claim | None:
    """Claim a due generation, queued in a running run or pending in any; None if it is neither, or not due yet.

    If its price would take the run over its cap, or its provider cannot be called, the generation is cancelled instead.
    """
    generation = _load(generation_id)
    if generation is None or not _is_claimable(generation) or generation.contender.offering is None:
        return None
    try:
        provider = provider_for(generation.contender.offering)
    except NotCallable as error:
        _cancel(generation, error.message)
        return None
    with transaction.atomic():
        entry = generation.contender.offering.provider
        if generation.state == Generation.State.QUEUED and not _has_room(entry):
            # The message that led here is used up: another may be sent as soon as there is room.
            Generation.objects.filter(pk=generation_id).update(published_at=None)
            return None
        bound = call_bound(generation.contender, generation.prompt.text)
        if generation.state == Generation.State.QUEUED and not _may_spend(generation.run_id, bound):
            _cancel(generation, CAP_REACHED)
            return None
        if not _lease(generation, provider.patience):
            return None
        return Claim(generation, _open_attempt(generation, bound or Decimal(0)), provider)


def spent(run_id: int) -> Decimal:
    """Return what a run's calls have cost in USD: known costs, and the reserved sum where it is not known yet."""
    amount = Case(
        When(billed=Attempt.Billed.NO, then=Decimal(0)),
        When(cost__isnull=False, then=F("cost")),
        default=F("cost_reserved"),
    )
    total = Attempt.objects.filter(generation__run_id=run_id).aggregate(total=Sum(amount))["total"]
    return Decimal(total or 0)


def calls_in_run(generation: Generation) -> int:
    """Count the calls that the generation's present run has made for it, without those of earlier runs."""
    return generation.attempts.filter(started_at__gte=generation.run.created_at).count()


def finish_run(run_id: int) -> None:
    """Finish a running run in which nothing is left to do."""
    if not Generation.objects.filter(run_id=run_id, state__in=OPEN_STATES).exists():
        move_runs(Run.objects.filter(pk=run_id), RunMove.FINISH, Run.State.FINISHED)


def _load(generation_id: int) -> Generation | None:
    return (
        Generation.objects.select_related("run", "prompt", "contender__offering__provider")
        .prefetch_related("contender__offering__prices")
        .filter(pk=generation_id)
        .first()
    )


def _is_claimable(generation: Generation) -> bool:
    """Tell whether a worker may claim it. An image that was ordered is fetched, even if its run has ended."""
    if generation.state == Generation.State.PENDING:
        return True
    return generation.state == Generation.State.QUEUED and generation.run.state == Run.State.RUNNING


def _has_room(provider: ProviderEntry) -> bool:
    """Tell whether the provider takes one more concurrent call; its row stays locked while claims are counted."""
    if is_own(provider):
        return True
    ProviderEntry.objects.select_for_update(no_key=True).get(pk=provider.pk)
    running = Generation.objects.filter(
        Q(state=Generation.State.PENDING) | Q(state=Generation.State.RUNNING, lease_until__gt=timezone.now()),
        contender__offering__provider=provider,
    )
    return running.count() < provider.concurrency


def _may_spend(run_id: int, bound: Decimal | None) -> bool:
    """Tell whether the most that a call may cost fits under the cap; the run stays locked until that is reserved.

    A price that the catalogue no longer has fits under no cap.
    """
    if bound == 0:
        return True
    run = Run.objects.select_for_update(no_key=True).get(pk=run_id)
    return run.cap is None or (bound is not None and spent(run_id) + bound <= run.cap)


def _lease(generation: Generation, patience: float) -> bool:
    """Set state and lease if the row is as it was read. It must still be in that run, whose cap was checked."""
    now = timezone.now()
    generation.lease = uuid.uuid4()
    generation.lease_until = now + datetime.timedelta(seconds=patience + settings.LEASE_MARGIN_SECONDS)
    due = Q(run_after__isnull=True) | Q(run_after__lte=now)
    as_read = Generation.objects.filter(due, pk=generation.pk, state=generation.state, run=generation.run_id)
    held = {"lease": generation.lease, "lease_until": generation.lease_until}
    return bool(move_generations(as_read, GenerationMove.CLAIM, Generation.State.RUNNING, **held))


def _open_attempt(generation: Generation, reserved: Decimal) -> Attempt:
    if generation.state == Generation.State.PENDING:
        return generation.attempts.get(ended_at__isnull=True)
    number = generation.attempts.count() + 1
    return Attempt.objects.create(generation=generation, number=number, cost_reserved=reserved)


def _cancel(generation: Generation, reason: str) -> None:
    row = Generation.objects.filter(pk=generation.pk)
    move_generations(row, GenerationMove.CANCEL, Generation.State.CANCELLED, reason=reason)
    finish_run(generation.run_id)
