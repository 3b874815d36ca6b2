"""Chances of places: how likely each contender is to be first, or among the first few."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.normal import normal_mass

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Standard normal deviates at which one contender is held while the others vary.
_NODES = np.linspace(-8.0, 8.0, 321)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.sum(np.exp(-(_NODES**2) / 2))
# Whoever has less chance than this has none in the published digits.
_NO_CHANCE = 1e-9
# Nobody so many standard errors below is above: 1 minus that chance is 1 in floating point.
_NEVER_ABOVE = -9.0
# No quasi-variance falls below this share of the smallest variance of a gap.
_LEAST_SHARE = 0.05


def place_chances(theta: Vector, gap_se: Matrix, *, places: int = 1) -> Matrix:
    """P(rank <= k) for k = 1 … places, float64[n, places], when the estimates are normal around the truth.

    `gap_se`, float64[n, n], are standard errors of the gaps. They are summarised by quasi-variances (Firth and de
    Menezes, "Quasi-variances", 2004), one per contender, so that all ranks follow by one quadrature without any draw:
    the same digits on any machine.
    """
    n = len(theta)
    chances = np.zeros((n, places))
    spread = np.sqrt(quasi_variances(gap_se))
    for index in np.flatnonzero(_most_chance(theta, spread, places) > _NO_CHANCE):
        held = theta[index] + spread[index] * _NODES
        others = (theta - held[0]) / spread > _NEVER_ABOVE
        others[index] = False
        above = normal_mass((theta[others][:, None] - held[None, :]) / spread[others][:, None])
        chances[index] = np.cumsum(_count_above(above, places) @ _WEIGHTS)[:places]
    return np.minimum(chances, 1.0)


def _most_chance(theta: Vector, spread: Vector, places: int) -> Vector:
    """A bound of P(rank <= places), float64[n]: whoever has such a rank is above one at least of the best others.

    The best `places` others are meant; one more is summed, so that each of the best has as many besides itself.
    """
    if len(theta) <= places:
        return np.ones(len(theta))
    best = np.argsort(-theta, kind="stable")[: places + 1]
    gap = theta[:, None] - theta[best][None, :]
    above = normal_mass(gap / np.hypot(spread[:, None], spread[best][None, :]))
    above[best, np.arange(len(best))] = 0.0
    return np.asarray(above.sum(axis=1))


def quasi_variances(gap_se: Matrix) -> Vector:
    """The q that make q_i + q_j closest to the variances of the gaps in least squares, float64[n]."""
    n = len(gap_se)
    if n < 2:
        return np.ones(n)
    variances = gap_se**2
    np.fill_diagonal(variances, 0.0)
    rows = variances.sum(axis=1)
    fitted = (rows - rows.sum() / (2 * (n - 1))) / (n - 2) if n > 2 else rows / 2
    least = np.min(variances[~np.eye(n, dtype=bool)])
    return np.asarray(np.maximum(fitted, max(_LEAST_SHARE * least, 1e-12)))


def _count_above(above: Matrix, places: int) -> Matrix:
    """The chance that exactly 0, 1, … places - 1 of independent others are above, float64[places, nodes]."""
    if places == 1:
        return np.asarray(np.prod(1.0 - above, axis=0, keepdims=True))
    exactly = np.zeros((places, above.shape[1]))
    exactly[0] = 1.0
    for chance in above:
        exactly[1:] = exactly[1:] * (1.0 - chance) + exactly[:-1] * chance
        exactly[0] *= 1.0 - chance
    return exactly
