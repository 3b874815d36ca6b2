"""When a provider takes another call: its breaker, its pace and its room, in a row that all workers share."""

import datetime
import random

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from arena.catalog.models import Provider as ProviderEntry
from arena.database.plain_rows import columns_of, read_number, read_rows
from arena.generation.calls.brakes.breaker import close_for_new_key
from arena.generation.models import ProviderState
from arena.generation.providers.limits import RateLimits

# Calls may come this much before their time, so that a worker that is a little late costs no pace. A host that counts
# in minutes never sees more than it takes: 62 seconds of calls are spread over each 61.
BURST = datetime.timedelta(seconds=1)
SPREAD_SECONDS = 62.0
# A host that says "too many" without saying for how long is left alone for 2, 4, 8, … seconds, at most for this long.
LONGEST_HOLD = 900.0
_LOCKED = "FROM generation_providerstate AS state WHERE provider_id = %s FOR NO KEY UPDATE"
_AT_WORK = """
    SELECT count(*) FROM generation_generation AS job
    JOIN catalog_contender AS contender ON contender.id = job.contender_id
    JOIN catalog_offering AS offering ON offering.id = contender.offering_id
    WHERE (job.state = 'pending' OR (job.state = 'running' AND job.lease_until > %s)) AND offering.provider_id = %s
"""
RATE_REASON = "The provider asked for fewer calls."


class NotNow(Exception):
    """No call to this provider may begin now. `until` is when one may; None if that is not a matter of time."""

    def __init__(self, until: datetime.datetime | None = None) -> None:
        super().__init__()
        self.until = until


def state_of(provider: ProviderEntry) -> ProviderState:
    """Return how calls to a provider go, as it was loaded with it or as it is stored; it is made on first use."""
    try:
        return provider.state_of_calls
    except ProviderState.DoesNotExist:
        return ProviderState.objects.get_or_create(provider=provider)[0]


def check_opening(state: ProviderState, *, key: str) -> None:
    """Raise NotNow if the provider takes no calls at the moment; a key that it has not refused opens it."""
    if state.breaker == ProviderState.Breaker.STOPPED and close_for_new_key(state, key=key):
        state.refresh_from_db()
    now = timezone.now()
    opens_at = state.opens_at(now)
    if opens_at is None or opens_at > now:
        raise NotNow(opens_at)


def admit_call(provider: ProviderEntry, *, key: str, patience: float) -> ProviderState:
    """Let one new call begin and book its time, or raise NotNow. The row stays locked until the transaction ends.

    During an outage this is the trial call, and no other may begin for as long as it may take.
    """
    [state] = read_rows(ProviderState, f"SELECT {columns_of(ProviderState, of='state')} {_LOCKED}", [provider.pk])
    check_opening(state, key=key)
    if calls_at_work(provider) >= slots_of(state, provider):
        raise NotNow
    now = timezone.now()
    booked = {}
    if state.breaker == ProviderState.Breaker.OUTAGE:
        booked["retry_at"] = now + datetime.timedelta(seconds=patience + settings.LEASE_MARGIN_SECONDS)
    if provider.calls_per_minute:
        booked["next_call_at"] = next_call_time(state.next_call_at, now=now, calls_per_minute=provider.calls_per_minute)
    if booked:
        ProviderState.objects.filter(pk=provider.pk).update(**booked)
    return state


def next_call_time(
    earliest: datetime.datetime | None, *, now: datetime.datetime, calls_per_minute: int
) -> datetime.datetime:
    """Return when the call after one that begins now may begin; `earliest` is when that one might have begun."""
    interval = datetime.timedelta(seconds=SPREAD_SECONDS / calls_per_minute)
    return max((earliest or now) + BURST, now) + interval - BURST


def slots_of(state: ProviderState, provider: ProviderEntry) -> int:
    """Return how many calls the provider takes at once at the moment: at most what the catalogue says."""
    return provider.concurrency if state.slots is None else min(state.slots, provider.concurrency)


def calls_at_work(provider: ProviderEntry) -> int:
    """Count the provider's calls that workers hold or that are pending there."""
    return read_number(_AT_WORK, [timezone.now(), provider.pk])


def hold_calls(provider: ProviderEntry, *, seconds: float, reason: str) -> None:
    """Begin no new call to the provider for this long, unless it is held for longer already."""
    until = timezone.now() + datetime.timedelta(seconds=seconds)
    shorter = Q(held_until__isnull=True) | Q(held_until__lt=until)
    ProviderState.objects.filter(shorter, pk=provider.pk).update(held_until=until, hold_reason=reason[:300])


def slow_down(state: ProviderState, *, retry_after: float | None) -> None:
    """Heed a rate limit: wait as long as it says, and make half as many calls at once. One of a burst counts."""
    if state.held_until is not None and state.held_until > timezone.now():
        return
    strikes = min(state.strikes + 1, 100)
    slots = max(1, slots_of(state, state.provider) // 2)
    ProviderState.objects.filter(pk=state.pk, strikes=state.strikes).update(strikes=strikes, slots=slots)
    seconds = min(LONGEST_HOLD, 2.0**strikes) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads calls, hides nothing.
    hold_calls(state.provider, seconds=seconds if retry_after is None else retry_after, reason=RATE_REASON)


def speed_up(provider: ProviderEntry, state: ProviderState) -> None:
    """After a call that went well, let the calls at once grow again: by about one with each round of calls."""
    if state.strikes or state.slots is not None:
        slots = slots_of(state, provider)
        slots += random.random() < 1 / slots  # noqa: S311 - it only takes turns.
        grown = slots if slots < provider.concurrency else None
        ProviderState.objects.filter(pk=provider.pk).update(strikes=0, slots=grown)


def heed_limits(provider: ProviderEntry, limits: RateLimits) -> None:
    """Heed what an answer's headers say: spread the calls that are left over the time until there are more."""
    if limits.remaining >= provider.concurrency or limits.reset_seconds <= 0:
        return
    pause = limits.reset_seconds / (limits.remaining + 1)
    if limits.remaining == 0:
        hold_calls(provider, seconds=pause, reason=RATE_REASON)
        return
    earliest = timezone.now() + datetime.timedelta(seconds=pause)
    later = Q(next_call_at__isnull=True) | Q(next_call_at__lt=earliest)
    ProviderState.objects.filter(later, pk=provider.pk).update(next_call_at=earliest)
