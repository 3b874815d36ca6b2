"""What columns of votes must hold: whole numbers, known labels, equal lengths; errors name the first row at fault."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.errors import DomainError
from leaderboard.ratings.columns.numbering import Ids, Labels

OUTCOMES = ("left", "right", "tie", "both_bad")


class BadVoteLog(DomainError):
    """A vote log breaks a rule; `position` is the ledger position of the first row at fault, or None."""

    code = "bad_vote_log"

    def __init__(self, message: str, *, position: int | None = None) -> None:
        super().__init__(message if position is None else f"vote at position {position}: {message}")
        self.position = position


def read_positions(position: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    """Positions as int64, not yet whether they rise."""
    places = np.asarray(position)
    if len(places) and places.dtype.kind not in "iu":
        raise BadVoteLog("positions must be whole numbers")
    return np.ascontiguousarray(places, dtype=np.int64)


def check_outcomes(outcomes: NDArray[Any], places: NDArray[np.int64]) -> NDArray[np.int8]:
    """Outcomes as int8, each one of OUTCOMES by number."""
    for row in _outside("outcome", outcomes, len(OUTCOMES)):
        raise BadVoteLog(f"outcome {outcomes[row]} is none of 0 to {len(OUTCOMES) - 1}", position=int(places[row]))
    return np.ascontiguousarray(outcomes, dtype=np.int8)


def sort_table(labels: Sequence[str]) -> tuple[Labels, NDArray[np.int32]]:
    """The sorted table, and the new id of each old id."""
    if not all(isinstance(label, str) for label in labels):
        raise BadVoteLog("labels must be text")
    ranked = sorted(range(len(labels)), key=labels.__getitem__)
    table = tuple(labels[old] for old in ranked)
    if len(set(table)) < len(table):
        raise BadVoteLog("a table holds the same label twice")
    moved = np.empty(len(labels), dtype=np.int32)
    moved[ranked] = np.arange(len(labels), dtype=np.int32)
    return table, moved


def recode(name: str, ids: NDArray[Any], table: Labels, moved: Ids, places: NDArray[np.int64]) -> Ids:
    """The new ids of a column, once its table is sorted."""
    name = "contender" if name in ("left", "right") else name
    for row in _outside(name, ids, len(table)):
        raise BadVoteLog(f"unknown {name}", position=int(places[row]))
    if np.array_equal(moved, np.arange(len(moved))):
        return np.ascontiguousarray(ids, dtype=np.int32)
    return np.ascontiguousarray(moved[ids])


def _outside(name: str, ids: NDArray[Any], size: int) -> list[int]:
    """The first row, if any, whose number is not between 0 and size - 1."""
    if len(ids) and ids.dtype.kind not in "iu":
        raise BadVoteLog(f"{name} numbers must be whole numbers")
    if not len(ids) or 0 <= ids.min() <= ids.max() < size:
        return []
    return [int(row) for row in np.flatnonzero((ids < 0) | (ids >= size))[:1]]


def refuse_uneven(length: int, *columns: Sequence[Any] | NDArray[Any]) -> None:
    """Raise BadVoteLog unless all columns are this long."""
    if any(len(column) != length for column in columns):
        raise BadVoteLog("all columns must have the same length")
