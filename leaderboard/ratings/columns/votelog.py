"""Votes as columns: the one input of every rating method."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.column_checks import (
    OUTCOMES,
    BadVoteLog,
    check_outcomes,
    read_positions,
    recode,
    refuse_uneven,
    sort_table,
)
from leaderboard.ratings.columns.counted_rows import number_votes, walk_positions, walk_votes
from leaderboard.ratings.columns.numbering import Ids, Labels, Numbering, drop_unused, join_tables, number_labels
from leaderboard.ratings.columns.prompt_axes import PromptAxes

__all__ = ["BOTH_BAD", "LEFT", "OUTCOMES", "RIGHT", "TIE", "BadVoteLog", "Mask", "VoteLog", "VoteRow"]

LEFT, RIGHT, TIE, BOTH_BAD = 0, 1, 2, 3

_TABLES = {
    "contenders": ("left", "right"),
    "voters": ("voter",),
    "prompts": ("prompt",),
    "categories": ("category",),
    "languages": ("language",),
}
_COLUMNS = ("position", "left", "right", "outcome", "voter", "prompt", "category", "language", "weight")
# Columns that are set only where the influence of voters is limited. No hash includes them, but for the weights.
_EVIDENCE = {"tiers": "tier", "networks": "network"}

Mask = NDArray[np.bool_]


class VoteRow(NamedTuple):
    """One vote by labels: the columns of `VoteLog.from_columns`."""

    position: int
    left: str
    right: str
    outcome: str
    voter: str
    prompt: str
    category: str
    language: str


@dataclass(frozen=True, eq=False)
class VoteLog:
    """Columns of equal length n in ledger order; ids index the label tables, which are sorted and without duplicates.

    `day` is the UTC day of each vote as `date.toordinal` counts it, 0 where unknown. It is set only where windows are
    asked for, and no hash includes it. `axes` say what the prompts test; they are set only where boards by axis are
    asked for. `chosen_by` is the hash of the axes by which these votes were chosen, and empty if they were not.

    `tier` says how much was known of the voter at each vote, as DESIGN names it: open, settled, verified, named, or ""
    where nobody knows. `network` is a pseudonym of the voter's network on one UTC day, or "". None: unknown throughout.

    `times`, int64[n], says how many equal votes each row stands for, at its position and those that follow; None: one.

    Build a log with `from_columns` or `from_codes`: they check the rules, the constructor does not.
    """

    contenders: Labels
    voters: Labels
    prompts: Labels
    categories: Labels
    languages: Labels
    position: NDArray[np.int64]
    left: Ids
    right: Ids
    outcome: NDArray[np.int8]
    voter: Ids
    prompt: Ids
    category: Ids
    language: Ids
    weight: NDArray[np.float64]
    day: Ids | None = None
    tiers: Labels = ("",)
    tier: Ids | None = None
    networks: Labels = ("",)
    network: Ids | None = None
    times: NDArray[np.int64] | None = None
    axes: PromptAxes | None = None
    chosen_by: str = ""

    def __len__(self) -> int:
        return len(self.position)

    @property
    def count(self) -> int:
        """How many votes there are."""
        return len(self) if self.times is None else int(self.times.sum())

    @property
    def last_position(self) -> int:
        """The position of the last vote; there must be one."""
        return int(self.position[-1]) + (0 if self.times is None else int(self.times[-1]) - 1)

    def expand(self) -> Self:
        """The same votes with a row for each."""
        if self.times is None:
            return self
        columns: dict[str, Any] = {name: np.repeat(getattr(self, name), self.times) for name in self._columns}
        return replace(self, **columns | {"position": number_votes(self.position, self.times), "times": None})

    @classmethod
    def from_columns(
        cls,
        *,
        position: Sequence[int] | NDArray[Any],
        left: Sequence[str],
        right: Sequence[str],
        outcome: Sequence[str] | NDArray[np.int8],
        voter: Sequence[str] | None = None,
        prompt: Sequence[str] | None = None,
        category: Sequence[str] | None = None,
        language: Sequence[str] | None = None,
        tier: Sequence[str] | None = None,
        network: Sequence[str] | None = None,
        weight: Sequence[float] | NDArray[np.float64] | None = None,
        contenders: Iterable[str] | None = None,
    ) -> Self:
        """Read columns of labels; a column left out holds the empty label in every row, `tier` and `network` none.

        If `contenders` is given, any other contender raises BadVoteLog with the row's position.
        """
        places = read_positions(position)
        refuse_uneven(len(places), left, right, outcome)
        table = Numbering(() if contenders is None else sorted(set(contenders)))
        known = None if contenders is None else len(table)
        sides = [table.code(side) for side in (left, right)]
        evidence: dict[str, Any] = {}
        for labels, name, column in (("tiers", "tier", tier), ("networks", "network", network)):
            if column is not None:
                evidence[labels], evidence[name] = number_labels(column)
        coded = {
            name: _code(labels, len(places))
            for name, labels in (("voter", voter), ("prompt", prompt), ("category", category), ("language", language))
        }
        return cls.from_codes(
            contenders=list(table)[:known],
            voters=coded["voter"][0],
            prompts=coded["prompt"][0],
            categories=coded["category"][0],
            languages=coded["language"][0],
            position=places,
            left=sides[0],
            right=sides[1],
            outcome=outcome if isinstance(outcome, np.ndarray) else _code_outcomes(outcome, places),
            weight=weight,
            **evidence | {name: ids for name, (_, ids) in coded.items()},
        )

    @classmethod
    def from_codes(
        cls,
        *,
        contenders: Sequence[str],
        voters: Sequence[str],
        prompts: Sequence[str],
        categories: Sequence[str],
        languages: Sequence[str],
        position: NDArray[Any],
        left: NDArray[Any],
        right: NDArray[Any],
        outcome: NDArray[Any],
        voter: NDArray[Any],
        prompt: NDArray[Any],
        category: NDArray[Any],
        language: NDArray[Any],
        weight: Sequence[float] | NDArray[np.float64] | None = None,
        tiers: Sequence[str] = ("",),
        tier: NDArray[Any] | None = None,
        networks: Sequence[str] = ("",),
        network: NDArray[Any] | None = None,
    ) -> Self:
        """Read integer columns with label tables in any order; the log's tables are sorted and its ids renumbered."""
        places = read_positions(position)
        # Weights of 1 take no memory.
        ones = np.broadcast_to(np.float64(1.0), len(places))
        weights = ones if weight is None else np.ascontiguousarray(weight, dtype=np.float64)
        refuse_uneven(len(places), left, right, outcome, voter, prompt, category, language, weights)
        tables = [sort_table(labels) for labels in (contenders, voters, prompts, categories, languages)]
        chosen = (tables[0], *tables)
        named = {
            "left": left, "right": right, "voter": voter, "prompt": prompt, "category": category, "language": language
        }  # fmt: skip
        labels: dict[str, Any] = dict(zip(_TABLES, (sorted_labels for sorted_labels, _ in tables), strict=True))
        ids: dict[str, Any] = {
            name: recode(name, column, *table, places)
            for (name, column), table in zip(named.items(), chosen, strict=True)
        }
        for names, name, known, column in (("tiers", "tier", tiers, tier), ("networks", "network", networks, network)):
            if column is not None:
                refuse_uneven(len(places), column)
                labels[names], moved = sort_table(known)
                ids[name] = recode(name, column, labels[names], moved, places)
        log = cls(position=places, outcome=check_outcomes(np.asarray(outcome), places), weight=weights, **labels, **ids)
        _refuse_bad_rows(log)
        return log

    def select(self, rows: Mask | slice) -> Self:
        """Keep the rows of a boolean mask (copied) or a slice (views); the label tables stay as they are.

        A mask that is true everywhere returns the log itself.
        """
        if not isinstance(rows, slice) and rows.all():
            return self
        # The mask is searched once, not once per column.
        chosen = rows if isinstance(rows, slice) else np.flatnonzero(rows)
        columns: dict[str, Any] = {name: _pick(getattr(self, name), chosen) for name in self._columns}
        return replace(self, **columns)

    def insert(self, other: Self) -> Self:
        """Merge in votes at other positions, in order of position, from a log with the same label tables."""
        places = np.searchsorted(self.position, other.position)
        inserted: dict[str, Any] = {
            name: np.insert(getattr(self, name), places, getattr(other, name)) for name in self._columns
        }
        return replace(self, **inserted)

    @property
    def _columns(self) -> tuple[str, ...]:
        optional = ("day", *_EVIDENCE.values(), "times")
        return (*_COLUMNS, *(name for name in optional if getattr(self, name) is not None))

    def append(self, other: Self) -> Self:
        """Append the votes of a log with its own label tables. Raises BadVoteLog unless positions go on rising."""
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("position", "outcome", "weight")
        }
        for table, names in _TABLES.items():
            labels, moved = join_tables(getattr(self, table), getattr(other, table))
            columns[table] = labels
            columns |= {name: np.concatenate([getattr(self, name), moved[getattr(other, name)]]) for name in names}
        for table, name in _EVIDENCE.items():
            (known, own), (others, ids) = self._evidence(table), other._evidence(table)
            if getattr(self, name) is not None or getattr(other, name) is not None:
                columns[table], moved = join_tables(known, others)
                columns[name] = np.concatenate([own, moved[ids]])
        counted = [np.ones(len(log), dtype=np.int64) if log.times is None else log.times for log in (self, other)]
        times = None if self.times is None and other.times is None else np.concatenate(counted)
        return replace(self.from_codes(**columns), times=times)

    def _evidence(self, table: str) -> tuple[Labels, Ids]:
        """The labels and ids of `tier` or `network`; where there is none, the empty label in every row."""
        ids = getattr(self, _EVIDENCE[table])
        return (("",), np.zeros(len(self), dtype=np.int32)) if ids is None else (getattr(self, table), ids)

    def for_category(self, slug: str) -> Self:
        """Keep the votes of one category; an unknown category keeps none."""
        return self.select(self.category == _place(self.categories, slug))

    def for_language(self, code: str) -> Self:
        """Keep the votes on prompts of one language; an unknown language keeps none."""
        return self.select(self.language == _place(self.languages, code))

    def for_axis(self, slug: str) -> Self:
        """Keep the votes on prompts that test an axis; an unknown axis keeps none. Raises BadVoteLog without axes.

        The input hash of what is kept includes that of all axes.
        """
        if self.axes is None:
            raise BadVoteLog("nothing says which axes the prompts test")
        chosen = self.axes.prompts_on(slug)
        on_axis = np.array([prompt in chosen for prompt in self.prompts], dtype=bool)
        return replace(self.select(on_axis[self.prompt]), chosen_by=self.axes.hash)

    def newest_day(self) -> int:
        """The day of the newest vote, 0 if no day is known. Raises BadVoteLog without days."""
        if self.day is None:
            raise BadVoteLog("the votes carry no days")
        return int(self.day.max(initial=0))

    def for_days(self, days: int, *, newest: int) -> Self:
        """Keep the votes of the `days` days that end with `newest`, none of unknown day.

        Raises BadVoteLog without days.
        """
        if self.day is None:
            raise BadVoteLog("the votes carry no days")
        return self.select((self.day > max(0, newest - days)) & (self.day <= newest))

    def count_both_bad_as_ties(self) -> Self:
        """The same votes with every `both_bad` a tie, as LMArena counts it."""
        return replace(self, outcome=np.where(self.outcome == BOTH_BAD, np.int8(TIE), self.outcome))

    def compact(self) -> Self:
        """Drop labels that no row uses and renumber, so that equal votes have equal columns."""
        columns: dict[str, Any] = {}
        evidence = {table: (name,) for table, name in _EVIDENCE.items() if getattr(self, name) is not None}
        for table, names in (_TABLES | evidence).items():
            labels, ids = drop_unused(getattr(self, table), *(getattr(self, name) for name in names))
            columns |= {table: labels, **dict(zip(names, ids, strict=True))}
        return replace(self, **columns)

    def input_hash(self, *, compacted: bool = False) -> str:
        """SHA-256 (hex) of labels and columns as little-endian integers: the same on any CPU and for any numbering.

        Weights are included, as the bits of their float64, only if one differs from 1; axes only if these votes were
        chosen by them. `compacted` says that the log comes from `compact`.
        """
        log = self if compacted else self.compact()
        tables = [log.contenders, log.voters, log.prompts, log.categories, log.languages]
        chosen = [{"axes": self.chosen_by}] if self.chosen_by else []
        digest = hashlib.sha256(json.dumps(["votelog", 1, log.count, *tables, *chosen]).encode())
        for part in walk_positions(log.position, log.times):
            digest.update(_as_bytes(part, "<i8"))
        columns = [(getattr(log, name), "<i4") for names in _TABLES.values() for name in names]
        weights = [(log.weight, "<f8")] if np.any(log.weight != 1.0) else []
        for column, kind in (*columns, (log.outcome, "<i1"), *weights):
            for part in walk_votes(column, log.times):
                digest.update(_as_bytes(part, kind))
        return digest.hexdigest()


def _pick(column: NDArray[Any], rows: NDArray[np.int64] | slice) -> NDArray[Any]:
    """Rows of a column; a broadcast column (one value throughout) stays broadcast and takes no memory."""
    if column.strides == (0,) and not isinstance(rows, slice):
        return np.broadcast_to(column[:1], len(rows))
    return column[rows]


def _as_bytes(column: NDArray[Any], kind: str) -> memoryview:
    return np.ascontiguousarray(column, dtype=kind).data


def _place(table: Labels, label: str) -> int:
    return table.index(label) if label in table else -1


def _code(labels: Sequence[str] | None, rows: int) -> tuple[list[str], Ids]:
    """A column's label table and ids; without labels, the empty label in every row."""
    return ([""], np.broadcast_to(np.int32(0), rows)) if labels is None else number_labels(labels)


def _code_outcomes(outcomes: Sequence[str], places: NDArray[np.int64]) -> Ids:
    codes = Numbering(OUTCOMES).code(outcomes)
    for row in np.flatnonzero(codes >= len(OUTCOMES))[:1]:
        raise BadVoteLog(f"outcome {outcomes[row]!r} is none of {', '.join(OUTCOMES)}", position=int(places[row]))
    return codes


def _refuse_bad_rows(log: VoteLog) -> None:
    """Raise BadVoteLog for the first row with a self-match, an unusable weight, or a position out of order."""
    behind = np.zeros(len(log), dtype=bool)
    behind[1:] = np.diff(log.position) <= 0
    rules = (
        (log.left == log.right, "a contender cannot meet itself"),
        (~np.isfinite(log.weight) | (log.weight < 0), "the weight must be a finite number, not negative"),
        (behind, "positions must strictly increase"),
    )
    for broken, message in rules:
        for row in np.flatnonzero(broken)[:1]:
            raise BadVoteLog(message, position=int(log.position[row]))
