"""Sends jobs to the workers by name, on commit: each provider has a short queue that is refilled as work gets done.

The rows are the truth and messages may be lost: one without effect during its lifetime is sent again.
"""

import datetime
import math

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from arena.catalog.models import Provider
from arena.generation.calls.brakes.throttle import BURST, SPREAD_SECONDS, calls_at_work, slots_of, state_of
from arena.generation.calls.queue import due_calls, due_polls, unsent, waiting_providers
from arena.generation.models import Generation, ProviderState, Run
from arena.generation.providers.registry import is_own
from arena.process.sending import send_jobs

TASK = "arena.generation.generate"
REFILL = "arena.generation.refill"
# Messages in the queue of a provider without a limit: enough for several workers, few enough to pause at once.
WINDOW = 32


def message_lifetime() -> datetime.timedelta:
    """Return how long a message counts as being on its way: two sweeps."""
    return datetime.timedelta(seconds=2 * settings.SWEEP_SECONDS)


def publish_due(*, provider_id: int | None = None) -> None:
    """Send jobs of one provider, or of all: polls, and new calls as far as it takes them at the moment."""
    keys = waiting_providers() if provider_id is None else {provider_id}
    for provider in Provider.objects.select_related("state_of_calls").filter(pk__in=keys):
        _publish(provider, _own_room(provider) if is_own(provider) else _paid_room(provider))


def publish_after(generation_id: int) -> None:
    """Send the next jobs of this generation's provider, and its own for the time to which it was put off."""
    row = Generation.objects.filter(pk=generation_id).select_related("contender__offering").first()
    if row is None or row.contender.offering is None:
        return
    now = timezone.now()
    if row.state in {Generation.State.PENDING, Generation.State.QUEUED} and row.run_after and row.run_after > now:
        _send_later(row, row.run_after - now)
    publish_due(provider_id=row.contender.offering.provider_id)


def _send_later(row: Generation, wait: datetime.timedelta) -> None:
    """Send a message that a worker gets after a short wait; longer waits end with a sweep."""
    if wait <= message_lifetime():
        # It counts as sent from the moment at which it arrives.
        Generation.objects.filter(pk=row.pk, run_after=row.run_after).update(published_at=row.run_after)
        send_jobs(TASK, [row.pk], countdown=wait.total_seconds())


def _own_room(provider: Provider) -> int:
    room = WINDOW - calls_at_work(provider) - _sent(provider)
    # Half a window at a time: a refill after every job would cost more than the job's own rows.
    return room if room >= WINDOW // 2 else 0


def _paid_room(provider: Provider) -> int:
    """Return how many new calls to send now; if the provider takes the next one soon, arrange to look again then."""
    state, now = state_of(provider), timezone.now()
    opens_at = state.opens_at(now)
    if opens_at is None:
        return 0
    if opens_at > now:
        _refill_at(state, opens_at)
        return 0
    room = slots_of(state, provider) - calls_at_work(provider) - _sent(provider)
    if state.breaker == ProviderState.Breaker.OUTAGE:
        return min(room, 1)
    if provider.calls_per_minute:
        interval = datetime.timedelta(seconds=SPREAD_SECONDS / provider.calls_per_minute)
        ahead = min(BURST, now - (state.next_call_at or now - BURST)) / interval
        if room > (soon := 1 + math.floor(ahead)):
            _refill_at(state, now + interval)
            room = soon
    return room


def _refill_at(state: ProviderState, moment: datetime.datetime) -> None:
    """Let a worker send the provider's next jobs at that moment, unless one will before; sweeps see to later ones."""
    now = timezone.now()
    if moment - now > message_lifetime():
        return
    none_before = Q(refill_at__isnull=True) | Q(refill_at__lte=now) | Q(refill_at__gt=moment)
    if ProviderState.objects.filter(none_before, pk=state.pk).update(refill_at=moment):
        send_jobs(REFILL, [state.pk], countdown=max(0.05, (moment - now).total_seconds()))


def _sent(provider: Provider) -> int:
    """Count the provider's new calls whose messages are on their way."""
    return Generation.objects.filter(
        state=Generation.State.QUEUED,
        published_at__gt=timezone.now() - message_lifetime(),
        run__state=Run.State.RUNNING,
        contender__offering__provider=provider,
    ).count()


def _publish(provider: Provider, room: int) -> None:
    """Send the polls that are due, which cost nothing, and at most `room` new calls."""
    now = timezone.now()
    lost_before = now - message_lifetime()
    polls = due_polls().filter(contender__offering__provider=provider)
    with transaction.atomic():
        ids = list(unsent(polls, lost_before=lost_before).values_list("id", flat=True))
        if room > 0:
            ids += due_calls(most=room, provider_id=provider.pk, unsent_for=message_lifetime())
        # Of two that send at once, one gets each row.
        rows = unsent(Generation.objects.filter(pk__in=ids), lost_before=lost_before).order_by("id")
        rows = rows.filter(state__in=[Generation.State.PENDING, Generation.State.QUEUED])
        ids = list(rows.select_for_update(skip_locked=True).values_list("id", flat=True))
        if ids:
            Generation.objects.filter(pk__in=ids).update(published_at=now)
            transaction.on_commit(lambda: send_jobs(TASK, ids))
