"""What a running arena's database holds of the votes that were cast, each with the token of its matchup."""

import base64
import contextlib
import uuid
from typing import Any

from psycopg.rows import dict_row

from tests.system.gates import HasDatabase, connect


def rows_of(arena: HasDatabase, query: str) -> list[dict[str, Any]]:
    """Return rows as dictionaries, each with the token of its matchup; wait for a server that was just killed."""
    with contextlib.closing(connect(arena)) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        found = cursor.execute(query).fetchall()
    return [row | {"token": token_of(row["id"])} for row in found]


def token_of(matchup: uuid.UUID) -> str:
    """Return how voters' pages name a matchup."""
    return base64.urlsafe_b64encode(matchup.bytes).decode().rstrip("=")


def votes_of(arena: HasDatabase) -> list[dict[str, Any]]:
    """Return every vote."""
    return rows_of(arena, "SELECT matchup_id AS id FROM voting_vote")


def unsealed(arena: HasDatabase) -> int:
    """Return how many votes wait for their place in the ledger."""
    return len(rows_of(arena, "SELECT vote_id AS id FROM voting_unsealedvote"))


def entries_of(arena: HasDatabase) -> list[dict[str, Any]]:
    """Return the entries of people's votes by ledger (`kind`) and in order, with what matchup and vote say."""
    return rows_of(
        arena,
        """
        SELECT m.id, l.kind, e.position, e.outcome, m.answer, v.outcome AS cast
        FROM voting_ledgerentry e JOIN voting_ledger l ON l.id = e.ledger_id AND l.kind IN ('native', 'control')
        JOIN voting_vote v ON v.matchup_id = e.vote_id JOIN voting_matchup m ON m.id = v.matchup_id
        ORDER BY l.id, e.position
        """,
    )
