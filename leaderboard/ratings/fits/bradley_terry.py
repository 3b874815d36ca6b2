"""Bradley–Terry strengths with a weak Gaussian prior, by Newton's method with step halving."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.fits.solving import solve

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Newton's method converges quadratically: the error after a step is about the square of the step.
_CLOSE = 1e-7
_MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Strengths:
    """The optimum: theta float64[n] in logits, and the side bias (0 unless fitted).

    `total` is the negative Hessian at the optimum, over theta and, if it was fitted, the side bias as last row and
    column. `information` is the same without the prior.
    """

    theta: Vector
    side: float
    total: Matrix
    information: Matrix


def fit_strengths(
    points: NDArray[np.float64], *, prior_sd: float, with_side: bool = False, start: Vector | None = None
) -> Strengths:
    """Maximise the posterior of P(left preferred) = logistic(theta_left - theta_right + side).

    `points` is float64[2, n, n] of `score_table`. Every parameter has the prior N(0, prior_sd²). The prior makes the
    objective strictly concave, with one finite optimum even for an undefeated contender. A step is halved until the
    slope at its end, along the step, is at least -1/2 of the slope at its start. A `start` near the optimum,
    float64[n], saves steps.
    """
    n = points.shape[1]
    wins = points[0] + points[1].T
    ridge = prior_sd**-2
    posterior = _SidedPosterior(points[0], points[0] + points[1], ridge) if with_side else _Posterior.of(wins, ridge)
    at = np.zeros(n + with_side)
    at[:n] = _log_odds(wins) if start is None else start
    gradient, total = posterior.derivatives(at)
    for _ in range(_MOST_STEPS):
        step = solve(total, gradient)
        # The mean strength is 0 at the optimum. Under a weak prior, rounding errors would keep moving it.
        step[:n] -= np.sum(step[:n]) / max(1, n)
        arrived = float(np.max(np.abs(step), initial=0.0)) < _CLOSE
        rise = float(gradient @ step)
        for halvings in range(60):
            reached = at + step * 0.5**halvings
            gradient, total = posterior.derivatives(reached)
            if arrived or float(gradient @ step) >= -0.5 * rise:
                break
        at = reached
        if arrived:
            break
    side = float(at[n]) if with_side else 0.0
    return Strengths(at[:n], side, total, total - np.eye(len(at)) * ridge)


def _log_odds(wins: Matrix) -> Vector:
    """Each contender's log odds of winning against all opponents, centred on 0: a start that saves a step."""
    odds = np.log((wins.sum(axis=1) + 0.5) / (wins.sum(axis=0) + 0.5))
    return np.asarray(odds - odds.sum() / max(1, len(odds)))


@dataclass(frozen=True, eq=False)
class _Posterior:
    """The posterior without a side bias: both sides are added up, so that swapping the sides changes no bit.

    `won` float64[n] is each contender's points, `games` float64[n, n] how often each pair met, `ridge` the prior's
    precision.
    """

    won: Vector
    games: Matrix
    ridge: float

    @classmethod
    def of(cls, wins: Matrix, ridge: float) -> Self:
        """`wins`, float64[n, n], is the row's points against the column."""
        return cls(wins.sum(axis=1), wins + wins.T, ridge)

    def derivatives(self, at: Vector) -> tuple[Vector, Matrix]:
        """Gradient and negative Hessian."""
        with np.errstate(over="ignore"):
            chance = 1.0 / (1.0 + np.exp(at[None, :] - at[:, None]))
        gradient = self.won - np.einsum("ij,ij->i", self.games, chance) - self.ridge * at
        # chance.T is 1 - chance, but it keeps the digits that a subtraction loses where the chance is near 1.
        total = chance * chance.T
        total *= self.games
        diagonal = total.sum(axis=1) + self.ridge
        np.negative(total, out=total)
        np.einsum("ii->i", total)[:] += diagonal
        return gradient, total


@dataclass(frozen=True, eq=False)
class _SidedPosterior:
    """The posterior with a side bias: the left side's points and all games by ordered pair, float64[n, n] each.

    `ridge` is the prior's precision.
    """

    points: Matrix
    games: Matrix
    ridge: float

    def derivatives(self, at: Vector) -> tuple[Vector, Matrix]:
        """Gradient and negative Hessian; the side bias comes last."""
        n = len(self.points)
        chance, spread = chances(at[:n, None] - at[None, :n] + at[n])
        surplus = self.points - self.games * chance
        spread *= self.games
        left, right = spread.sum(axis=1), spread.sum(axis=0)
        total = np.empty((n + 1, n + 1))
        np.negative(spread + spread.T, out=total[:n, :n])
        total[n, :n] = total[:n, n] = left - right
        total[n, n] = spread.sum()
        np.einsum("ii->i", total)[:] += np.append(left + right, 0.0) + self.ridge
        return np.append(surplus.sum(axis=1) - surplus.sum(axis=0), surplus.sum()) - self.ridge * at, total


def chances(gaps: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """p = 1 / (1 + e^-gap) and p (1 - p), without overflow and to full relative precision in both tails."""
    small = np.exp(-np.abs(gaps))
    large = 1.0 / (1.0 + small)
    small *= large
    return np.where(gaps < 0, small, large), small * large


def logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + e^-x) without overflow."""
    return chances(x)[0]
