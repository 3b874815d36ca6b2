"""Which contenders are surely better than which: simultaneous over all pairs, with the joint covariance.

Step-down max-t after Romano and Wolf, "Exact and approximate stepdown methods for multiple hypothesis testing" (2005),
with one-sided errors: only a pair in the wrong order is an error.
"""

from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.speed.acceleration import kernels
from leaderboard.ratings.uncertainty.intervals import LEAST_CLUSTERS, RankRange, cluster_quantiles
from leaderboard.ratings.uncertainty.seeded_draws import draw_normals

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOST_DRAWS = 4096
_LEAST_DRAWS = 512
# About this many draws × pairs are made.
_DRAWN_PAIRS = 1 << 21
# Draws × pairs at a time, which fit into the processor's cache.
_PIECE = 1 << 16
# Share of the mean variance that is added to make a covariance definite, if it is not.
_LEAST_JITTER = 1e-12


def order_ranges(
    theta: Vector, covariance: Matrix, *, gap_se: Matrix, effective: Vector, part: NDArray[np.int64], confidence: float
) -> RankRange:
    """Ranks that hold for all contenders at once with `confidence`, among the contenders given.

    A rank is 1 + the number of those surely better at best, n minus the number of those surely worse at worst. Pairs in
    different parts, or where a contender has fewer than two effective clusters, stay open.
    """
    better = find_surely_better(theta, covariance, gap_se=gap_se, effective=effective, part=part, confidence=confidence)
    return RankRange(low=1 + better.sum(axis=0), high=len(theta) - better.sum(axis=1))


def find_surely_better(
    theta: Vector, covariance: Matrix, *, gap_se: Matrix, effective: Vector, part: NDArray[np.int64], confidence: float
) -> Mask:
    """Whether the row's contender is surely better than the column's, bool[n, n].

    `gap_se`, float64[n, n], are the standard errors of the gaps, none smaller than by `covariance`.
    The largest of the standardised errors in the wrong direction, over all pairs still open, is below a critical value
    with `confidence`. The pairs beyond it are decided, and the critical value is found anew for those left. It is found
    for normal errors; each pair is compared at the same tail of Student's t with the smaller `effective` - 1 degrees of
    freedom. A pair whose own interval with `confidence` holds 0 is never decided, however few are left.
    """
    n = len(theta)
    order = np.argsort(-theta, kind="stable")
    ordered, among = theta[order], np.ix_(order, order)
    joint, own, group = covariance[among], effective[order], part[order]
    sd = gap_se[among]
    known = (np.minimum(own[:, None], own) >= LEAST_CLUSTERS) & (group[:, None] == group) & (sd > 0)
    gap, open_ = ordered[:, None] - ordered, np.triu(known, k=1)
    decided = np.zeros((n, n), dtype=bool)
    # Bonferroni's critical value is never smaller than that of the largest error, and needs no draws. What it decides
    # would be decided in the first step anyway.
    tail, errors = (1 - confidence) / max(1, int(np.count_nonzero(open_))), None
    while open_.any():
        quantile = cluster_quantiles(own, tail=min(tail, (1 - confidence) / 2))
        new = open_ & (gap > np.maximum(quantile[:, None], quantile) * sd)
        if errors is not None and not new.any():
            break
        decided |= new
        open_ &= ~new
        if open_.any():
            errors = _draw_errors(joint, int(np.count_nonzero(open_))) if errors is None else errors
            tail = _critical_tail(errors, sd, open_, confidence)
    better = np.zeros((n, n), dtype=bool)
    better[among] = decided
    return better


def _draw_errors(covariance: Matrix, pairs: int) -> Matrix:
    """Seeded draws of the errors of all estimates, float64[n, draws]."""
    n = len(covariance)
    draws = int(np.clip(_DRAWN_PAIRS // pairs, _LEAST_DRAWS, _MOST_DRAWS))
    # A common error of all estimates changes no gap, and makes the matrix definite.
    size = float(np.mean(np.diagonal(covariance)))
    lifted, jitter = covariance + size, _LEAST_JITTER
    while True:
        try:
            root = np.linalg.cholesky(lifted + np.eye(n) * size * jitter)
            return np.asarray(root @ draw_normals(n, draws))
        except np.linalg.LinAlgError:
            jitter *= 100


def _critical_tail(errors: Matrix, sd: Matrix, open_: Mask, confidence: float) -> float:
    """The normal tail beyond the value that the largest error over the open pairs exceeds with 1 - `confidence`.

    The errors of a draw and their negatives are equally likely, so each draw counts for both.
    """
    draws = errors.shape[1]
    highest, lowest = np.full(draws, -np.inf), np.full(draws, np.inf)
    scale = np.divide(1.0, sd, out=np.zeros_like(sd), where=open_)
    if compiled := kernels():
        compiled.find_extremes(errors, scale, highest, lowest)
    else:
        _find_extremes(errors, scale, highest, lowest)
    largest = np.sort(np.concatenate([highest, -lowest]))
    critical = float(largest[min(len(largest) - 1, int(np.ceil(confidence * len(largest))))])
    return erfc(critical / sqrt(2)) / 2


def _find_extremes(errors: Matrix, scale: Matrix, highest: Vector, lowest: Vector) -> None:
    for one in np.flatnonzero(scale.any(axis=1)).tolist():
        others = np.flatnonzero(scale[one])
        size = max(1, _PIECE // len(others))
        for start in range(0, len(highest), size):
            part = slice(start, start + size)
            ratio = (errors[one, part] - errors[others, part]) * scale[one, others, None]
            np.maximum(highest[part], ratio.max(axis=0), out=highest[part])
            np.minimum(lowest[part], ratio.min(axis=0), out=lowest[part])
