"""Closing a job: the holder of the open attempt writes image or error, attempt and generation, all or none."""

import datetime
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from arena.catalog.models import Contender
from arena.generation.calls.brakes.breaker import STOPPING
from arena.generation.calls.claims import OF_THE_PROVIDER, Claim, LostClaim, calls_in_run, pictures_of
from arena.generation.calls.prices import cost_of, image_price
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
PASSING = frozenset({ErrorKind.RATE_LIMITED, ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT, ErrorKind.FORBIDDEN})
# Errors after which a call that costs nothing is made again, even if the first one may have gone through.
REPEATED_IF_FREE = PASSING | {ErrorKind.NOT_FOUND}
PENDING_LIMIT = datetime.timedelta(hours=1)
PATIENT_POLL_SECONDS = 15.0


def close_done(claim: Claim, done: Done, files: SavedFiles, *, seconds: float, provenance: Mapping[str, Any]) -> None:
    """Write the image and its cost; `seconds` is how long the provider took. Raises LostClaim."""
    contender = claim.generation.contender
    cost, basis = cost_of(contender, done, listed=image_price(contender, pictures=pictures_of(claim.generation)))
    with _owned(claim) as generation:
        attach_image(generation=generation, files=files, provenance=provenance)
        move_generation(generation, GenerationMove.CLOSE, State.DONE, seconds=seconds)
        end_attempts(
            Attempt.objects.filter(pk=claim.attempt.pk),
            outcome="done",
            billed="yes",
            cost=cost,
            cost_basis=basis,
            inference_seconds=done.inference_seconds,
        )


def close_pending(claim: Claim, pending: Pending) -> None:
    """Keep the handle to poll with, a little before or after the time asked for; the attempt stays open.

    Raises LostClaim.
    """
    with _owned(claim) as generation:
        generation.handle = pending.handle
        generation.run_after = timezone.now() + datetime.timedelta(seconds=_jittered(pending.poll_after))
        move_generation(generation, GenerationMove.CLOSE, State.PENDING)


def close_error(claim: Claim, error: ProviderError) -> None:
    """Write why there is no image, and what follows from it. Raises LostClaim.

    A refusal is final. A temporary error that certainly cost nothing is queued again, up to MAX_ATTEMPTS in one run;
    those of the provider itself (a refused key, an empty purse, a rate limit, an outage that is tried) do not count. A
    charge that is unknown, or left us without an image, needs a person's decision. A failed poll is repeated for
    PENDING_LIMIT, as it orders nothing; it waits for a key. A call that costs nothing is repeated where its outcome is
    unknown, too. A model that the key may not use stops for the run: no call to it goes on.
    """
    if claim.generation.handle is not None and _says_nothing_of_the_call(claim, error):
        close_pending(claim, Pending(claim.generation.handle, error.retry_after or PATIENT_POLL_SECONDS))
        return
    free = error.billed == "unknown" and error.kind in REPEATED_IF_FREE and is_free(claim.entry)
    billed, retryable = ("no", True) if free else (error.billed, error.retryable or error.kind in STOPPING)
    if _is_asked_again(claim) and billed == "no" and error.kind != ErrorKind.REFUSED:
        # That the repeat cost nothing does not say that the first call did not.
        billed = "unknown"
    with _owned(claim) as generation:
        counts = not claim.is_trial and error.kind not in OF_THE_PROVIDER
        calls = calls_in_run(claim.generation) if counts else 1
        refused = error.kind == ErrorKind.REFUSED
        state = state_after_call(refused=refused, billed=billed, retryable=retryable, calls=calls)
        if state == State.QUEUED:
            generation.run_after = _time_of_repeat(error, calls)
            generation.handle = None
        move_generation(generation, GenerationMove.CLOSE, state, reason=error.message)
        attempt = Attempt.objects.filter(pk=claim.attempt.pk)
        end_attempts(attempt, outcome=error.kind, billed=billed, message=error.message)
    if error.kind == ErrorKind.FORBIDDEN:
        _stop_offering(claim, error.message)


def _stop_offering(claim: Claim, reason: str) -> None:
    """Cancel what the run still wants of a model that the key may not use: each call would end like this one."""
    sold = Contender.objects.filter(offering=claim.generation.contender.offering_id)
    rows = Generation.objects.filter(run=claim.generation.run_id, contender__in=sold)
    move_generations(rows, GenerationMove.CANCEL, State.CANCELLED, reason=reason[:300])


def is_young(attempt: Attempt) -> bool:
    """Tell whether a pending call may still be waited for."""
    return timezone.now() - attempt.started_at < PENDING_LIMIT


@contextmanager
def _owned(claim: Claim) -> Iterator[Generation]:
    """Lock the generation for one transaction if our attempt is still open, so nobody else works on it."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update().get(pk=claim.generation.pk)
        if not Attempt.objects.filter(pk=claim.attempt.pk, ended_at__isnull=True).exists():
            raise LostClaim
        yield generation


def _is_asked_again(claim: Claim) -> bool:
    """Tell whether a call was made once more under its key, to learn how it had ended."""
    return claim.generation.state == State.PENDING and claim.generation.handle is None


def _says_nothing_of_the_call(claim: Claim, error: ProviderError) -> bool:
    """Tell whether a failed poll leaves open how the call itself will end."""
    passing = error.kind in PASSING and is_young(claim.attempt)
    return not error.ended and (passing or error.kind in STOPPING)


def _time_of_repeat(error: ProviderError, calls: int) -> datetime.datetime | None:
    """Return when to call again: as the provider said, or 2, 4, 8, … seconds after 1, 2, 3, … calls."""
    if error.kind in STOPPING:
        # As soon as the provider takes calls.
        return None
    wait = error.retry_after if error.retry_after is not None else _jittered(2.0**calls)
    return timezone.now() + datetime.timedelta(seconds=wait)


def _jittered(seconds: float) -> float:
    """Return these seconds, a quarter more or less, so that calls do not come all at once."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311 - spreads calls, hides nothing.
