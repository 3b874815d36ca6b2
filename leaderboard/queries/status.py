"""The state of the arena for the status page: what waits, what was done last, what went wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from arena.generation.calls.queue import is_anything_due
from arena.generation.models import Attempt, Generation
from arena.installation import read_version
from arena.monitoring.exposition import Figure
from arena.voting.models import Ledger, UnsealedVote, Vote
from leaderboard.models import Alarm, Snapshot

# After this many turns without progress, a worker is taken to be down.
_PATIENCE_TURNS = 15


# By kind of ledger: how many entries the newest overall boards lack, and the age of the newest.
# No board reads votes on controls.
_NEWEST = """
SELECT kind, sum(length - position), coalesce(min(age), 'NaN')::float FROM (
    SELECT l.kind, l.length, coalesce(max(s.position), 0) AS position,
        extract(epoch FROM now() - max(s.computed_at)) AS age
    FROM voting_ledger l
    LEFT JOIN leaderboard_board b ON b.ledger_id = l.id AND b.slice = 'overall' AND b.days = 0
    LEFT JOIN LATERAL (
        SELECT position, computed_at FROM leaderboard_snapshot WHERE board_id = b.id ORDER BY id DESC LIMIT 1
    ) s ON true
    WHERE l.kind <> 'control'
    GROUP BY l.id
) ledgers GROUP BY kind
"""


@dataclass(frozen=True)
class Health:
    """What the status page shows; `sealing`, `sweeping`, `generating` are False if work has waited for too long."""

    database_version: str
    votes: int
    waiting_votes: int
    waiting_since: datetime | None
    sealing: bool
    sweeping: bool
    generating: bool
    refreshed_at: datetime | None
    refresh_seconds: int
    generations: dict[str, int]
    ledgers: tuple[Ledger, ...]
    version: str

    @property
    def ok(self) -> bool:
        return self.sealing and self.sweeping and self.generating


def read_health() -> Health:
    """Read the state from the tables; the number of queries is fixed."""
    now = timezone.now()
    waiting = UnsealedVote.objects.aggregate(count=Count("pk"), since=Min("vote__cast_at"))
    by_state = Generation.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return Health(
        database_version=_database_version(),
        votes=Vote.objects.count(),
        waiting_votes=waiting["count"],
        waiting_since=waiting["since"],
        sealing=_is_recent(waiting["since"], now, settings.SEAL_SECONDS),
        sweeping=_is_recent(_oldest_forgotten_lease(now), now, settings.SWEEP_SECONDS),
        generating=_is_generated(now),
        refreshed_at=Snapshot.objects.filter(board__slice="overall", board__days=0, board__tiers="")
        .order_by("-id")
        .values_list("computed_at", flat=True)
        .first(),
        refresh_seconds=settings.REFRESH_SECONDS,
        generations={str(Generation.State(state).label): count for state, count in sorted(by_state)},
        ledgers=tuple(Ledger.objects.order_by("-length", "slug")),
        version=read_version(),
    )


def read_board_figures() -> list[Figure]:
    """Return how old the newest overall boards are, how many sealed votes they lack, and how many alarms wait."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        rows = cursor.fetchall()
    unseen = Alarm.objects.filter(seen_at__isnull=True).count()
    return [
        Figure("unseen_alarms", "Alarms about votes that nobody has noted as seen.", unseen),
        *_of_boards(rows),
    ]


def _of_boards(rows: Iterable[tuple[str, int, float]]) -> list[Figure]:
    return [
        figure
        for kind, unrated, age in rows
        for figure in (
            Figure("unrated_entries", "Sealed votes that no board has read yet.", unrated, {"ledger": kind}),
            Figure("snapshot_age_seconds", "Since the newest overall board was computed.", age, {"ledger": kind}),
        )
    ]


def _is_recent(since: datetime | None, now: datetime, turn_seconds: int) -> bool:
    return since is None or now - since < timedelta(seconds=turn_seconds * _PATIENCE_TURNS)


def _oldest_forgotten_lease(now: datetime) -> datetime | None:
    """When the oldest expired lease ended; if a worker is alive, the sweep takes such a lease back within one turn."""
    expired = Generation.objects.filter(
        state__in=[Generation.State.RUNNING, Generation.State.PENDING], lease_until__lt=now
    )
    ended: datetime | None = expired.aggregate(since=Min("lease_until"))["since"]
    return ended


def _is_generated(now: datetime) -> bool:
    """Whether generation was recently at work, or nothing has been due for long."""
    long_ago = now - timedelta(seconds=settings.SWEEP_SECONDS * _PATIENCE_TURNS)
    at_work = Q(lease_until__gt=now) | Q(state=Generation.State.PENDING, run_after__gt=long_ago)
    return (
        not is_anything_due(planned_before=long_ago)
        or Generation.objects.filter(at_work).exists()
        or Attempt.objects.filter(started_at__gt=long_ago).exists()
    )


def _database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
