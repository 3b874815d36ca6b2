"""A ledger's entries as columns: what the rating engine reads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from arena.errors import DomainError
from arena.voting.chain import GENESIS
from arena.voting.models import Exclusion, Ledger, LedgerEntry
from leaderboard.ratings.votelog import OUTCOMES, VoteLog
from leaderboard.snapshots import BoardName

# So many entries are read at once: their texts are short-lived, only numbers are kept of all of them.
_CHUNK = 100_000

# PostgreSQL joins a column's values much faster than a client takes rows apart. No label holds the separator.
_READ = """
SELECT string_agg("left", E'\\x1f'), string_agg("right", E'\\x1f'), string_agg(voter, E'\\x1f'),
    string_agg(prompt, E'\\x1f'), string_agg(category, E'\\x1f'), string_agg(language, E'\\x1f'),
    string_agg(modality, E'\\x1f'), string_agg(outcome, E'\\x1f')
FROM (SELECT * FROM voting_ledgerentry WHERE ledger_id = %s AND position BETWEEN %s AND %s ORDER BY position) entry
"""
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class LedgerColumns:
    """A ledger prefix: its last position and chain link there, the counted votes by modality, and what is excluded.

    A modality all of whose entries are excluded is there with an empty log. `uncounted` are the excluded entries, in
    logs with the same label tables; `excluded` is their number by board, `exclusions` when each position was decided.
    """

    position: int
    head: str
    votes: dict[str, VoteLog]
    uncounted: dict[str, VoteLog]
    excluded: Counter[BoardName]
    exclusions: dict[int, datetime]


class _Coded:
    """One column of a growing table: labels are numbered as they come."""

    def __init__(self, *known: str) -> None:
        self.ids = {label: number for number, label in enumerate(known)}
        self.chunks: list[NDArray[np.int32]] = []

    def append(self, labels: list[str]) -> None:
        for label in set(labels) - self.ids.keys():
            self.ids[label] = len(self.ids)
        self.chunks.append(np.fromiter(map(self.ids.__getitem__, labels), dtype=np.int32, count=len(labels)))

    def join(self) -> NDArray[np.int32]:
        return np.concatenate([np.zeros(0, dtype=np.int32), *self.chunks])


def read_columns(ledger: Ledger) -> LedgerColumns:
    """Read a ledger up to its length. Raises DomainError if positions are missing.

    Entries never change, so they may be read piece by piece; exclusions are read in one statement.
    """
    exclusions, excluded = _read_exclusions(ledger)
    sides, outcome, modality = _Coded(), _Coded(*OUTCOMES), _Coded()
    voter, prompt, category, language = _Coded(), _Coded(), _Coded(), _Coded()
    for left, right, *others in _read_chunks(ledger):
        # Both sides share one table: left is every other row of it.
        sides.append([side for pair in zip(left, right, strict=True) for side in pair])
        for column, labels in zip((voter, prompt, category, language, modality, outcome), others, strict=True):
            column.append(labels)
    contenders = sides.join()
    position = np.arange(1, ledger.length + 1)
    whole = VoteLog.from_codes(
        contenders=list(sides.ids),
        voters=list(voter.ids),
        prompts=list(prompt.ids),
        categories=list(category.ids),
        languages=list(language.ids),
        position=position,
        left=contenders[0::2],
        right=contenders[1::2],
        outcome=outcome.join(),
        voter=voter.join(),
        prompt=prompt.join(),
        category=category.join(),
        language=language.join(),
    )
    counted, own = ~np.isin(position, list(exclusions)), modality.join()
    votes, uncounted = (
        {name: whole.select(kept & (own == number)) for name, number in modality.ids.items()}
        for kept in (counted, ~counted)
    )
    return LedgerColumns(ledger.length, _head_at(ledger), votes, uncounted, excluded, exclusions)


def _read_exclusions(ledger: Ledger) -> tuple[dict[int, datetime], Counter[BoardName]]:
    """When each excluded position was decided, and their number by board."""
    rows = list(
        Exclusion.objects.filter(entry__ledger=ledger, entry__position__lte=ledger.length).values_list(
            "entry__position", "decided_at", "entry__modality", "entry__category", "entry__language"
        )
    )
    excluded: Counter[BoardName] = Counter()
    for _, _, modality, category, language in rows:
        excluded.update([(modality, "overall", ""), (modality, "category", category), (modality, "language", language)])
    return {row[0]: row[1] for row in rows}, excluded


def _read_chunks(ledger: Ledger) -> Iterator[list[list[str]]]:
    for first in range(1, ledger.length + 1, _CHUNK):
        last = min(first + _CHUNK - 1, ledger.length)
        with connection.cursor() as cursor:
            cursor.execute(_READ, [ledger.pk, first, last])
            columns = [(joined or "").split(_SEPARATOR) for joined in cursor.fetchone()]
        if any(len(column) != last - first + 1 for column in columns):
            raise DomainError(
                f"Ledger {ledger.slug}: entries are missing or damaged between positions {first} and {last}. "
                "`manage.py verify` names the first.",
                code="damaged_ledger",
            )
        yield columns


def _head_at(ledger: Ledger) -> str:
    if ledger.length == 0:
        return GENESIS
    return LedgerEntry.objects.values_list("chain", flat=True).get(ledger=ledger, position=ledger.length)
