"""Forgetting what has served its time: replies of old matchups, and matchups that nobody answered."""

from django.db import connection, transaction

_UNANSWERED = "DELETE FROM voting_matchup WHERE answer = '' AND dealt_at < now() - interval '48 hours'"
_TOLD = """
UPDATE voting_matchup SET reply = NULL
WHERE reply IS NOT NULL AND coalesce(closed_at, dealt_at) < now() - interval '24 hours'
"""


def purge_matchups() -> tuple[int, int]:
    """Delete unanswered matchups after 48 hours, drop replies 24 hours after answer or deal; return both counts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNANSWERED)
        deleted = cursor.rowcount
        cursor.execute(_TOLD)
        return deleted, cursor.rowcount
