"""One job from claim to close: call the provider, fetch the image, store it, write the outcome."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from arena.catalog.workflows import brief_settings
from arena.generation.calls.brakes.noting import note_answer, note_error
from arena.generation.calls.claims import Claim, LostClaim, claim_generation, finish_run
from arena.generation.calls.disk_space import has_room
from arena.generation.calls.entering import enter_play
from arena.generation.calls.ordering import build_request, ordered_model
from arena.generation.calls.outcomes import close_done, close_error, close_pending, is_young
from arena.generation.calls.waking import hook_address
from arena.generation.ingest.images import SavedFiles, keep_files
from arena.generation.ingest.renditions import read_frame
from arena.generation.models import Attempt
from arena.generation.providers.base import Done, ErrorKind, Pending, ProviderError
from arena.generation.providers.fetch import fetch_asset
from arena.generation.providers.limits import hear_limits
from arena.generation.providers.shapes.answers import without_key
from arena.pictures.bad_images import BadImage

T = TypeVar("T")
# Seconds between tries to reach the database.
WAITS = (0.5, 1, 2, 4, 8, 15)
STILL_AT_WORK = "The provider has not finished it yet. Ask again later."

log = structlog.get_logger(__name__)


def generate_image(generation_id: int) -> bool:
    """Work on one generation if it is due and free, and the disk has space; tell whether it was claimed."""
    claim = claim_generation(generation_id) if has_room() else None
    if claim is None:
        return False
    try:
        _work(claim)
    except LostClaim:
        log.warning("claim_lost", generation=generation_id, attempt=claim.attempt.pk)
    else:
        # Only now, after the image is stored: a failure here must not undo it.
        enter_play(run_id=claim.generation.run_id, prompt_id=claim.generation.prompt_id)
        finish_run(claim.generation.run_id)
    return True


def _work(claim: Claim) -> None:
    deadline = time.monotonic() + claim.provider.patience
    try:
        answer = _ask(claim, deadline)
        if isinstance(answer, Pending):
            if not is_young(claim.attempt):
                raise ProviderError(ErrorKind.TIMEOUT, STILL_AT_WORK, billed="unknown")
            close_pending(claim, answer)
        else:
            _keep(claim, answer, deadline)
    except ProviderError as error:
        close_error(claim, error)
    except BadImage as error:
        close_error(claim, ProviderError(ErrorKind.BAD_RESPONSE, error.message, billed="yes"))


def _keep(claim: Claim, done: Done, deadline: float) -> None:
    if not done.assets:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The answer holds no image.", billed="unknown")
    data = fetch_asset(done.assets[0], host=claim.provider.host, deadline=deadline)
    seconds = (timezone.now() - claim.attempt.started_at).total_seconds()
    provenance = _patiently(lambda: _provenance(claim, done))
    with keep_files(data, frame=_patiently(lambda: read_frame(claim.generation.prompt_id))) as files:
        _patiently(lambda: _close(claim, done, files, seconds=seconds, provenance=provenance))


def _close(claim: Claim, done: Done, files: SavedFiles, *, seconds: float, provenance: Mapping[str, Any]) -> None:
    """Write the image. Raises LostClaim, but not where only the answer to our own commit was lost."""
    try:
        close_done(claim, done, files, seconds=seconds, provenance=provenance)
    except LostClaim:
        if not Attempt.objects.filter(pk=claim.attempt.pk, outcome="done").exists():
            raise


def _patiently(use: Callable[[], T]) -> T:
    """Use the database for an image that is paid for: while its server restarts, wait up to half a minute."""
    for wait in WAITS:
        try:
            return use()
        except (OperationalError, InterfaceError):
            close_old_connections()
            time.sleep(wait)
    return use()


def _ask(claim: Claim, deadline: float) -> Pending | Done:
    """Make the call, and note what it told of the provider."""
    with hear_limits() as heard:
        try:
            answer = _call(claim, deadline)
        except ProviderError as error:
            error.message = without_key(error.message, claim.provider.host)
            note_error(claim, error, heard.limits)
            raise
    _patiently(lambda: note_answer(claim, heard.limits))
    return answer


def _call(claim: Claim, deadline: float) -> Pending | Done:
    generation = claim.generation
    if generation.handle is not None:
        return claim.provider.poll(generation.handle, deadline=deadline)
    request = replace(build_request(generation), webhook=hook_address(claim))
    return claim.provider.submit(request, idempotency_key=str(claim.attempt.idempotency_key), deadline=deadline)


def _provenance(claim: Claim, done: Done) -> dict[str, Any]:
    generation = claim.generation
    offering = generation.contender.offering
    assert offering is not None
    return {
        "provider": offering.provider.slug,
        "model": ordered_model(generation),
        "settings": brief_settings(generation.contender.settings),
        "seed": generation.seed,
        "idempotency_key": str(claim.attempt.idempotency_key),
        "usage": dict(done.usage) if done.usage is not None else None,
        "notes": dict(done.notes),
        "applied": dict(done.applied),
    }
