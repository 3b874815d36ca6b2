"""Standard errors of strengths without matrices: exact where they are local, and seeded draws for the rest.

A contender's clustered error would be exact if its opponents' strengths were known. How much wider it is because they
are not is the ratio of two sums over the same random draws: of the cluster's scores through the whole inverse, and of
the same through its diagonal. The two are so alike that few draws are enough.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import left_points
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.sparse_strengths import SparseFit

Vector = NDArray[np.float64]

_DRAWS = 32
_SEED = 20_250_714
# Strengths that agree to so many decimals are equal.
_DIGITS = 9


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """Each contender's clusters: of any vote, and effective ones by weight; the variance of its score by cluster."""

    distinct: NDArray[np.int64]
    effective: Vector
    squares: Vector
    clusters: int


def sum_clusters(votes: VoteLog, cluster: NDArray[np.integer], residual: Vector, weight: Vector) -> ClusterSums:
    """Sum residuals and weights, float64[n_votes] each, by cluster and contender."""
    n = len(votes.contenders)
    sides = np.concatenate([votes.left, votes.right]).astype(np.int64)
    keys, place = np.unique(sides + n * np.tile(cluster, 2).astype(np.int64), return_inverse=True)
    contender = keys % max(1, n)
    score = np.bincount(place, np.concatenate([residual, -residual]), len(keys))
    mass = np.bincount(place, np.tile(weight, 2), len(keys))
    total, square = np.bincount(contender, mass, n), np.bincount(contender, mass**2, n)
    groups = len(np.unique(cluster[weight > 0]))
    return ClusterSums(
        distinct=np.bincount(contender, minlength=n),
        effective=np.divide(total**2, square, out=np.zeros(n), where=square > 0),
        squares=np.asarray(np.bincount(contender, score**2, n) * (groups / max(1, groups - 1)), dtype=np.float64),
        clusters=groups,
    )


def order_contenders(theta: Vector) -> NDArray[np.int64]:
    """Each contender's place by strength, int64[n]: draws are given out by it, so that no name changes them."""
    place = np.empty(len(theta), dtype=np.int64)
    place[np.argsort(np.round(theta, _DIGITS), kind="stable")] = np.arange(len(theta))
    return place


def order_votes(votes: VoteLog, theta: Vector) -> NDArray[np.int64]:
    """Each vote's place among all by what it says, int64[n_votes]: a number that no order of the votes changes."""
    place = order_contenders(theta)
    left, right = place[votes.left], place[votes.right]
    points = left_points(votes.outcome)
    of_lower = np.where(left < right, points, 1 - points)
    found = np.empty(len(votes), dtype=np.int64)
    keys = (votes.weight, of_lower, np.maximum(left, right), np.minimum(left, right))
    found[np.lexsort(keys)] = np.arange(len(votes))
    return found


def widen(
    fitted: SparseFit,
    votes: VoteLog,
    cluster: NDArray[np.integer],
    residual: Vector,
    floor: Vector,
    anchor: NDArray[np.bool_],
) -> Vector:
    """How many times wider than local the variance of each strength minus the anchors' mean is, float64[n].

    `floor`, float64[n], is variance that each contender's score has besides that of its votes.
    """
    n, random = len(fitted.theta), np.random.default_rng(_SEED)
    place = order_contenders(fitted.theta)
    scale, groups = 1.0 / fitted.diagonal, int(cluster.max(initial=-1)) + 1
    whole, local = np.zeros(n), np.zeros(n)
    for _ in range(_DRAWS):
        signed = residual * random.choice([-1.0, 1.0], groups)[cluster]
        score = np.bincount(votes.left, signed, n) - np.bincount(votes.right, signed, n)
        score = score + np.sqrt(floor) * random.choice([-1.0, 1.0], n)[place]
        moved = fitted.solve(score)
        whole += (moved - moved[anchor].mean()) ** 2
        local += (scale * score) ** 2
    return np.divide(whole, local, out=np.ones(n), where=local > 0)
