"""Chances of places from the joint errors of all estimates: the covariance that gives the ranges of ranks, too."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.intervals import cluster_quantiles
from leaderboard.ratings.uncertainty.seeded_draws import draw_normals
from leaderboard.ratings.uncertainty.student_t import t_quantile, upper_tail

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Places = NDArray[np.int64]

# Each draw of the errors counts with both signs.
_DRAWS = 4096
# Draws × contenders at most, so that a table stays below 16 MB.
_MOST_CELLS = 1 << 21
# Whoever is worse than so many with this much certainty each is not drawn.
_NEVER = 1e-5
# The chances of more contenders' pairs would take longer than the draws.
_MOST_PAIRED = 200
# A gap in standard errors is taken as within these limits, where the tail of Student's t can be computed.
_SIZES = (1e-12, 1e12)
# Contenders whose rating and error agree to so many decimals have the same chances.
_SAME = 9


def joint_chances(
    theta: Vector, covariance: Matrix, *, gap_se: Matrix, effective: Vector, confidence: float, places: int = 1
) -> Matrix:
    """P(rank <= k) for k = 1 … places, float64[n, places], from estimates, their covariance and effective clusters.

    `gap_se`, float64[n, n], are the standard errors of the gaps, none smaller than by `covariance`.
    Normal errors with this covariance are drawn, each as much wider as its interval is by Student's t. The draws are
    the same on every machine. The chance of being first is kept within what the chances of pairs allow (Fréchet): it
    is never above the chance of being better than any one other, nor below 1 less the chances that others are better.
    Those are exact, so no draw makes a chance contradict a pair whose order is sure. That is left out where more than
    200 may be first. Needs two effective clusters behind each contender.
    """
    if not len(theta):
        return np.zeros((0, places))
    order = np.lexsort(np.round([np.diagonal(covariance), -theta], _SAME))
    possible = order[_find_possible(theta[order], gap_se[np.ix_(order, order)], effective[order], places)]
    rating, own, among = theta[possible], effective[possible], np.ix_(possible, possible)
    drawn = _draw_places(rating, covariance[among], own, confidence, places)
    if len(possible) <= _MOST_PAIRED:
        drawn[:, 0] = keep_within_pairs(drawn[:, 0], better_chances(rating, gap_se[among], effective=own))
    chances = np.zeros((len(theta), places))
    chances[possible] = np.minimum(np.maximum.accumulate(drawn, axis=1), 1.0)
    return chances


def better_chances(theta: Vector, gap_se: Matrix, *, effective: Vector) -> Matrix:
    """P(the row's contender is better than the column's), float64[n, n]: Student's t, 1 on the diagonal.

    The degrees of freedom of a gap are the smaller number of effective clusters of the two, minus one.
    """
    n = len(theta)
    one, two = np.triu_indices(n, k=1)
    sd, gap = gap_se[one, two], theta[one] - theta[two]
    size = np.abs(gap) / np.maximum(sd, np.finfo(float).tiny)
    tail = upper_tail(np.clip(size, *_SIZES), np.minimum(effective[one], effective[two]) - 1)
    better = np.ones((n, n))
    better[one, two] = np.where(gap < 0, tail, 1 - tail)
    better[two, one] = 1 - better[one, two]
    return better


def keep_within_pairs(first: Vector, better: Matrix) -> Vector:
    """Chances of being first that add up to 1 and agree with the chances of pairs, float64[n].

    `better`, float64[n, n], is that of `better_chances`.
    """
    most = better.min(axis=1)
    least = np.maximum(0.0, 1 - np.sum(1 - better, axis=1))
    kept = np.clip(first, least, most)
    missing = 1 - float(np.sum(kept))
    room = most - kept if missing > 0 else kept - least
    whole = float(np.sum(room))
    return np.asarray(kept + missing * (room / whole if whole > 0 else 1 / len(kept)))


def _find_possible(theta: Vector, gap_se: Matrix, effective: Vector, places: int) -> Places:
    """The contenders that may be among the first `places`: fewer than that are certainly above them."""
    quantile = cluster_quantiles(effective, tail=_NEVER)
    far = np.maximum(quantile[:, None], quantile) * gap_se
    above = np.count_nonzero(theta[:, None] - theta > far, axis=0)
    return np.flatnonzero(above < places)


def _draw_places(theta: Vector, covariance: Matrix, effective: Vector, confidence: float, places: int) -> Matrix:
    """The share of draws in which each is among the first, float64[n, places]."""
    n, tail = len(theta), (1 - confidence) / 2
    draws = min(_DRAWS, max(1, _MOST_CELLS // max(1, n)))
    wider = cluster_quantiles(effective, tail=tail) / t_quantile(tail, np.inf)
    errors = wider[:, None] * (_square_root(covariance) @ draw_normals(n, draws))
    chances = np.zeros((n, places))
    for values in (theta[:, None] + errors, theta[:, None] - errors):
        for place in range(places):
            first = np.argmax(values, axis=0)
            chances[:, place] += np.bincount(first, minlength=n)
            values[first, np.arange(draws)] = -np.inf
    chances = np.cumsum(chances, axis=1) / (2 * draws)
    return _share_alike(chances, np.stack([theta, np.diagonal(covariance)], axis=1))


def _square_root(covariance: Matrix) -> Matrix:
    """The symmetric root, which is unique: it depends on no choice of eigenvectors, so on no program's."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def _share_alike(chances: Matrix, known: Matrix) -> Matrix:
    """The mean chances of contenders of whom the same is known: which of them has which draws means nothing."""
    group = np.unique(np.round(known, _SAME), axis=0, return_inverse=True)[1].ravel()
    sums = np.stack([np.bincount(group, weights=column) for column in chances.T], axis=1)
    return np.asarray((sums / np.bincount(group)[:, None])[group])
