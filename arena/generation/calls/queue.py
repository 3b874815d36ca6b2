"""Finds what is due in time that does not grow with the queue: a few rows of each contender, in each run at work."""

import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from arena.generation.models import Generation, ProviderState

# For each pair, the index `generation_waiting` gives its rows in order, and reading ends after `most` of them.
_PAIRS = """
    FROM generation_run AS run CROSS JOIN catalog_contender AS contender
    JOIN catalog_offering AS offering ON offering.id = contender.offering_id
    CROSS JOIN LATERAL (
        SELECT id FROM generation_generation
        WHERE run_id = run.id AND contender_id = contender.id
            AND state IN ('queued', 'pending') AND state = 'queued' AND (run_after IS NULL OR run_after <= %(now)s)
            AND (NOT %(unsent)s OR published_at IS NULL OR run_after > published_at OR published_at < %(lost)s)
            AND (%(before)s::timestamptz IS NULL OR created_at < %(before)s)
        ORDER BY id + 0 LIMIT %(most)s
    ) AS due
    WHERE run.state = 'running' AND (%(run)s::bigint IS NULL OR run.id = %(run)s)
        AND (%(provider)s::bigint IS NULL OR offering.provider_id = %(provider)s)
        AND NOT offering.provider_id = ANY(%(shut)s::bigint[])
"""


def due_calls(
    *,
    most: int,
    run_id: int | None = None,
    provider_id: int | None = None,
    unsent_for: datetime.timedelta | None = None,
) -> list[int]:
    """Return the keys of at most `most` new calls that may begin now, in the order of planning.

    Those of providers that take no calls at the moment are left out. With `unsent_for`: those without a message that
    is younger than this.
    """
    values = _values(most, run_id=run_id, provider_id=provider_id, unsent_for=unsent_for)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT due.id {_PAIRS} ORDER BY due.id LIMIT %(most)s", values)
        return [key for (key,) in cursor.fetchall()]


def is_anything_due(*, planned_before: datetime.datetime) -> bool:
    """Tell whether a worker could begin or poll something now that was planned before then."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 {_PAIRS} LIMIT 1", _values(1) | {"before": planned_before})
        calls = cursor.fetchone()
    return calls is not None or due_polls().filter(created_at__lt=planned_before).exists()


def waiting_providers() -> set[int]:
    """Return the keys of the providers at which a new call or a poll is due, also if they take none at the moment."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT offering.provider_id {_PAIRS}", _values(1) | {"shut": []})
        found = {key for (key,) in cursor.fetchall()}
    return found | set(due_polls().order_by().values_list("contender__offering__provider", flat=True).distinct())


def due_polls() -> QuerySet[Generation]:
    """Return what was ordered in any run, and is to be polled now; there is little of it."""
    due = Q(run_after__isnull=True) | Q(run_after__lte=timezone.now())
    return Generation.objects.filter(due, state=Generation.State.PENDING).order_by("id")


def unsent(rows: QuerySet[Generation], *, lost_before: datetime.datetime) -> QuerySet[Generation]:
    """Return those of the rows for which no message is on its way.

    A worker that put a job off after its last message has acted on that message.
    """
    acted_on = Q(published_at__isnull=True) | Q(run_after__gt=F("published_at"))
    return rows.filter(acted_on | Q(published_at__lt=lost_before))


def shut_providers() -> list[int]:
    """Return the keys of the providers that take no calls at the moment."""
    now = timezone.now()
    closed = Q(breaker=ProviderState.Breaker.STOPPED) | Q(held_until__gt=now) | Q(next_call_at__gt=now)
    out = Q(breaker=ProviderState.Breaker.OUTAGE, retry_at__gt=now)
    return list(ProviderState.objects.filter(closed | out).values_list("provider", flat=True))


def _values(
    most: int,
    *,
    run_id: int | None = None,
    provider_id: int | None = None,
    unsent_for: datetime.timedelta | None = None,
) -> dict[str, Any]:
    now = timezone.now()
    return {
        "now": now,
        "most": most,
        "run": run_id,
        "provider": provider_id,
        "before": None,
        "shut": shut_providers(),
        "unsent": unsent_for is not None,
        "lost": now - (unsent_for or datetime.timedelta()),
    }
