"""From rows to pair tables: exact outcome counts, vote weights, and the weighted score table that the fit reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.votelog import BOTH_BAD, LEFT, OUTCOMES, RIGHT, TIE, Ids, VoteLog

Table = NDArray[np.float64]
Counts = NDArray[np.int64]

# Counting in pieces keeps the temporary keys in the processor's cache.
_CHUNK = 1 << 16


@dataclass(frozen=True, eq=False)
class Records:
    """Each contender's own plain counts over all votes, int64[n]."""

    wins: Counts
    losses: Counts
    ties: Counts
    both_bad: Counts

    @property
    def rated(self) -> Counts:
        return self.wins + self.losses + self.ties

    @property
    def votes(self) -> Counts:
        return self.rated + self.both_bad


def count_outcomes(votes: VoteLog) -> Counts:
    """Votes by outcome and ordered pair, int64[4, n, n]: [outcome, left, right]. Exact for any order of rows."""
    return _count(votes.outcome, votes.left, votes.right, len(votes.contenders))


def sum_records(counts: Counts) -> Records:
    """Each contender's wins, losses, ties and both-bad votes from either side."""
    wins = counts[LEFT] + counts[RIGHT].T
    return Records(
        wins=wins.sum(axis=1),
        losses=wins.sum(axis=0),
        ties=(counts[TIE] + counts[TIE].T).sum(axis=1),
        both_bad=(counts[BOTH_BAD] + counts[BOTH_BAD].T).sum(axis=1),
    )


def category_weights(rated: VoteLog) -> Table:
    """The weight per category that gives each one present an equal say and leaves the total as it is: N / (K n_k)."""
    totals = np.bincount(rated.category, weights=rated.weight, minlength=len(rated.categories))
    present = totals > 0
    weights = np.zeros(len(totals))
    weights[present] = totals.sum() / (present.sum() * totals[present])
    return weights


def score_table(rated: VoteLog, by_category: Table) -> Table:
    """Weighted left scores by ordered pair, float64[2, n, n]: [points of left | points of right, left, right].

    A win is one point, a tie half a point each. Unit weights are summed as integers per category and scaled after, so
    that the same votes in any order give the same bits.
    """
    n = len(rated.contenders)
    points = np.zeros((2, n, n))
    if np.any(rated.weight != 1.0):
        return _sum_points(rated, rated.weight * by_category[rated.category])
    if np.all(by_category == 1.0):
        return _halve_ties(count_outcomes(rated))
    for index, weight in enumerate(by_category):
        own = np.flatnonzero(rated.category == index)
        points += weight * _halve_ties(_count(rated.outcome[own], rated.left[own], rated.right[own], n))
    return points


def left_points(outcome: NDArray[np.int8]) -> Table:
    """The left side's points in each vote: 1, 0 or 1/2; 1/2 also for `both_bad`, which no fit reads."""
    return np.array([1.0, 0.0, 0.5, 0.5])[outcome]


def _count(outcome: NDArray[np.int8], left: Ids, right: Ids, n: int) -> Counts:
    cells = len(OUTCOMES) * n * n
    counts = np.zeros(cells, dtype=np.int64)
    chunk = max(_CHUNK, cells)
    for start in range(0, len(outcome), chunk):
        rows = slice(start, start + chunk)
        counts += np.bincount((outcome[rows].astype(np.int64) * n + left[rows]) * n + right[rows], minlength=cells)
    return counts.reshape(len(OUTCOMES), n, n)


def _halve_ties(counts: Counts) -> Table:
    half = counts[TIE] / 2
    return np.stack([counts[LEFT] + half, counts[RIGHT] + half])


def _sum_points(rated: VoteLog, weights: Table) -> Table:
    n = len(rated.contenders)
    keys = rated.left.astype(np.int64) * n + rated.right
    points = left_points(rated.outcome)
    tables = [np.bincount(keys, weights=weights * share, minlength=n * n) for share in (points, 1 - points)]
    return np.asarray(tables, dtype=np.float64).reshape(2, n, n)
