"""Deletes what is no longer needed: replies of old matchups, and matchups that nobody answered."""

from typing import Any

from django.db import connection, transaction

from arena.voting.blindness.lifetimes import REPLY_KEPT, UNANSWERED_KEPT

_UNANSWERED = "DELETE FROM voting_matchup WHERE answer = '' AND dealt_at < now() - %(unanswered)s"
_TOLD = """
UPDATE voting_matchup SET reply = NULL
WHERE reply IS NOT NULL AND coalesce(closed_at, dealt_at) < now() - %(reply)s
"""


def purge_matchups() -> tuple[int, int]:
    """Delete unanswered matchups after UNANSWERED_KEPT, drop replies after REPLY_KEPT; return both counts."""
    kept: dict[str, Any] = {"unanswered": UNANSWERED_KEPT, "reply": REPLY_KEPT}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, kept)
        deleted = cursor.rowcount
        cursor.execute(_TOLD, kept)
        return deleted, cursor.rowcount
