"""Checking that a ledger is what was sealed: every entry, their order, their number, and that no vote is missing."""

from collections.abc import Iterator
from dataclasses import replace

from django.db import connection

from arena.voting.ledger.chain import Entry, Sealed, Walk, walk_chain
from arena.voting.models import Ledger, LedgerEntry

CHUNK = 5_000

_ASTRAY = """
SELECT count(*) FROM voting_vote v JOIN voting_matchup m ON m.id = v.matchup_id
WHERE m.ledger_id = %s
    AND NOT EXISTS (SELECT FROM voting_ledgerentry e WHERE e.vote_id = v.matchup_id)
    AND NOT EXISTS (SELECT FROM voting_unsealedvote u WHERE u.vote_id = v.matchup_id)
"""
_BEYOND = """
SELECT count(*) FROM voting_ledgerentry e JOIN voting_ledger l ON l.id = e.ledger_id
WHERE l.id = %s AND e.position > l.length
"""


def verify_ledger(ledger: Ledger) -> Walk:
    """Walk a ledger's chain up to the length and head that its row states now; entries are streamed."""
    ledger.refresh_from_db(fields=["length", "head"])
    walk = walk_chain(_stored(ledger))
    if walk.bad_position is not None:
        return walk
    if walk.length != ledger.length:
        return replace(walk, bad_position=walk.length + 1, reason=f"the ledger states {ledger.length} entries")
    if walk.head != ledger.head:
        return replace(
            walk, bad_position=walk.length, reason="the chain does not end in the head that the ledger states"
        )
    if _count(_BEYOND, ledger):
        return replace(walk, bad_position=walk.length + 1, reason="there is an entry beyond the ledger's end")
    return walk


def votes_astray(ledger: Ledger) -> int:
    """Count votes that are neither sealed nor waiting to be: there must be none."""
    return _count(_ASTRAY, ledger)


def _stored(ledger: Ledger) -> Iterator[Sealed]:
    entries = LedgerEntry.objects.filter(ledger=ledger, position__lte=ledger.length).order_by("position")
    for row in entries.values_list(*Entry._fields, "salt", "leaf", "chain").iterator(chunk_size=CHUNK):
        yield Sealed(Entry(*row[:-3]), *row[-3:])


def _count(query: str, ledger: Ledger) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, [ledger.pk])
        return int(cursor.fetchone()[0])
