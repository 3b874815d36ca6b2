"""A ledger's entries as columns: what the rating engine reads."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from arena.voting.models import GENESIS, Ledger, LedgerEntry
from leaderboard.ratings.votelog import VoteLog
from leaderboard.snapshots import BoardName

_COLUMNS = """
    COPY (
        SELECT entry.modality, entry.position, entry."left", entry."right", entry.outcome, entry.voter, entry.prompt,
            entry.category, entry.language, (exclusion.id IS NOT NULL)::int
        FROM voting_ledgerentry entry LEFT JOIN voting_exclusion exclusion ON exclusion.entry_id = entry.id
        WHERE entry.ledger_id = %s
        ORDER BY entry.position
    ) TO STDOUT (FORMAT csv)
"""


@dataclass(frozen=True)
class LedgerColumns:
    """A ledger prefix: its last position and chain link there, the counted votes by modality, and what is excluded.

    A modality all of whose entries are excluded is there with an empty log.
    """

    position: int
    head: str
    votes: dict[str, VoteLog]
    excluded: Counter[BoardName]


def read_columns(ledger: Ledger) -> LedgerColumns:
    """Read a whole ledger in one statement, so that entries and exclusions belong together."""
    counted: dict[str, list[list[str]]] = {}
    excluded: Counter[BoardName] = Counter()
    position = 0
    for row in _copy_rows(ledger):
        position = int(row[1])
        own = counted.setdefault(row[0], [])
        if row[9] == "0":
            own.append(row)
        else:
            excluded.update(_boards_of(row))
    return LedgerColumns(
        position=position,
        head=_head_at(ledger, position),
        votes={modality: _vote_log(rows) for modality, rows in counted.items()},
        excluded=excluded,
    )


def _copy_rows(ledger: Ledger) -> Iterator[list[str]]:
    with connection.cursor() as cursor, cursor.copy(_COLUMNS, [ledger.pk]) as copy:
        yield from csv.reader(_lines(copy))


def _lines(chunks: Iterable[memoryview | bytes]) -> Iterator[str]:
    """Whole lines; PostgreSQL's buffers each hold one or more, which is not promised."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + bytes(chunk)).split(b"\n")
        for line in lines:
            yield line.decode()


def _boards_of(row: list[str]) -> list[BoardName]:
    modality, category, language = row[0], row[7], row[8]
    return [(modality, "overall", ""), (modality, "category", category), (modality, "language", language)]


def _vote_log(rows: list[list[str]]) -> VoteLog:
    columns = zip(*rows, strict=True) if rows else [()] * 10
    _, position, left, right, outcome, voter, prompt, category, language, _ = columns
    return VoteLog.from_columns(
        position=[int(place) for place in position],
        left=left,
        right=right,
        outcome=outcome,
        voter=voter,
        prompt=prompt,
        category=category,
        language=language,
    )


def _head_at(ledger: Ledger, position: int) -> str:
    """The chain link at a position: entries never change, so it may be read later than the columns."""
    if position == 0:
        return GENESIS
    return LedgerEntry.objects.values_list("chain", flat=True).get(ledger=ledger, position=position)
