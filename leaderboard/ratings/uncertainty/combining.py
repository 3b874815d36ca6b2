"""Several boards as one: what contenders are worth under a reader's weights, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.placing import place_chances, quasi_variances
from leaderboard.ratings.uncertainty.student_t import t_quantile

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Standard errors between an estimate and the ends of its 95 % interval.
NORMAL_95 = t_quantile(0.025, np.inf)


@dataclass(frozen=True, eq=False)
class Part:
    """One board: ratings, float64[n], standard errors of the gaps between any two, float64[n, n], and its weight."""

    rating: Vector
    gap_se: Matrix
    weight: float


@dataclass(frozen=True, eq=False)
class Combined:
    """Weighted means of ratings, in the parts' unit.

    `half_width` is that of each rating's comparison interval, 1.96 quasi-standard errors: the gap between two ratings
    has an interval of about the root of the sum of both squares (Firth and de Menezes, "Quasi-variances", 2004).
    `first` is the chance that no other is better.
    """

    rating: Vector
    gap_se: Matrix
    half_width: Vector
    first: Vector


def combine_parts(parts: Sequence[Part]) -> Combined:
    """Combine boards of the same contenders, whose votes are taken as independent of each other's.

    Under normal errors the gaps of a weighted mean are normal too, and their variances are weighted sums. So the
    chances need no random draws and have the same digits on any machine. At least one weight must be above 0.
    """
    total = sum(part.weight for part in parts)
    shares = [part.weight / total for part in parts]
    rating = np.sum([share * part.rating for share, part in zip(shares, parts, strict=True)], axis=0)
    variance = np.sum([(share * part.gap_se) ** 2 for share, part in zip(shares, parts, strict=True)], axis=0)
    gap_se = np.sqrt(variance)
    if len(rating) < 2:
        return Combined(rating, gap_se, np.zeros(len(rating)), np.ones(len(rating)))
    half_width = NORMAL_95 * np.sqrt(quasi_variances(gap_se))
    return Combined(rating, gap_se, half_width, place_chances(rating, gap_se)[:, 0])
