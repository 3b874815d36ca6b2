"""Webhooks: a host says that an order is ready, and then it is polled at once. Nothing else of what it says is used."""

import uuid
from collections.abc import Mapping

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from arena.generation.calls.claims import Claim
from arena.generation.calls.jobs import publish_due
from arena.generation.models import Attempt, Generation
from arena.generation.providers.base import TakesHooks
from arena.generation.providers.registry import NotCallable, provider_for

# In the handle of a pending call: it has been woken, so that repeated webhooks bring no more polls.
WOKEN = "woken"

log = structlog.get_logger(__name__)


def hook_address(claim: Claim) -> str:
    """Return the address for the webhook of a call; empty unless the site's address and the provider's options say so.

    It ends in the attempt's idempotency key, which nobody else can guess.
    """
    provider = claim.provider
    if not settings.PUBLIC_URL or not isinstance(provider, TakesHooks) or not provider.hooks_on:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('hook', args=[claim.entry.slug, claim.attempt.idempotency_key])}"


def wake_poll(*, provider_slug: str, key: uuid.UUID, headers: Mapping[str, str], body: bytes) -> bool:
    """Let the call of this key be polled now, if it waits and its provider has signed that; tell whether it is woken.

    Each call is woken once. Forged, repeated, late, too early and unknown webhooks change nothing. Header names are in
    lower case.
    """
    attempt = (
        Attempt.objects.filter(idempotency_key=key, ended_at=None, generation__state=Generation.State.PENDING)
        .filter(provider__slug=provider_slug)
        .select_related("generation__contender__offering__provider")
        .first()
    )
    # Only for an address that we have given out is anything verified, for which keys may have to be fetched.
    if attempt is None or not _is_from_host(attempt.generation, headers, body):
        return False
    woken = _poll_now(attempt.generation_id)
    if woken:
        log.info("woken", generation=attempt.generation_id, provider=provider_slug)
        publish_due(provider_id=attempt.provider_id)
    return woken


def _is_from_host(generation: Generation, headers: Mapping[str, str], body: bytes) -> bool:
    handle = generation.handle or {}
    offering = generation.contender.offering
    if WOKEN in handle or offering is None:
        return False
    try:
        provider = provider_for(offering)
    except NotCallable:
        return False
    if not isinstance(provider, TakesHooks) or not provider.hooks_on:
        return False
    number = provider.read_hook(headers, body)
    return bool(number) and number == handle.get("id")


def _poll_now(generation_id: int) -> bool:
    """Put its next poll to this moment, unless a worker has it or it has been woken."""
    with transaction.atomic():
        rows = Generation.objects.select_for_update().filter(state=Generation.State.PENDING)
        row = rows.filter(pk=generation_id).first()
        if row is None or row.handle is None or WOKEN in row.handle:
            return False
        row.handle = {**row.handle, WOKEN: True}
        row.run_after, row.published_at = timezone.now(), None
        row.save(update_fields=["handle", "run_after", "published_at"])
        return True
