"""The vote counts of all pairs of a board, and a packed form small enough to be kept with every snapshot."""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import count_outcomes
from leaderboard.ratings.columns.numbering import drop_unused
from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, RIGHT, TIE, VoteLog

_STORED = np.dtype("<u4")


class PairRecord(NamedTuple):
    """The votes between two contenders; counts from the side of `first`."""

    first: str
    second: str
    wins: int
    ties: int
    losses: int
    both_bad: int


def count_pairs(votes: VoteLog) -> tuple[PairRecord, ...]:
    """The record of every pair that met; `first` is the contender whose label sorts first."""
    return _name_pairs(votes.contenders, _count(votes))


def pack_pairs(votes: VoteLog) -> bytes:
    """The records of `count_pairs`, deflated: a JSON line of labels, then columns of little-endian 32-bit integers.

    The columns are first, second, wins, ties, losses and both bad; contenders are given by their index in the labels.
    """
    contenders, (left, right) = drop_unused(votes.contenders, votes.left, votes.right)
    columns = _count(replace(votes, contenders=contenders, left=left, right=right))
    return zlib.compress(json.dumps(contenders).encode() + b"\n" + columns.astype(_STORED).tobytes(), level=3)


Counted = tuple[int, int, int, int]


class PairCounts:
    """The same records, to be looked up: naming 30,000 pairs takes twenty times as long as reading their columns."""

    def __init__(self, labels: Sequence[str], columns: NDArray[np.integer]) -> None:
        self._places = {label: place for place, label in enumerate(labels)}
        first, second, *counts = columns.tolist()
        self._counts = dict(zip(zip(first, second, strict=True), zip(*counts, strict=True), strict=True))

    def find(self, one: str, two: str) -> Counted:
        """Wins, ties, losses and both bad from the side of the first; zeros if the two never met."""
        first, second = self._places.get(one, -1), self._places.get(two, -1)
        if first > second:
            wins, ties, losses, both_bad = self.find(two, one)
            return losses, ties, wins, both_bad
        wins, ties, losses, both_bad = self._counts.get((first, second), (0, 0, 0, 0))
        return wins, ties, losses, both_bad


def open_packed(packed: bytes) -> PairCounts:
    """Open what `pack_pairs` wrote."""
    return PairCounts(*_split(packed))


def unpack_pairs(packed: bytes, *, of: Collection[str] | None = None) -> tuple[PairRecord, ...]:
    """Read what `pack_pairs` wrote: all of it, or only the pairs with one of some contenders."""
    labels, columns = _split(packed)
    if of is not None:
        own = [index for index, label in enumerate(labels) if label in of]
        columns = columns[:, np.isin(columns[:2], own).any(axis=0)]
    return _name_pairs(labels, columns)


def _split(packed: bytes) -> tuple[list[str], NDArray[np.integer]]:
    line, _, rest = zlib.decompress(packed).partition(b"\n")
    return json.loads(line), np.frombuffer(rest, dtype=_STORED).reshape(len(PairRecord._fields), -1)


def _count(votes: VoteLog) -> NDArray[np.int64]:
    """The columns of `PairRecord`, int64[6, pairs]."""
    counts = count_outcomes(votes)
    wins = counts[LEFT] + counts[RIGHT].T
    ties, both_bad = (counts[outcome] + counts[outcome].T for outcome in (TIE, BOTH_BAD))
    first, second = np.nonzero(np.triu(wins + wins.T + ties + both_bad, k=1))
    return np.stack(
        (first, second, wins[first, second], ties[first, second], wins[second, first], both_bad[first, second])
    )


def _name_pairs(labels: Sequence[str], columns: NDArray[np.integer]) -> tuple[PairRecord, ...]:
    return tuple(PairRecord(labels[one], labels[two], *counts) for one, two, *counts in columns.T.tolist())
