"""Bradley–Terry strengths from a list of pairs instead of a table: for more contenders than a table has room for.

The same posterior as `bradley_terry`: its optimum is unique, so both find the same strengths.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import left_points
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.bradley_terry import chances

Vector = NDArray[np.float64]
Ids = NDArray[np.int32]

_CLOSE = 1e-9
_MOST_STEPS = 100
# Relative to the right side; the next Newton step corrects the rest.
_CG_CLOSE = 1e-12
_MOST_PRODUCTS = 2_000


@dataclass(frozen=True, eq=False)
class Pairs:
    """The pairs that met: first and second contender, the first one's points and all games, weighted; for n in all."""

    first: Ids
    second: Ids
    points: Vector
    games: Vector
    n: int

    def spread(self, differences: Vector) -> Vector:
        """Each contender's sum of a value per pair, added for the first and subtracted for the second, float64[n]."""
        at_first = np.bincount(self.first, weights=differences, minlength=self.n)
        return np.asarray(at_first - np.bincount(self.second, weights=differences, minlength=self.n), dtype=np.float64)

    def total(self, values: Vector) -> Vector:
        """Each contender's sum of a value per pair, float64[n]."""
        at_first = np.bincount(self.first, weights=values, minlength=self.n)
        return np.asarray(at_first + np.bincount(self.second, weights=values, minlength=self.n), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class SparseFit:
    """The optimum, float64[n], the information of each pair in its gap, and the prior's precision."""

    theta: Vector
    pairs: Pairs
    information: Vector
    ridge: float

    @property
    def diagonal(self) -> Vector:
        """The diagonal of the negative Hessian, float64[n]."""
        return self.pairs.total(self.information) + self.ridge

    def solve(self, right: Vector) -> Vector:
        """The negative Hessian's inverse times a vector, float64[n]."""
        return conjugate_gradients(self._multiply, right, 1.0 / self.diagonal)

    def _multiply(self, at: Vector) -> Vector:
        gaps = at[self.pairs.first] - at[self.pairs.second]
        return self.pairs.spread(self.information * gaps) + self.ridge * at


def pair_votes(votes: VoteLog, weights: Vector) -> Pairs:
    """Sum the votes by pair; `weights`, float64[n_votes], are zero for unrated votes."""
    n = len(votes.contenders)
    rated = np.flatnonzero(weights > 0)
    left, right, weight = votes.left[rated], votes.right[rated], weights[rated]
    keys = np.minimum(left, right).astype(np.int64) * n + np.maximum(left, right)
    found, place = np.unique(keys, return_inverse=True)
    points = left_points(votes.outcome[rated])
    of_first = np.where(left < right, points, 1 - points)
    return Pairs(
        first=(found // max(1, n)).astype(np.int32),
        second=(found % max(1, n)).astype(np.int32),
        points=np.bincount(place, weights=weight * of_first, minlength=len(found)).astype(np.float64),
        games=np.bincount(place, weights=weight, minlength=len(found)).astype(np.float64),
        n=n,
    )


def fit_pairs(pairs: Pairs, *, prior_sd: float) -> SparseFit:
    """Maximise the posterior by Newton's method; steps are halved as in `fit_strengths`."""
    ridge = prior_sd**-2
    won = pairs.total(pairs.points) + np.bincount(pairs.second, pairs.games - 2 * pairs.points, pairs.n)
    lost = pairs.total(pairs.games) - won
    odds = np.log((won + 0.5) / (lost + 0.5))
    theta = odds - (odds.mean() if pairs.n else 0.0)
    fitted, gradient = _at(pairs, theta, ridge)
    for _ in range(_MOST_STEPS):
        step = fitted.solve(gradient)
        rise = float(gradient @ step)
        arrived = float(np.max(np.abs(step), initial=0.0)) < _CLOSE
        for halvings in range(60):
            fitted, gradient = _at(pairs, theta + step * 0.5**halvings, ridge)
            if arrived or float(gradient @ step) >= -0.5 * rise:
                break
        theta = fitted.theta
        if arrived:
            break
    return fitted


def conjugate_gradients(multiply: Callable[[Vector], Vector], right: Vector, scale: Vector) -> Vector:
    """Hestenes and Stiefel (1952) with the diagonal as preconditioner; `scale` is its inverse."""
    found, rest = np.zeros_like(right), right.copy()
    scaled = scale * rest
    direction = scaled
    size = first = float(rest @ scaled)
    for _ in range(_MOST_PRODUCTS):
        if size <= _CG_CLOSE**2 * first:
            break
        product = multiply(direction)
        length = size / float(direction @ product)
        found += length * direction
        rest -= length * product
        scaled = scale * rest
        size, before = float(rest @ scaled), size
        direction = scaled + (size / before) * direction
    return found


def _at(pairs: Pairs, theta: Vector, ridge: float) -> tuple[SparseFit, Vector]:
    """The fit's derivatives at a point: information by pair, and the gradient, float64[n]."""
    chance, spread = chances(theta[pairs.first] - theta[pairs.second])
    gradient = pairs.spread(pairs.points - pairs.games * chance) - ridge * theta
    return SparseFit(theta, pairs, pairs.games * spread, ridge), gradient
