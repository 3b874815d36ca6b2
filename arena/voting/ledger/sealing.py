"""Sealing: one sealer at a time gives cast votes their final place as entries of their ledger's hash chain.

Neither ids nor times are an order: a transaction that started earlier may commit later. A vote is sealed once its
UnsealedVote row can be seen, so none is skipped and no position stays empty.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from arena.database.copying import open_copy
from arena.voting.ledger.chain import LATEST, OF_CONTROLS, Entry, chain_hash, leaf_hash
from arena.voting.models import Ledger, UnsealedVote

BATCH = 10_000

# Evidence is looked up by vote: joined like the rest, the planner may read all of it for each vote.
_TAKE = """
WITH taken AS (
    DELETE FROM voting_unsealedvote WHERE vote_id IN (
        SELECT u.vote_id FROM voting_unsealedvote u JOIN voting_vote v ON v.matchup_id = u.vote_id
        JOIN voting_matchup m ON m.id = u.vote_id WHERE m.ledger_id = ANY(%s)
        ORDER BY v.cast_at, v.matchup_id LIMIT %s
    ) RETURNING vote_id
)
SELECT m.ledger_id, m.id, l.slug, r.slug, v.outcome, p.slug, c.slug, p.language, c.modality, m.propensity,
    voter.pseudonym, (v.cast_at AT TIME ZONE 'UTC')::date,
    coalesce((
        SELECT string_agg(w.reason, ' ' ORDER BY w.reason COLLATE "C") FROM voting_votereason w WHERE w.vote_id = m.id
    ), ''),
    coalesce((SELECT e.tier FROM voting_voteevidence e WHERE e.vote_id = m.id), ''),
    coalesce(
        (SELECT e.network FROM voting_voteevidence e WHERE e.vote_id = m.id AND e.tier IN ('open', 'settled')), ''
    ),
    CASE WHEN m.control = 'first' THEN '' ELSE m.control END
FROM taken
JOIN voting_vote v ON v.matchup_id = taken.vote_id
JOIN voting_matchup m ON m.id = v.matchup_id
JOIN voting_voter voter ON voter.key = v.voter_id
JOIN generation_generation gl ON gl.id = m.left_id JOIN catalog_contender l ON l.id = gl.contender_id
JOIN generation_generation gr ON gr.id = m.right_id JOIN catalog_contender r ON r.id = gr.contender_id
JOIN catalog_prompt p ON p.id = m.prompt_id
JOIN catalog_category c ON c.id = p.category_id
ORDER BY v.cast_at, v.matchup_id
"""
_APPEND = sql.SQL("COPY voting_ledgerentry (ledger_id, vote_id, {}, salt, leaf, chain) FROM STDIN").format(
    sql.SQL(", ").join(map(sql.Identifier, Entry._fields))
)


def seal_votes(*, limit: int = BATCH) -> int:
    """Append up to `limit` waiting votes to their ledgers, oldest first; return how many. Waits for another sealer."""
    if not UnsealedVote.objects.exists():
        return 0
    with transaction.atomic():
        # No stronger lock than this: while votes are sealed, matchups are dealt that refer to their ledger. Imported
        # ledgers have no unsealed votes, and a process that removes one may lock it for minutes.
        dealt = Ledger.objects.exclude(kind=Ledger.Kind.IMPORTED)
        ledgers = {ledger.pk: ledger for ledger in dealt.select_for_update(no_key=True).order_by("pk")}
        with connection.cursor() as cursor:
            # Votes of a ledger that was opened while we waited for the lock are sealed next time.
            cursor.execute(_TAKE, [list(ledgers), limit])
            rows = cursor.fetchall()
        _append(_seal(ledgers[row[0]], vote=row[1], columns=row[2:]) for row in rows)
        for key in {row[0] for row in rows}:
            ledgers[key].save(update_fields=["length", "head"])
    return len(rows)


def append_entries(ledger: Ledger, columns: Iterable[tuple[Any, ...]]) -> None:
    """Append entries that are no votes of this arena, given as `Entry` without its position, to a locked ledger.

    Entries are streamed, one in memory at a time. Call inside a transaction.
    """
    _append(_seal(ledger, vote=None, columns=each) for each in columns)
    ledger.save(update_fields=["length", "head"])


def _seal(ledger: Ledger, *, vote: Any, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the row of the ledger's next entry, and move the ledger's head (not yet saved) to it."""
    entry = Entry(ledger.length + 1, *columns)
    entry = entry._replace(version=OF_CONTROLS if entry.control else LATEST)
    salt = secrets.token_hex(16)
    leaf = leaf_hash(salt=salt, entry=entry)
    ledger.length, ledger.head = entry.position, chain_hash(previous=ledger.head, leaf=leaf)
    return (ledger.pk, vote, *entry, salt, leaf, ledger.head)


def _append(entries: Iterable[tuple[Any, ...]]) -> None:
    with open_copy(_APPEND) as copy:
        for entry in entries:
            copy.write_row(entry)
