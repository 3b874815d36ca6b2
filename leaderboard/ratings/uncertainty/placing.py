"""Chances of places: how likely each contender is to be first, or among the first few."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.normal import normal_mass

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# In standard errors from the estimate: beyond, a chance is 0 or 1 in floating point.
_NEVER = 9.0
# The distance between the values at which chances are summed, as a share of the smallest standard error.
_STEP = 0.2
# At most this many values × contenders, so that a table stays below 16 MB. The limit matters where some contenders are
# known far better than others.
_MOST_CELLS = 1 << 21
# At most this many values × contenders × places at a time, which fit into the processor's cache.
_PIECE_CELLS = 1 << 18
# No quasi-variance falls below this share of the smallest variance of a gap.
_LEAST_SHARE = 0.05


def place_chances(theta: Vector, gap_se: Matrix, *, places: int = 1) -> Matrix:
    """P(rank <= k) for k = 1 … places, float64[n, places], for estimates that are normal around the truth.

    `gap_se`, float64[n, n], are standard errors of the gaps. They are summarised by quasi-variances (Firth and de
    Menezes, "Quasi-variances", 2004), one per contender, so that one quadrature gives all ranks. There are no random
    draws: the digits are the same on any machine.
    """
    n = len(theta)
    if n == 0:
        return np.zeros((0, places))
    spread = np.sqrt(quasi_variances(gap_se))
    values, step = _values(theta, spread, places)
    away = (values - theta[:, None]) / spread[:, None]
    weights = np.exp(-(away**2) / 2) * (step / np.sqrt(2 * np.pi)) / spread[:, None]
    return np.minimum(_sum_places(normal_mass(away), weights, places), 1.0)


def _sum_places(below: Matrix, weights: Matrix, places: int) -> Matrix:
    """P(rank <= k), float64[n, places], from each contender's chance to be below and at each value, [n, n_values].

    The number of others above a contender is the sum of two counts: of the contenders before it and of those after it.
    Both counts are built up one contender at a time.
    """
    n, size = below.shape
    chances = np.zeros((n, places))
    piece = max(64, _PIECE_CELLS // (n * places))
    for start in range(0, size, piece):
        part = slice(start, start + piece)
        nobody = np.zeros((places, below[0, part].size))
        nobody[0] = 1.0
        after = [nobody]
        for chance in below[:0:-1, part]:
            after.append(_count_one_more(after[-1], chance))
        before = nobody
        for index, rest in enumerate(reversed(after)):
            exactly = [
                np.sum(before[: above + 1] * rest[above::-1], axis=0) @ weights[index, part] for above in range(places)
            ]
            chances[index] += np.cumsum(exactly)
            before = _count_one_more(before, below[index, part])
    return chances


def _count_one_more(exactly: Matrix, below: Vector) -> Matrix:
    """The chances that exactly 0, 1, … places - 1 are above, float64[places, n_values], after adding one contender."""
    more = exactly * below
    more[1:] += exactly[:-1] * (1.0 - below)
    return more


def _values(theta: Vector, spread: Vector, places: int) -> tuple[Vector, float]:
    """The values of the quadrature, which cover where the first places may lie, and the step between them.

    For functions this smooth the trapezoidal rule errs by less than any published digit, unless `_MOST_CELLS` widens
    the step. With a hundred contenders, that happens from a range of 4,000 times the smallest spread on.
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
