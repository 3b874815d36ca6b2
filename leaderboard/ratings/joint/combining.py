"""Several boards as one: what contenders are worth under a reader's weights, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.board_errors import centre
from leaderboard.ratings.uncertainty.placing import quasi_variances
from leaderboard.ratings.uncertainty.seeded_draws import draw_normals
from leaderboard.ratings.uncertainty.student_t import t_quantile

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Standard errors between an estimate and the ends of its 95 % interval.
NORMAL_95 = t_quantile(0.025, np.inf)
# About this many contenders × draws are made. Each draw counts twice, since its negative is as likely.
_DRAWN = 1 << 19
_MOST_DRAWS = 8192
_LEAST_DRAWS = 2048


@dataclass(frozen=True, eq=False)
class Part:
    """One board: ratings, float64[n], the covariance of their errors, float64[n, n], and its weight."""

    rating: Vector
    covariance: Matrix
    weight: float


@dataclass(frozen=True, eq=False)
class Combined:
    """Weighted means of ratings, in the parts' unit, with the standard errors of their gaps, float64[n, n].

    `half_width` is that of each rating's comparison interval, 1.96 quasi-standard errors: the gap between two ratings
    has an interval of about the root of the sum of both squares (Firth and de Menezes, "Quasi-variances", 2004).
    `first` is the chance that no other is better.
    """

    rating: Vector
    gap_se: Matrix
    half_width: Vector
    first: Vector


def combine_parts(parts: Sequence[Part], shared: Mapping[tuple[int, int], Matrix]) -> Combined:
    """Combine boards of the same contenders; at least one weight must be above 0.

    `shared` is the covariance between two parts' ratings, float64[n, n], by their places, each pair once. Intervals
    and chances come from one covariance, that of the weighted means, so they cannot contradict each other.
    """
    total = sum(part.weight for part in parts)
    shares = [part.weight / total for part in parts]
    rating = np.sum([share * part.rating for share, part in zip(shares, parts, strict=True)], axis=0)
    covariance = np.sum([share**2 * part.covariance for share, part in zip(shares, parts, strict=True)], axis=0)
    for (one, two), block in shared.items():
        covariance += shares[one] * shares[two] * (block + block.T)
    variance = np.diagonal(covariance)
    gap_se = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0.0))
    if len(rating) < 2:
        return Combined(rating, gap_se, np.zeros(len(rating)), np.ones(len(rating)))
    return Combined(rating, gap_se, NORMAL_95 * np.sqrt(quasi_variances(gap_se)), _draw_first(rating, covariance))


def _draw_first(rating: Vector, covariance: Matrix) -> Vector:
    """The share of draws in which each rating is the highest, float64[n].

    The draws depend on nothing but their number, and the covariance has one symmetric root. So a draw is won by another
    on another machine only where two ratings agree to the last digits.
    """
    n = len(rating)
    centred = centre(covariance)
    # A common error of all changes no gap, and keeps the root away from 0.
    values, vectors = np.linalg.eigh(centred + np.trace(centred) / n**2)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    draws = int(np.clip(_DRAWN // n, _LEAST_DRAWS, _MOST_DRAWS))
    errors = root @ draw_normals(n, draws)
    won = np.zeros(n, dtype=np.int64)
    for drawn in (rating[:, None] + errors, rating[:, None] - errors):
        won += np.bincount(drawn.argmax(axis=0), minlength=n)
    return np.asarray(won / (2 * draws))
