"""Forgetting old snapshots that a later one of their day has superseded."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from leaderboard.models import Snapshot

log = structlog.get_logger(__name__)

# So many are deleted in one transaction, with twenty or more standings each.
_BATCH = 500

# A board's first snapshot differs from the none before it, so it stays too. Boards on demand keep the newest only.
_SUPERSEDED = """
SELECT id FROM (
    SELECT snapshot.id, computed_at,
        lead(snapshot.id) OVER history IS NOT NULL AND (board.days <> 0 OR board.slice = 'category_language')
            AS is_outdated,
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
    """Delete snapshots older than SNAPSHOT_DAYS, with their standings; return how many.

    Of each board stay: its latest, its first, the last of each UTC day, and those whose method or number of
    exclusions is not that of the one before; of a board on demand its latest only. With SNAPSHOT_DAYS = 0 all stay.
    """
    if settings.SNAPSHOT_DAYS == 0:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SUPERSEDED, [timezone.now() - timedelta(days=settings.SNAPSHOT_DAYS)])
        superseded = [number for (number,) in cursor.fetchall()]
    for start in range(0, len(superseded), _BATCH):
        batch = Snapshot.objects.filter(pk__in=superseded[start : start + _BATCH])
        with transaction.atomic():
            # A refresh that compares with one of these is waited for: its snapshots name it until it is gone.
            list(batch.select_for_update().order_by("pk").values_list("pk"))
            batch.delete()
    log.info("snapshots thinned", deleted=len(superseded))
    return len(superseded)
