"""Sends jobs to the workers by name, on commit: each provider has a short queue that is refilled as work gets done.

The rows are the truth and messages may be lost: one without effect during its lifetime is sent again.
"""

import datetime
import math

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from arena.catalog.models import Provider
from arena.database.plain_rows import read_number
from arena.generation.calls.brakes.throttle import BURST, SPREAD_SECONDS, calls_at_work, slots_of, state_of
from arena.generation.calls.queue import due_calls, due_polls, unsent, waiting_providers
from arena.generation.models import Generation, ProviderState
from arena.generation.providers.registry import is_own
from arena.process.sending import send_jobs

TASK = "arena.generation.generate"
REFILL = "arena.generation.refill"
# Messages in the queue of a provider without a limit: enough for several workers, few enough to pause at once.
WINDOW = 32


# By hand, since both run after every job: Django takes longer to write them than PostgreSQL to answer.
_SENT = """
SELECT count(*) FROM generation_generation AS one
JOIN generation_run AS run ON run.id = one.run_id AND run.state = 'running'
JOIN catalog_contender AS contender ON contender.id = one.contender_id
JOIN catalog_offering AS offering ON offering.id = contender.offering_id
WHERE one.state = 'queued' AND one.published_at > %s AND offering.provider_id = %s
"""
# Of two that send at once, one gets each row.
_MARK_SENT = """
UPDATE generation_generation SET published_at = %(now)s WHERE id IN (
    SELECT id FROM generation_generation
    WHERE id = ANY(%(ids)s) AND state IN ('pending', 'queued')
        AND (published_at IS NULL OR run_after > published_at OR published_at < %(lost)s)
    ORDER BY id FOR UPDATE SKIP LOCKED
) RETURNING id
"""


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
    wanted = "state", "run_after", "contender__offering__provider"
    row = Generation.objects.filter(pk=generation_id).values_list(*wanted).first()
    if row is None or row[2] is None:
        return
    state, run_after, provider = row
    if state in {Generation.State.PENDING, Generation.State.QUEUED} and run_after and run_after > timezone.now():
        _send_later(generation_id, run_after)
    publish_due(provider_id=provider)


def _send_later(generation_id: int, run_after: datetime.datetime) -> None:
    """Send a message that a worker gets after a short wait; longer waits end with a sweep."""
    wait = run_after - timezone.now()
    if wait <= message_lifetime():
        # It counts as sent from the moment at which it arrives.
        Generation.objects.filter(pk=generation_id, run_after=run_after).update(published_at=run_after)
        send_jobs(TASK, [generation_id], countdown=max(0.0, wait.total_seconds()))


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
    return read_number(_SENT, [timezone.now() - message_lifetime(), provider.pk])


def _publish(provider: Provider, room: int) -> None:
    """Send the polls that are due, which cost nothing, and at most `room` new calls."""
    now = timezone.now()
    lost_before = now - message_lifetime()
    polls = due_polls().filter(contender__offering__provider=provider)
    ids = list(unsent(polls, lost_before=lost_before).values_list("id", flat=True))
    if room > 0:
        ids += due_calls(most=room, provider_id=provider.pk, unsent_for=message_lifetime())
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MARK_SENT, {"now": now, "lost": lost_before, "ids": ids})
        marked = sorted(key for (key,) in cursor.fetchall())
    transaction.on_commit(lambda: send_jobs(TASK, marked))
