"""The breaker of a provider: a refused key or an empty purse stops it, an outage opens it and is tried now and then."""

import datetime
import random

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.crypto import salted_hmac

from arena.catalog.models import Provider as ProviderEntry
from arena.generation.models import ProviderState
from arena.generation.providers.base import ErrorKind
from arena.generation.providers.registry import key_of

Breaker = ProviderState.Breaker
# Errors after which every further call would fail alike, until a person acts.
STOPPING = frozenset({ErrorKind.AUTH, ErrorKind.QUOTA})
# Errors of a host that is down; this many calls in a row make an outage.
OUTAGE_KINDS = frozenset({ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT})
OUTAGE_AFTER = 5
# An outage is tried again after 15, 30, 60, … seconds, at most after this long.
FIRST_PAUSE = 15.0
LONGEST_PAUSE = 900.0
STAFF = "staff"
OUTAGE_REASON = "The provider cannot be reached, or does not answer."

log = structlog.get_logger(__name__)


def digest_key(key: str) -> str:
    """Return a keyed digest of a provider's key, by which a new key is recognised; it does not tell the key."""
    return salted_hmac("arena.generation.calls.brakes.breaker", key, algorithm="sha256").hexdigest()


def stop_provider(provider: ProviderEntry, *, cause: str, reason: str, key: str = "") -> None:
    """Begin no more calls to the provider until its key changes or staff resume it; its generations wait."""
    changed = {"breaker": Breaker.STOPPED, "cause": cause, "reason": reason[:300], "since": timezone.now()}
    states = ProviderState.objects.filter(pk=provider.pk).exclude(breaker=Breaker.STOPPED)
    if states.update(key_digest=digest_key(key) if key else "", retry_at=None, **changed):
        log.error("provider_stopped", provider=provider.slug, cause=cause, reason=reason)


def resume_provider(provider: ProviderEntry, *, user: AbstractBaseUser | None = None) -> bool:
    """Let calls begin again, whatever stopped them; tell whether anything did."""
    cleared = {"cause": "", "reason": "", "since": None, "key_digest": "", "failures": 0, "outages": 0}
    held = {"retry_at": None, "held_until": None, "hold_reason": "", "strikes": 0, "slots": None, "next_call_at": None}
    states = ProviderState.objects.filter(pk=provider.pk)
    was = states.exclude(breaker=Breaker.CLOSED).exists()
    states.update(breaker=Breaker.CLOSED, **cleared, **held)
    log.info("provider_resumed", provider=provider.slug, user=user.pk if user else None)
    return was


def close_for_new_key(state: ProviderState, *, key: str) -> bool:
    """Resume a provider that was stopped over a key other than this one; tell whether it was."""
    if state.breaker != Breaker.STOPPED or not (key and state.key_digest) or state.key_digest == digest_key(key):
        return False
    return resume_provider(state.provider)


def resume_changed_keys() -> None:
    """Resume the providers whose key in this process's environment is not the one that they refused."""
    for state in ProviderState.objects.filter(breaker=Breaker.STOPPED).select_related("provider"):
        close_for_new_key(state, key=key_of(state.provider))


def note_failure(state: ProviderState, *, is_trial: bool) -> None:
    """Count a call that found the host down: enough in a row open an outage, and a failed trial prolongs it."""
    states = ProviderState.objects.filter(pk=state.pk)
    if not is_trial:
        states.filter(breaker=Breaker.CLOSED).update(failures=Least(F("failures") + 1, 100))
        # Calls that began before the outage was noticed say nothing new.
        states = states.filter(breaker=Breaker.CLOSED, failures__gte=OUTAGE_AFTER)
    now = timezone.now()
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(state.outages, 10))
    pause *= random.uniform(0.75, 1.25)  # noqa: S311 - spreads calls, hides nothing.
    opened = states.exclude(breaker=Breaker.STOPPED).update(
        breaker=Breaker.OUTAGE, cause=ErrorKind.UNAVAILABLE, reason=OUTAGE_REASON, since=state.since or now,
        outages=Least(F("outages") + 1, 100), retry_at=now + datetime.timedelta(seconds=pause),
    )  # fmt: skip
    if opened:
        log.warning("provider_out_of_order", provider=state.provider.slug, seconds=round(pause))


def note_life(state: ProviderState) -> None:
    """Note an answer, whatever it says: the host is up, so an outage is over."""
    if state.breaker == Breaker.OUTAGE:
        resume_provider(state.provider)
    elif state.failures:
        ProviderState.objects.filter(pk=state.pk).update(failures=0)
