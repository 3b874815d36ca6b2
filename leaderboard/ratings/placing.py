"""Chances of places: how likely each contender is to be first, or among the first few."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.normal import normal_mass

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Standard normal deviates at which one contender is held while the others vary.
_NODES = np.linspace(-8.0, 8.0, 321)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.sum(np.exp(-(_NODES**2) / 2))
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
    for index in range(n):
        held = theta[index] + spread[index] * _NODES
        others = np.arange(n) != index
        above = normal_mass((theta[others][:, None] - held[None, :]) / spread[others][:, None])
        chances[index] = np.cumsum(_count_above(above, places) @ _WEIGHTS)[:places]
    return np.minimum(chances, 1.0)


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
    exactly = np.zeros((places, above.shape[1]))
    exactly[0] = 1.0
    for chance in above:
        shifted = np.vstack([np.zeros((1, above.shape[1])), exactly[:-1]])
        exactly = exactly * (1.0 - chance) + shifted * chance
    return exactly
