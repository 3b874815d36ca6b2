"""From standard errors and effective clusters to intervals and rank ranges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.student_t import t_quantiles

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Below two effective clusters, a t interval has less than one degree of freedom, and the spread between clusters cannot
# be estimated.
LEAST_CLUSTERS = 2.0


@dataclass(frozen=True, eq=False)
class RankRange:
    """Best and worst rank that the votes leave open, int64[n], among the contenders ranked."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]


def cluster_quantiles(effective: Vector, *, tail: float) -> Vector:
    """The t quantile with effective clusters - 1 degrees of freedom, NaN below `LEAST_CLUSTERS`."""
    enough = effective >= LEAST_CLUSTERS
    quantiles = t_quantiles(tail, np.where(enough, effective - 1, 1.0))
    return np.where(enough, quantiles, np.nan)


def rank_ranges(
    theta: Vector, gap_se: Matrix, *, effective: Vector, part: NDArray[np.int64], confidence: float
) -> RankRange:
    """Ranks that hold for all contenders at once with at least `confidence`: Bonferroni over the ordered pairs.

    A pair counts as decided when its gap exceeds the t quantile times the standard error of the gap (`gap_se`,
    float64[n, n]). The degrees of freedom are the smaller number of effective clusters of the two, minus one. Pairs in
    different parts, or without an interval, stay open. With few clusters only the t quantile keeps the stated
    confidence this far out; the quantile of a Gaussian maximum does not.
    """
    n = len(theta)
    quantile = cluster_quantiles(effective, tail=(1 - confidence) / max(1, n * (n - 1)))
    gap = theta[:, None] - theta[None, :]
    # A comparison with NaN is false, so the pair stays open.
    better = (gap > np.maximum(quantile[:, None], quantile[None, :]) * gap_se) & (part[:, None] == part[None, :])
    return RankRange(low=1 + better.sum(axis=0), high=n - better.sum(axis=1))


def overlap_ranks(low: Vector, high: Vector) -> NDArray[np.int64]:
    """1 + the number of contenders whose interval lies wholly above: the "rank (UB)" that LMArena prints, int[n].

    For comparison only: overlapping intervals do not test the gap between them, and the confidence does not cover all
    ranks at once. A contender without an interval (NaN) has rank 1 and is above nobody.
    """
    return np.asarray(1 + np.count_nonzero(low[None, :] > high[:, None], axis=1))
