"""The plain records of all pairs of a board, packed small enough to be kept with every snapshot."""

import json
import zlib
from typing import NamedTuple

import numpy as np

from leaderboard.ratings.counting import count_outcomes
from leaderboard.ratings.votelog import BOTH_BAD, LEFT, RIGHT, TIE, VoteLog

_STORED = np.dtype("<u4")


class PairRecord(NamedTuple):
    """The votes between two contenders; counts from the side of `first`."""

    first: str
    second: str
    wins: int
    ties: int
    losses: int
    both_bad: int


def pack_pairs(votes: VoteLog) -> bytes:
    """Count every pair that met: a JSON line of labels, then columns of 32-bit integers, all deflated.

    The columns are first, second, wins, ties, losses and both bad, contenders by their place in the line.
    """
    votes = votes.compact()
    counts = count_outcomes(votes)
    wins = counts[LEFT] + counts[RIGHT].T
    ties, both_bad = (counts[outcome] + counts[outcome].T for outcome in (TIE, BOTH_BAD))
    first, second = np.nonzero(np.triu(wins + wins.T + ties + both_bad, k=1))
    columns = (first, second, wins[first, second], ties[first, second], wins[second, first], both_bad[first, second])
    labels = json.dumps(votes.contenders).encode()
    return zlib.compress(labels + b"\n" + np.stack(columns).astype(_STORED).tobytes(), level=6)


def unpack_pairs(packed: bytes) -> tuple[PairRecord, ...]:
    """Read what `pack_pairs` wrote."""
    line, _, rest = zlib.decompress(packed).partition(b"\n")
    labels = json.loads(line)
    columns = np.frombuffer(rest, dtype=_STORED).reshape(len(PairRecord._fields), -1)
    return tuple(PairRecord(labels[one], labels[two], *counts) for one, two, *counts in columns.T.tolist())
