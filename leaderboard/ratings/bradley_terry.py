"""Bradley–Terry strengths with a weak Gaussian prior, by Newton's method with step halving."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.solving import solve

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# The error after a step is about its square.
_CLOSE = 1e-7
_MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Strengths:
    """The optimum: theta float64[n] in logits, and the side bias (0 unless fitted).

    `total` is the negative Hessian there, which covers theta, and the side bias as last row and column where it was
    fitted. `information` is the data's part of it, without the prior.
    """

    theta: Vector
    side: float
    total: Matrix
    information: Matrix


def fit_strengths(points: NDArray[np.float64], *, prior_sd: float, with_side: bool = False) -> Strengths:
    """Maximise the posterior of P(left preferred) = logistic(theta_left - theta_right + side).

    `points` is float64[2, n, n] of `score_table`. Every parameter has the prior N(0, prior_sd²).
    The objective is strictly concave: with the prior it has one finite optimum even for an undefeated contender.
    A step is halved until it does not pass the top along its way by more than the objective rose at its start.
    """
    n = points.shape[1]
    if not with_side:
        # Without a side bias only who beat whom matters; folding makes a swap of sides leave every bit alone.
        points = np.stack([points[0] + points[1].T, np.zeros((n, n))])
    posterior = _Posterior(points[0], points[0] + points[1], prior_sd**-2, with_side)
    at = np.zeros(n + with_side)
    at[:n] = _log_odds(points)
    gradient, total = posterior.derivatives(at)
    for _ in range(_MOST_STEPS):
        step = solve(total, gradient)
        # The mean strength is 0 at the optimum; under a weak prior rounding alone would keep it moving.
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
    return Strengths(at[:n], side, total, total - np.eye(len(at)) * posterior.ridge)


def _log_odds(points: NDArray[np.float64]) -> Vector:
    """Each contender's log odds of winning against whomever it met, around 0: a start that saves a step."""
    won = points[0].sum(axis=1) + points[1].sum(axis=0)
    lost = points[0].sum(axis=0) + points[1].sum(axis=1)
    odds = np.log((won + 0.5) / (lost + 0.5))
    return np.asarray(odds - odds.sum() / max(1, len(odds)))


@dataclass(frozen=True, eq=False)
class _Posterior:
    """The left side's points and all games by ordered pair, float64[n, n] each, and the prior's precision."""

    points: Matrix
    games: Matrix
    ridge: float
    with_side: bool

    def derivatives(self, at: Vector) -> tuple[Vector, Matrix]:
        """Gradient and negative Hessian."""
        n = len(self.points)
        chance, spread = chances(at[:n, None] - at[None, :n] + (at[n] if self.with_side else 0.0))
        surplus = self.points - self.games * chance
        spread *= self.games
        gradient = self.ridge * -at
        gradient[:n] += surplus.sum(axis=1) - surplus.sum(axis=0)
        total = np.empty((len(at), len(at)))
        np.negative(spread + spread.T, out=total[:n, :n])
        left, right = spread.sum(axis=1), spread.sum(axis=0)
        np.einsum("ii->i", total)[:n] += left + right
        if self.with_side:
            gradient[n] += surplus.sum()
            total[n, :n] = total[:n, n] = left - right
            total[n, n] = spread.sum()
        np.einsum("ii->i", total)[:] += self.ridge
        return gradient, total


def chances(gaps: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """p = 1 / (1 + e^-gap) and p (1 - p), without overflow and to full relative precision in both tails."""
    small = np.exp(-np.abs(gaps))
    large = 1.0 / (1.0 + small)
    small *= large
    return np.where(gaps < 0, small, large), small * large


def logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + e^-x) without overflow."""
    return chances(x)[0]
