"""The anchor set: contenders whose mean Elo is the centre, chosen by the log alone.

Where the order of the votes is one in time, a newcomer moves nobody. Elsewhere the order of the votes moves nobody.
"""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import count_rated
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.parameters import Method, Thresholds

Rows = NDArray[np.int64]

_NEVER = np.iinfo(np.int64).max
# Search this many votes first: an epoch usually begins early.
_START = 1 << 15


def choose_anchors(votes: VoteLog, method: Method) -> tuple[NDArray[np.bool_], int | None]:
    """The anchors as the method wants them, bool[n], and the position at which their epoch began, None without one.

    Named anchors are those of them that have votes here. Without any of them, and for `votes`, the anchors are the
    contenders with as many rated votes and voters as an established one; all contenders if fewer than two have.
    """
    if method.anchors == "epoch":
        return find_anchors(votes, method.thresholds)
    seen = _seen(votes)
    if method.anchors != "votes":
        named = np.array([name in method.anchors for name in votes.contenders], dtype=bool) & seen
        if named.any():
            return named, None
    enough = _with_enough(votes, method.thresholds)
    return (enough if np.count_nonzero(enough) > 1 else seen), None


def find_anchors(votes: VoteLog, least: Thresholds) -> tuple[NDArray[np.bool_], int | None]:
    """Whether each contender is an anchor, bool[n], and the ledger position at which the epoch began.

    The epoch begins at the first position where all contenders seen so far, at least two, have as many rated votes and
    voters as `least` asks of an established one. These contenders are the anchors from then on. Before that, all
    contenders of the log are anchors and the position is None.
    """
    size = _START
    while True:
        # Later votes change nothing: an epoch that begins in the first part of a log is the epoch of the whole log.
        anchor, since = _find(votes.select(slice(size)), least)
        if since is not None or size >= len(votes):
            return anchor, since
        size *= 8


def relative_to(theta: NDArray[np.float64], anchor: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Strengths minus the anchors' mean, float64[n]; unchanged without an anchor."""
    return np.asarray(theta - np.mean(theta, where=anchor) if anchor.any() else theta)


def _find(votes: VoteLog, least: Thresholds) -> tuple[NDArray[np.bool_], int | None]:
    n = len(votes.contenders)
    seen, ready = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for contender, rows in enumerate(_rows_by_contender(votes)):
        rated = rows[votes.outcome[rows] != BOTH_BAD]
        seen[contender] = rows[0] if len(rows) else _NEVER
        ready[contender] = max(
            _nth(rated, least.established_votes), _nth_voter(rated, votes.voter, least.established_voters)
        )
    order = np.argsort(seen, kind="stable")
    complete = np.maximum.accumulate(ready[order])
    newcomer = np.append(seen[order][1:], _NEVER)
    for last in np.flatnonzero((complete < newcomer) & (np.arange(n) > 0))[:1]:
        anchor = np.zeros(n, dtype=bool)
        anchor[order[: last + 1]] = True
        return anchor, int(votes.position[complete[last]])
    return _seen(votes), None


def _seen(votes: VoteLog) -> NDArray[np.bool_]:
    """Whether each contender has a vote."""
    seen = np.zeros(len(votes.contenders), dtype=bool)
    seen[votes.left] = seen[votes.right] = True
    return seen


def _with_enough(votes: VoteLog, least: Thresholds) -> NDArray[np.bool_]:
    """Whether each contender has the rated votes and voters of an established one."""
    rated, voters = count_rated(votes)
    return np.asarray((rated >= least.established_votes) & (voters >= least.established_voters))


def _rows_by_contender(votes: VoteLog) -> list[Rows]:
    n = len(votes.contenders)
    sides = np.stack([votes.left, votes.right], axis=1).ravel()
    # NumPy sorts 16-bit integers by radix, which is about ten times faster.
    narrow = sides.astype(np.int16) if n <= np.iinfo(np.int16).max else sides
    rows: Rows = np.argsort(narrow, kind="stable") // 2
    return np.split(rows, np.cumsum(np.bincount(sides, minlength=n))[:-1]) if n else []


def _nth(rows: Rows, count: int) -> int:
    return int(rows[count - 1]) if 0 < count <= len(rows) else _NEVER


def _nth_voter(rows: Rows, voter: NDArray[np.int32], count: int) -> int:
    """The row of the `count`-th distinct voter; searches a growing prefix, since few rows usually suffice."""
    size = 64
    while True:
        first = np.sort(np.unique(voter[rows[:size]], return_index=True)[1])
        if len(first) >= count or size >= len(rows):
            return _nth(rows[first], count)
        size *= 4
