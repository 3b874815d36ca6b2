"""Deleting old snapshots that a later one of the same day has superseded."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from leaderboard.models import Snapshot

log = structlog.get_logger(__name__)

# This many snapshots are deleted in one transaction, with twenty or more standings each.
_BATCH = 500

# A board's first snapshot has none before it, so it counts as a change and stays. Boards on demand keep only the
# newest.
_SUPERSEDED = """
SELECT id FROM (
    SELECT snapshot.id, computed_at,
        lead(snapshot.id) OVER history IS NOT NULL AND (
            board.days <> 0 OR board.tiers <> '' OR board.slice IN ('category_language', 'axis')
        ) AS is_outdated,
        lead(snapshot.id) OVER day IS NOT NULL AS is_followed,
        method IS DISTINCT FROM lag(method) OVER history OR excluded IS DISTINCT FROM lag(excluded) OVER history
            AS is_turn
    FROM leaderboard_snapshot snapshot JOIN leaderboard_board board ON board.id = snapshot.board_id
    WINDOW history AS (PARTITION BY board_id ORDER BY snapshot.id),
        day AS (PARTITION BY board_id, (computed_at AT TIME ZONE 'UTC')::date ORDER BY snapshot.id)
) snapshot
WHERE computed_at < %s AND (is_outdated OR is_followed AND NOT is_turn)
ORDER BY id
"""


def thin_snapshots() -> int:
    """Delete superseded snapshots older than SNAPSHOT_DAYS, with their standings; return how many.

    Each board keeps its latest snapshot, its first, the last one of each UTC day, and those whose method or number of
    exclusions differs from the snapshot before. A board on demand keeps only its latest. With SNAPSHOT_DAYS = 0 nothing
    is deleted.
    """
    if settings.SNAPSHOT_DAYS == 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDED, [timezone.now() - timedelta(days=settings.SNAPSHOT_DAYS)])
        superseded = [number for (number,) in cursor.fetchall()]
    for start in range(0, len(superseded), _BATCH):
        batch = Snapshot.objects.filter(pk__in=superseded[start : start + _BATCH])
        with transaction.atomic():
            # This waits for a refresh that compares with one of these: its new snapshots refer to it until it is
            # deleted.
            list(batch.select_for_update().order_by("pk").values_list("pk"))
            batch.delete()
    log.info("snapshots thinned", deleted=len(superseded))
    return len(superseded)
