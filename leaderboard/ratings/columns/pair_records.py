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


def unpack_pairs(packed: bytes, *, of: Collection[str] | None = None) -> tuple[PairRecord, ...]:
    """Read what `pack_pairs` wrote: all of it, or only the pairs with one of some contenders."""
    line, _, rest = zlib.decompress(packed).partition(b"\n")
    labels, columns = json.loads(line), np.frombuffer(rest, dtype=_STORED).reshape(len(PairRecord._fields), -1)
    if of is not None:
        own = [index for index, label in enumerate(labels) if label in of]
        columns = columns[:, np.isin(columns[:2], own).any(axis=0)]
    return _name_pairs(labels, columns)


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
