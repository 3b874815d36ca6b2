"""Chances of places: how likely each contender is to be first, or among the first few."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.normal import normal_mass

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Nobody is so many standard errors above or below its estimate: beyond, a chance is 0 or 1 in floating point.
_NEVER = 9.0
# The chances are summed at values that lie so far apart, in the least standard error of all.
_STEP = 0.2
# Values by contenders: the tables of them stay below 16 MB each, where some are known far better than others.
_MOST_CELLS = 1 << 21
# No quasi-variance falls below this share of the smallest variance of a gap.
_LEAST_SHARE = 0.05


def place_chances(theta: Vector, gap_se: Matrix, *, places: int = 1) -> Matrix:
    """P(rank <= k) for k = 1 … places, float64[n, places], when the estimates are normal around the truth.

    `gap_se`, float64[n, n], are standard errors of the gaps. They are summarised by quasi-variances (Firth and de
    Menezes, "Quasi-variances", 2004), one per contender, so that all ranks follow by one quadrature without any draw:
    the same digits on any machine.
    """
    n = len(theta)
    if n == 0:
        return np.zeros((0, places))
    spread = np.sqrt(quasi_variances(gap_se))
    values, step = _values(theta, spread, places)
    away = (values - theta[:, None]) / spread[:, None]
    weights = np.exp(-(away**2) / 2) * (step / np.sqrt(2 * np.pi)) / spread[:, None]
    below = normal_mass(away)
    chances = np.zeros((n, places))
    for index in np.flatnonzero(weights.any(axis=1)):
        others = np.delete(below, index, axis=0)
        chances[index] = np.cumsum(_count_above(others, places) @ weights[index])[:places]
    return np.minimum(chances, 1.0)


def _values(theta: Vector, spread: Vector, places: int) -> tuple[Vector, float]:
    """Values at which somebody in one of the first places may be, rising by one step, which is given too.

    Under the trapezoidal rule functions this smooth err by less than any published digit.
    """
    lowest = np.sort(theta - _NEVER * spread)
    low = float(lowest[-places] if places < len(theta) else lowest[0])
    high = float(np.max(theta + _NEVER * spread))
    steps = (high - low) / (_STEP * float(np.min(spread)))
    values = np.linspace(low, high, min(int(np.ceil(steps)) + 1, _MOST_CELLS // len(theta)))
    return values, float(values[1] - values[0])


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


def _count_above(below: Matrix, places: int) -> Matrix:
    """The chance that exactly 0, 1, … places - 1 of independent others are above, float64[places, n_values].

    `below`, float64[others, n_values], is each one's chance to be below.
    """
    if places == 1:
        return np.asarray(np.prod(below, axis=0, keepdims=True))
    exactly = np.zeros((places, below.shape[1]))
    exactly[0] = 1.0
    for chance in below:
        exactly[1:] = exactly[1:] * chance + exactly[:-1] * (1.0 - chance)
        exactly[0] *= chance
    return exactly
