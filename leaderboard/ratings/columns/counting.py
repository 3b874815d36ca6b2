"""From rows to pair tables: exact outcome counts, vote weights, and the weighted tables that the fits read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids
from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, OUTCOMES, RIGHT, TIE, VoteLog
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.speed.acceleration import kernels

Table = NDArray[np.float64]
Counts = NDArray[np.int64]

# Counting in pieces keeps the temporary keys in the processor's cache.
_CHUNK = 1 << 17


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
    return np.asarray(_count(votes)[0])


def count_cube(votes: VoteLog) -> Counts:
    """`count_outcomes` of every category in one pass, int64[categories, 4, n, n]."""
    return _count(votes, votes.category, len(votes.categories))


def sum_records(counts: Counts) -> Records:
    """Each contender's wins, losses, ties and both-bad votes from either side."""
    wins = counts[LEFT] + counts[RIGHT].T
    return Records(
        wins=wins.sum(axis=1),
        losses=wins.sum(axis=0),
        ties=(counts[TIE] + counts[TIE].T).sum(axis=1),
        both_bad=(counts[BOTH_BAD] + counts[BOTH_BAD].T).sum(axis=1),
    )


def count_rated(votes: VoteLog) -> tuple[Counts, Counts]:
    """Each contender's rated votes, and the voters who cast them, int64[n] each."""
    n, known = len(votes.contenders), max(1, len(votes.voters))
    rated = votes.select(votes.outcome != BOTH_BAD)
    sides = np.concatenate([rated.left, rated.right]).astype(np.int64)
    pairs = np.unique(sides * known + np.tile(rated.voter, 2)) // known
    counted = np.bincount(sides, np.tile(times_of(rated), 2), n).astype(np.int64)
    return counted, np.bincount(pairs, minlength=n)


def equal_say(total: Table, *, full_say: int) -> Table:
    """The weight of a vote in each category, float64[categories], that makes categories count equally.

    `total` is the weight of the rated votes in each category; their sum over all categories stays the same. A vote's
    weight is proportional to 1 / max(n_k, full_say). A category with fewer than `full_say` votes counts in proportion
    to its votes: otherwise the first vote in a new category would weigh as much as a whole other category.
    """
    shares = 1.0 / np.maximum(total, full_say)
    return np.asarray(shares * (total.sum() / (shares @ total))) if total.any() else shares


def weigh_votes(votes: VoteLog, method: Method) -> tuple[Table, Table]:
    """The weight of each row's votes in a board's fits, float64[n_rows] (0: unrated), and the table of weighted votes.

    The table is by outcome and ordered pair, float64[4, n, n]: [outcome, left, right], zero for `both_bad`. Unit
    weights are summed as integers per category and scaled afterwards, so that the same votes in any order give the same
    bits.
    """
    weights = np.where(votes.outcome != BOTH_BAD, votes.weight, 0.0)
    unit = not np.any(votes.weight != 1.0)
    if unit and method.equal_category_weights:
        cube = count_cube(votes)
        by_category = equal_say(cube[:, :BOTH_BAD].sum(axis=(1, 2, 3)).astype(np.float64), full_say=method.full_say)
        weights *= by_category[votes.category]
        outcomes: Table = np.einsum("k,kyij->yij", by_category, cube)
    elif unit:
        outcomes = count_outcomes(votes).astype(np.float64)
    else:
        if method.equal_category_weights:
            total = np.bincount(votes.category, times_of(votes) * weights, len(votes.categories)).astype(np.float64)
            weights *= equal_say(total, full_say=method.full_say)[votes.category]
        outcomes = _count_weighted(votes, weights)
    outcomes[BOTH_BAD] = 0.0
    return weights, outcomes


def times_of(votes: VoteLog) -> Table:
    """How many votes each row stands for, float64[n_rows]."""
    return np.ones(len(votes)) if votes.times is None else votes.times.astype(np.float64)


def score_table(outcomes: Table | Counts) -> Table:
    """Left scores by ordered pair, float64[2, n, n]: [points of left | points of right, left, right].

    A win is one point, a tie half a point each; `both_bad` gives none.
    """
    return np.asarray(outcomes[[LEFT, RIGHT]] + outcomes[TIE] / 2)


def find_cells(votes: VoteLog) -> NDArray[np.integer]:
    """The index of each vote's cell in a flattened [outcome, left, right] table, int[n_votes]."""
    n = len(votes.contenders)
    kind: type[np.integer] = np.int32 if len(OUTCOMES) * n * n <= np.iinfo(np.int32).max else np.int64
    return np.asarray((votes.outcome.astype(kind) * kind(n) + votes.left) * kind(n) + votes.right)


def left_points(outcome: NDArray[np.int8]) -> Table:
    """The left side's points in each vote: 1, 0 or 1/2; 1/2 also for `both_bad`, which no fit reads."""
    return np.array([1.0, 0.0, 0.5, 0.5])[outcome]


def residual_table(chance: Table) -> Table:
    """`left_points` of one vote minus the expected points, by [outcome, left, right], float64[4, n, n].

    `chance`, float64[n, n], is the expectation by ordered pair.
    """
    return np.asarray(left_points(np.arange(len(OUTCOMES), dtype=np.int8))[:, None, None] - chance)


def _count(votes: VoteLog, group: Ids | None = None, groups: int = 1) -> Counts:
    """Votes by group, outcome and ordered pair, int64[groups, 4, n, n]."""
    n = len(votes.contenders)
    shape = (groups, len(OUTCOMES), n, n)
    cells = int(np.prod(shape))
    if votes.times is not None:
        keys = find_cells(votes) if group is None else find_cells(votes) + group * np.int64(cells // groups)
        return np.bincount(keys, votes.times, cells).astype(np.int64).reshape(shape)
    if compiled := kernels():
        counts = np.zeros(cells, dtype=np.int64)
        none = votes.left[:0]
        compiled.count_cells(none if group is None else group, votes.outcome, votes.left, votes.right, n, counts)
        return counts.reshape(shape)
    # 32-bit keys are computed in half the time.
    kind: type[np.integer] = np.int32 if cells <= np.iinfo(np.int32).max else np.int64
    counts = np.zeros(cells, dtype=np.int64)
    chunk = max(_CHUNK, cells)
    for start in range(0, len(votes), chunk):
        rows = slice(start, start + chunk)
        keys = (
            votes.outcome[rows].astype(kind)
            if group is None
            else group[rows] * kind(len(OUTCOMES)) + votes.outcome[rows]
        )
        for side in (votes.left, votes.right):
            keys *= kind(n)
            keys += side[rows]
        counts += np.bincount(keys, minlength=cells)
    return counts.reshape(shape)


def _count_weighted(votes: VoteLog, weights: Table) -> Table:
    n = len(votes.contenders)
    counted = np.bincount(find_cells(votes), times_of(votes) * weights, len(OUTCOMES) * n * n)
    return np.asarray(counted, dtype=np.float64).reshape(len(OUTCOMES), n, n)
