"""Whether new voters favour or shun a contender as no chance explains: an e-process for each, valid at every look.

The unit is a voter. If new voters judge as older ones do, a bet on the next voter's answers has no gain on average, so
that what bets have won by then exceeds 1/a with probability a at most, however often one looks (Ville 1939; Ramdas et
al., "Testing Exchangeability" and "Game-Theoretic Statistics and Safe Anytime-Valid Inference").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.boards import limit_votes
from leaderboard.ratings.columns.counting import left_points
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.fits.bradley_terry import logistic
from leaderboard.ratings.methods import estimate
from leaderboard.ratings.parameters import METHOD, Method

Vector = NDArray[np.float64]
Rows = NDArray[np.int64]

# From this evidence on staff are told: chance alone gets there on one honest board in a hundred, over all its life.
ALERT = 100.0
# More evidence than this says nothing more.
MOST = 1e12
# The shares of what has been won that are bet on the next voter, on either direction.
_BETS = (0.06, 0.12, 0.25, 0.5, 0.8)
# A voter's answers on a contender together count for at most this many points more, or less, than expected.
_CLIP = 4.0
# How many standard errors of a gap the older votes' chances are moved towards what the new voters say.
_DOUBT = 1.0


@dataclass(frozen=True)
class Favour:
    """What new voters say of a contender: whether it gains by them, how sure that is, and how many judged it.

    `evidence` is the largest so far, over the number of contenders, for which it pays; `alert` says whether that is
    ALERT or more. `points` is what the contender got of them beyond what older voters' ratings expect.
    """

    contender: str
    gains: bool
    evidence: float
    alert: bool
    voters: int
    votes: int
    points: float


def watch_newcomers(votes: VoteLog, *, since: int, method: Method = METHOD) -> tuple[Favour, ...]:
    """What voters whose first vote is at position `since` or later say of each contender, the most evident first.

    Expected are the ratings by all other voters' votes. Voters without a label are nobody's newcomers. Empty where
    there are no newcomers, or nobody else.
    """
    rated = votes.select(votes.outcome != BOTH_BAD).expand()
    arrival = _find_arrivals(rated)
    is_new = (arrival >= since)[rated.voter]
    older, new = limit_votes(rated.select(~is_new), method).compact(), rated.select(is_new)
    place = {label: index for index, label in enumerate(older.contenders)}
    moved = np.array([place.get(label, -1) for label in votes.contenders], dtype=np.int64)
    new = new.select((moved[new.left] >= 0) & (moved[new.right] >= 0))
    if not len(new):
        return ()
    low, high = _expect(older, moved[new.left], moved[new.right], method)
    points, n = left_points(new.outcome), len(arrival)
    # A row for each side. The chance of the right side is highest where that of the left side is lowest.
    order = np.argsort(np.argsort(arrival, kind="stable"), kind="stable")[new.voter]
    keys, sides, counts = np.unique(
        np.concatenate([new.left, new.right]).astype(np.int64) * n + np.tile(order, 2),
        return_inverse=True,
        return_counts=True,
    )
    got = np.concatenate([points, 1 - points])
    beyond, short = (
        np.bincount(sides.ravel(), got - np.concatenate([mine, 1 - other]), len(keys))
        for mine, other in ((high, low), (low, high))
    )
    judged = keys // n
    found = []
    for contender in np.unique(judged).tolist():
        own = judged == contender
        votes_of = int(counts[own].sum())
        found.append(_bet(votes.contenders[contender], beyond[own], short[own], votes_of, contenders=len(place)))
    return tuple(sorted(found, key=lambda favour: (-favour.evidence, favour.contender)))


def _find_arrivals(votes: VoteLog) -> Rows:
    """The position of each voter's first vote, int64[voters]; before all others for a voter without a label."""
    first = np.full(len(votes.voters), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, votes.voter, votes.position)
    first[[label == "" for label in votes.voters]] = -1
    return first


def _expect(older: VoteLog, left: Rows, right: Rows, method: Method) -> tuple[Vector, Vector]:
    """The left side's lowest and highest expected points in each new vote, by the older ones and their errors."""
    found = estimate(older, method)
    gap, doubt = found.theta[left] - found.theta[right], _DOUBT * np.nan_to_num(found.gap_se[left, right], nan=np.inf)
    return logistic(gap - doubt), logistic(gap + doubt)


def _bet(contender: str, beyond: Vector, short: Vector, votes: int, *, contenders: int) -> Favour:
    """Bet on each voter in turn; `beyond` and `short` are their points more than expected at most and at least."""
    up, down = (np.clip(points, -_CLIP, _CLIP) / _CLIP for points in (beyond, -short))
    won = [np.cumsum(np.log1p(np.outer(_BETS, each)), axis=1) for each in (up, down)]
    most = [float(np.max(np.logaddexp.reduce(each, axis=0))) - np.log(2 * len(_BETS)) for each in won]
    evidence = min(MOST, float(np.exp(min(max(most), np.log(2 * MOST * contenders)))) / contenders)
    points = float(np.mean([beyond.sum(), short.sum()]))
    return Favour(contender, bool(most[0] >= most[1]), evidence, evidence >= ALERT, len(beyond), votes, points)
