"""Figures of the ledgers for monitoring: what is sealed, and what waits for it."""

from django.db import connection

from arena.monitoring.exposition import Figure

_ENTRIES = "SELECT kind, sum(length) FROM voting_ledger GROUP BY kind"
_WAITING = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(v.cast_at)), 0)::float
FROM voting_unsealedvote u JOIN voting_vote v ON v.matchup_id = u.vote_id
"""


def read_ledger_figures() -> list[Figure]:
    """Return the length of the ledgers of each kind, and how many votes wait to be sealed, and since when."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES)
        entries = cursor.fetchall()
        cursor.execute(_WAITING)
        waiting, oldest = cursor.fetchone()
    return [
        *(Figure("ledger_entries", "Sealed votes.", length, {"ledger": kind}) for kind, length in entries),
        Figure("unsealed_votes", "Votes that wait to be sealed.", waiting),
        Figure("oldest_unsealed_vote_seconds", "Since the oldest vote was cast that waits to be sealed.", oldest),
    ]
