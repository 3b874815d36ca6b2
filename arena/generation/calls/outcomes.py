"""Closing a job: the holder of the open attempt writes image or error, attempt and generation, all or none."""

import datetime
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from arena.catalog.models import Contender
from arena.catalog.models import Provider as ProviderEntry
from arena.generation.calls.claims import Claim, LostClaim, calls_in_run
from arena.generation.calls.prices import image_price, usage_cost
from arena.generation.ingest.images import SavedFiles, attach_image
from arena.generation.models import Attempt, Generation
from arena.generation.providers.base import Done, ErrorKind, Pending, ProviderError
from arena.generation.providers.registry import is_free
from arena.generation.transitions import (
    GenerationMove,
    end_attempts,
    move_generation,
    move_generations,
    state_after_call,
)

State = Generation.State
# Errors of a poll that say nothing about the call itself.
PASSING = frozenset({ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT})
# Errors after which a call that costs nothing is made again, even if the first one may have gone through.
REPEATED_IF_FREE = PASSING | {ErrorKind.NOT_FOUND}
PENDING_LIMIT = datetime.timedelta(hours=1)
PATIENT_POLL_SECONDS = 15.0


def close_done(claim: Claim, done: Done, files: SavedFiles, *, seconds: float, provenance: Mapping[str, Any]) -> None:
    """Write the image and its cost; `seconds` is how long the provider took. Raises LostClaim."""
    contender = claim.generation.contender
    cost, basis = _cost(contender, done)
    with _owned(claim) as generation:
        attach_image(generation=generation, files=files, provenance=provenance)
        end_attempts(
            Attempt.objects.filter(pk=claim.attempt.pk),
            outcome="done",
            billed="yes",
            cost=cost,
            cost_basis=basis,
            inference_seconds=done.inference_seconds,
        )
        move_generation(generation, GenerationMove.CLOSE, State.DONE, seconds=seconds)


def close_pending(claim: Claim, pending: Pending) -> None:
    """Keep the handle to poll with; the attempt stays open. Raises LostClaim."""
    with _owned(claim) as generation:
        generation.handle = pending.handle
        generation.run_after = timezone.now() + datetime.timedelta(seconds=pending.poll_after)
        move_generation(generation, GenerationMove.CLOSE, State.PENDING)


def close_error(claim: Claim, error: ProviderError) -> None:
    """Write why there is no image, and what follows from it. Raises LostClaim.

    A refusal is final. A temporary error that certainly cost nothing is queued again, up to MAX_ATTEMPTS in one run. A
    charge that is unknown, or left us without an image, needs a person's decision. A failed poll is repeated for
    PENDING_LIMIT, as it orders nothing. A call that costs nothing is repeated where its outcome is unknown, too. A
    refused key or credit also stops the run's other calls to that provider.
    """
    passing = error.kind in PASSING and not error.ended
    if claim.generation.handle is not None and passing and _is_young(claim.attempt):
        close_pending(claim, Pending(claim.generation.handle, error.retry_after or PATIENT_POLL_SECONDS))
        return
    free = error.billed == "unknown" and error.kind in REPEATED_IF_FREE and is_free(_provider_of(claim))
    billed, retryable = ("no", True) if free else (error.billed, error.retryable)
    with _owned(claim) as generation:
        attempt = Attempt.objects.filter(pk=claim.attempt.pk)
        end_attempts(attempt, outcome=error.kind, billed=billed, message=error.message)
        calls = calls_in_run(claim.generation)
        refused = error.kind == ErrorKind.REFUSED
        state = state_after_call(refused=refused, billed=billed, retryable=retryable, calls=calls)
        if state == State.QUEUED:
            wait = error.retry_after if error.retry_after is not None else _backoff(calls)
            generation.run_after = timezone.now() + datetime.timedelta(seconds=wait)
            generation.handle = None
        move_generation(generation, GenerationMove.CLOSE, state, reason=error.message)
        if error.kind in {ErrorKind.AUTH, ErrorKind.QUOTA}:
            _stop_provider(claim, error.message)


def _cost(contender: Contender, done: Done) -> tuple[Decimal | None, str]:
    """Return the cost in USD and what it rests on: the provider's word, its count of tokens, or the list price."""
    if done.cost is not None:
        return done.cost, "reported"
    by_usage = usage_cost(contender, done.usage)
    return (image_price(contender), "list") if by_usage is None else (by_usage, "usage")


@contextmanager
def _owned(claim: Claim) -> Iterator[Generation]:
    """Lock the generation for one transaction if our attempt is still open, so nobody else works on it."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update().get(pk=claim.generation.pk)
        if not Attempt.objects.filter(pk=claim.attempt.pk, ended_at__isnull=True).exists():
            raise LostClaim
        yield generation


def _is_young(attempt: Attempt) -> bool:
    return timezone.now() - attempt.started_at < PENDING_LIMIT


def _backoff(calls: int) -> float:
    """Return the seconds to wait after this many calls: 2, 4, 8, … with a quarter of jitter."""
    return float(2**calls) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, hides nothing.


def _provider_of(claim: Claim) -> ProviderEntry:
    offering = claim.generation.contender.offering
    assert offering is not None
    return offering.provider


def _stop_provider(claim: Claim, message: str) -> None:
    sold_there = Contender.objects.filter(offering__provider=_provider_of(claim))
    others = Generation.objects.filter(run_id=claim.generation.run_id, contender__in=sold_there)
    move_generations(others, GenerationMove.CANCEL, State.CANCELLED, reason=message[:300])
