"""Sandwich covariances of strengths, and the intervals and rank ranges that follow from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.bradley_terry import Strengths
from leaderboard.ratings.student_t import t_quantile

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Below two effective voters a t interval has less than one degree of freedom: there is no spread between people to see.
LEAST_VOTERS = 2.0


@dataclass(frozen=True, eq=False)
class RankRange:
    """Best and worst rank that the votes leave open, int64[n], among the contenders ranked."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]


def sandwich(strengths: Strengths, meat: Matrix, *, prior_sd: float, separated: NDArray[np.bool_]) -> Matrix:
    """Covariance of theta: H⁻¹ (M + I/prior_sd² + S) H⁻¹, with M of `clustered_meat` (theta's part), float64[n, n].

    The prior's own term is the mean square of its pull; it keeps a variance from vanishing where residuals do (as when
    all votes are ties). S is the model's information on `separated` contenders, whose residuals are small because
    nobody ever beat them (or lost to them), not because they are known well.
    """
    n = len(strengths.theta)
    alone = np.outer(separated, separated) * strengths.information[:n, :n]
    inverse = strengths.inverse[:n, :n]
    return np.asarray(inverse @ (meat[:n, :n] + np.eye(n) * prior_sd**-2 + alone) @ inverse)


def anchor_contrasts(covariance: Matrix, anchor: NDArray[np.bool_]) -> Vector:
    """Standard error of theta minus the anchor set's mean theta, per contender, float64[n]."""
    share = anchor / max(1, int(np.count_nonzero(anchor)))
    across = covariance @ share
    return np.asarray(np.sqrt(np.maximum(np.diag(covariance) - 2 * across + share @ across, 0.0)))


def t_quantiles(effective_voters: Vector, *, tail: float) -> Vector:
    """The t quantile with effective voters - 1 degrees of freedom, NaN below `LEAST_VOTERS`."""
    return np.array([t_quantile(tail, g - 1) if g >= LEAST_VOTERS else np.nan for g in effective_voters.tolist()])


def rank_ranges(
    theta: Vector,
    covariance: Matrix,
    *,
    effective_voters: Vector,
    part: NDArray[np.int64],
    confidence: float,
) -> RankRange:
    """Ranks that hold for all contenders at once with at least `confidence`: Bonferroni over the ordered pairs.

    A pair counts as decided when its gap exceeds the t quantile times the standard error of the gap; its degrees of
    freedom are the fewer effective voters of the two, less one. Pairs in different parts, or without an interval, stay
    open.
    """
    n = len(theta)
    pairs = max(1, n * (n - 1))
    quantile = t_quantiles(effective_voters, tail=(1 - confidence) / pairs)
    diagonal = np.diag(covariance)
    se = np.sqrt(np.maximum(diagonal[:, None] + diagonal[None, :] - 2 * covariance, 0.0))
    gap = theta[:, None] - theta[None, :]
    # A comparison with NaN is false, which leaves the pair open as it must be.
    better = (gap > np.maximum(quantile[:, None], quantile[None, :]) * se) & (part[:, None] == part[None, :])
    return RankRange(low=1 + better.sum(axis=0), high=n - better.sum(axis=1))
