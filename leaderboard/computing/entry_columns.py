"""A ledger's entries as columns: what the rating engine reads."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.database.copying import open_copy
from arena.errors import DomainError
from arena.installation import command_name
from arena.voting.ledger.chain import GENESIS
from arena.voting.models import Exclusion, Ledger, LedgerEntry
from leaderboard.queries.past import Span, read_spans
from leaderboard.ratings.boards import BoardKey, slice_window
from leaderboard.ratings.columns.numbering import Numbering, number_labels
from leaderboard.ratings.columns.prompt_axes import PromptAxes
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.publishing import hash_positions

# Read this many entries at a time: their texts are short-lived, and only numbers are kept of all entries.
_CHUNK = 50_000
# PostgreSQL joins a column's values much faster than a client splits rows, and joins the next chunk while this one is
# numbered. Labels that occur together are joined into one, since there are far fewer combinations than entries. No
# label contains a separator, and COPY does not escape the separators.
_READ = rf"""
COPY (
    SELECT joined.* FROM generate_series(1, %s, {_CHUNK}) AS first, LATERAL (
        SELECT string_agg("left" || E'\x1e' || "right", E'\x1f'), string_agg(voter, E'\x1f'),
            string_agg(prompt || E'\x1e' || category || E'\x1e' || language || E'\x1e' || modality, E'\x1f'),
            string_agg(tier || E'\x1e' || network, E'\x1f'),
            string_agg(CASE outcome WHEN 'left' THEN '0' WHEN 'right' THEN '1' WHEN 'tie' THEN '2' ELSE '3' END, '')
        FROM (
            SELECT * FROM voting_ledgerentry
            WHERE ledger_id = %s AND position BETWEEN first AND least(first + {_CHUNK - 1}, %s) ORDER BY position
        ) AS entry
    ) AS joined
) TO STDOUT
"""  # noqa: S608  # it is made of constants
# The positions at which a new day begins, with that day.
_READ_DAYS = """
COPY (
    SELECT position, coalesce(cast_on - DATE '0001-01-01' + 1, 0) FROM (
        SELECT position, cast_on, lag(cast_on) OVER history AS before, position = 1 AS is_first
        FROM voting_ledgerentry WHERE ledger_id = %s AND position <= %s WINDOW history AS (ORDER BY position)
    ) AS entry
    WHERE is_first OR cast_on IS DISTINCT FROM before ORDER BY position
) TO STDOUT
"""
_BETWEEN, _WITHIN = b"\x1f", "\x1e"
_ESCAPES = {r"\b": "\b", r"\t": "\t", r"\n": "\n", r"\v": "\v", r"\f": "\f", r"\r": "\r", r"\\": "\\"}


@dataclass(frozen=True)
class LedgerColumns:
    """A ledger prefix: its last position, the chain link there, the counted votes by modality, and the exclusions.

    A modality whose entries are all excluded has an empty log. `uncounted` holds the excluded entries, in logs with the
    same label tables. `excluded` is their number by board, `excluded_positions` where they are, and `spans` says
    when which entries did not count, until today or until that was lifted.
    """

    position: int
    head: str
    votes: dict[str, VoteLog]
    uncounted: dict[str, VoteLog]
    excluded: Counter[BoardKey]
    excluded_positions: frozenset[int]
    spans: list[Span]

    def with_axes(self, axes: PromptAxes) -> "LedgerColumns":
        """The same columns with what the prompts test: for boards by axis."""
        votes, uncounted = (
            {modality: replace(log, axes=axes) for modality, log in logs.items()}
            for logs in (self.votes, self.uncounted)
        )
        return replace(self, votes=votes, uncounted=uncounted)

    def count_excluded(self, keys: Iterable[BoardKey]) -> "LedgerColumns":
        """The same columns with the exclusions of these boards counted, too, of which each may be on demand."""
        excluded = self.excluded.copy()
        for key in keys:
            newest = self.votes[key.modality].newest_day() if key.days else 0
            excluded[key] = len(slice_window(self.uncounted[key.modality], key, newest=newest))
        return replace(self, excluded=excluded)

    @cached_property
    def exclusions_hash(self) -> str:
        """The `exclusions_hash` of the snapshots, the same for all boards."""
        return hash_positions(self.excluded_positions)


class _Coded:
    """One column of a growing table; its labels, single or joined, are numbered in order of appearance."""

    def __init__(self) -> None:
        self._ids = Numbering()
        self._chunks = [np.zeros(0, dtype=np.int32)]

    def append(self, joined: bytes) -> int:
        """Add the joined labels of some rows; return their number."""
        labels = joined.split(_BETWEEN)
        self._chunks.append(self._ids.code(labels))
        return len(labels)

    def join(self) -> NDArray[np.int32]:
        """The number of each row's label."""
        rows, self._chunks = np.concatenate(self._chunks), []
        return rows

    @property
    def labels(self) -> list[str]:
        """The labels, by number."""
        labels = [label.decode() for label in self._ids]
        if any("\\" in label for label in labels):
            return [re.sub(r"\\.", lambda found: _ESCAPES[found[0]], label) for label in labels]
        return labels

    def split(self, parts: int) -> list[list[str]]:
        """The parts of the joined labels: one list by number for each part."""
        labels = [label.split(_WITHIN) for label in self.labels]
        return [[label[part] for label in labels] for part in range(parts)]


def read_columns(ledger: Ledger, *, upto: int | None = None) -> LedgerColumns:
    """Read a ledger up to a position, or to its length. Raises DomainError if positions are missing.

    Entries never change; the exclusions that hold are read in one statement.
    """
    length = ledger.length if upto is None else upto
    exclusions, excluded = _read_exclusions(ledger, length)
    spans = read_spans(ledger, upto=length)
    pair, voter, context, evidence, outcome = _read_entries(ledger, length)
    pairs, contexts = pair.join(), context.join()
    lefts, rights = pair.split(2)
    contenders, sides = number_labels(lefts + rights)
    (prompts, prompt), (categories, category), (languages, language), (modalities, modality) = map(
        number_labels, context.split(4)
    )
    position = np.arange(1, length + 1)
    whole = VoteLog.from_codes(
        contenders=contenders,
        voters=voter.labels,
        prompts=prompts,
        categories=categories,
        languages=languages,
        position=position,
        left=sides[: len(lefts)][pairs],
        right=sides[len(lefts) :][pairs],
        outcome=outcome,
        voter=voter.join(),
        prompt=prompt[contexts],
        category=category[contexts],
        language=language[contexts],
        **_tell_evidence(evidence),
    )
    counted, own = ~np.isin(position, list(exclusions)), modality[contexts]
    votes, uncounted = (
        {name: whole.select(kept & (own == number)) for number, name in enumerate(modalities)}
        for kept in (counted, ~counted)
    )
    return LedgerColumns(length, _head_at(ledger, length), votes, uncounted, excluded, exclusions, spans)


def _tell_evidence(evidence: _Coded) -> dict[str, Any]:
    """The columns of tiers and networks, where any entry has one."""
    ids, (tiers, networks) = evidence.join(), evidence.split(2)
    if not any(tiers):
        return {}
    (tiers, tier), (networks, network) = number_labels(tiers), number_labels(networks)
    return {"tiers": tiers, "tier": tier[ids], "networks": networks, "network": network[ids]}


def _read_exclusions(ledger: Ledger, length: int) -> tuple[frozenset[int], Counter[BoardKey]]:
    """The excluded positions, and the number of exclusions by board."""
    rows = list(
        Exclusion.objects.filter(entry__ledger=ledger, entry__position__lte=length).values_list(
            "entry__position", "entry__modality", "entry__category", "entry__language"
        )
    )
    excluded: Counter[BoardKey] = Counter()
    for _, modality, category, language in rows:
        excluded[BoardKey("overall", modality=modality)] += 1
        excluded[BoardKey("category", category, modality=modality)] += 1
        excluded[BoardKey("language", language, modality=modality)] += 1
    return frozenset(row[0] for row in rows), excluded


def _read_entries(ledger: Ledger, length: int) -> tuple[_Coded, _Coded, _Coded, _Coded, NDArray[np.int8]]:
    """The ledger's columns: pairs of contenders, voters, prompts with all that is theirs, evidence, and outcomes."""
    columns, outcomes = (_Coded(), _Coded(), _Coded(), _Coded()), [np.zeros(0, dtype=np.int8)]
    first = 1
    with open_copy(_READ, [length, ledger.pk, length]) as copy:
        for line in copy:
            *joined, codes = bytes(line).rstrip(b"\n").split(b"\t")
            last = min(first + _CHUNK - 1, length)
            rows = {len(codes), *(column.append(labels) for column, labels in zip(columns, joined, strict=True))}
            if rows != {last - first + 1}:
                raise DomainError(
                    f"Ledger {ledger.slug}: entries are missing or damaged between positions {first} and {last}. "
                    f"`{command_name()} verify` names the first.",
                    code="damaged_ledger",
                )
            outcomes.append(np.frombuffer(codes, dtype=np.int8) - np.int8(ord("0")))
            first = last + 1
    return *columns, np.concatenate(outcomes)


def read_days(ledger: Ledger) -> NDArray[np.int32]:
    """The UTC day of each entry up to the ledger's length, as `date.toordinal` counts; 0 where it is unknown."""
    # Votes are sealed roughly in the order in which they are cast, so the day changes far less often than there are
    # entries.
    starts, days = array("q"), array("q")
    with open_copy(_READ_DAYS, [ledger.pk, ledger.length]) as copy:
        for line in copy:
            position, day = map(int, bytes(line).split())
            starts.append(position)
            days.append(day)
    return np.repeat(np.array(days, dtype=np.int32), np.diff([*starts, ledger.length + 1]))


def _head_at(ledger: Ledger, length: int) -> str:
    if length == 0:
        return GENESIS
    return LedgerEntry.objects.values_list("chain", flat=True).get(ledger=ledger, position=length)
