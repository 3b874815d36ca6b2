"""Bradley–Terry strengths with a weak Gaussian prior, by Newton's method with step halving."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_CLOSE = 1e-12
_MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Strengths:
    """The optimum: theta float64[n] in logits, the side bias (0 unless fitted), and the inverse Hessian there.

    `inverse` covers theta, and the side bias as last row and column where it was fitted.
    `information` is the data's part of the Hessian, without the prior.
    """

    theta: Vector
    side: float
    inverse: Matrix
    information: Matrix


def fit_strengths(points: NDArray[np.float64], *, prior_sd: float, with_side: bool = False) -> Strengths:
    """Maximise the posterior of P(left preferred) = logistic(theta_left - theta_right + side).

    `points` is float64[2, n, n] of `score_table`. Every parameter has the prior N(0, prior_sd²).
    The objective is strictly concave: with the prior it has one finite optimum even for an undefeated contender.
    """
    n = points.shape[1]
    if not with_side:
        # Without a side bias only who beat whom matters; folding makes a swap of sides leave every bit alone.
        points = np.stack([points[0] + points[1].T, np.zeros((n, n))])
    ridge = np.full(n + with_side, prior_sd**-2)
    at = np.zeros(n + with_side)
    value = _objective(points, at, ridge)
    for _ in range(_MOST_STEPS):
        gradient, information = _derivatives(points, at, with_side=with_side)
        step = np.linalg.solve(information + np.diag(ridge), gradient - ridge * at)
        # The mean strength is 0 at the optimum; under a weak prior rounding alone would keep it moving.
        step[:n] -= np.sum(step[:n]) / max(1, n)
        at, value, moved = _walk(points, at, step, ridge, value)
        if moved < _CLOSE:
            break
    _, information = _derivatives(points, at, with_side=with_side)
    inverse = np.linalg.inv(information + np.diag(ridge))
    return Strengths(at[:n], float(at[n]) if with_side else 0.0, inverse, information)


def _walk(
    points: NDArray[np.float64], at: Vector, step: Vector, ridge: Vector, value: float
) -> tuple[Vector, float, float]:
    """Take the longest of the step, its half, its quarter … that does not lose; returns place, value, length."""
    slack = 1e-13 * (1 + abs(value))
    for halvings in range(60):
        part = step * 0.5**halvings
        reached = _objective(points, at + part, ridge)
        if reached >= value - slack:
            return at + part, reached, float(np.max(np.abs(part), initial=0.0))
    return at, value, 0.0


def _gaps(at: Vector, n: int) -> Matrix:
    side = at[n] if len(at) > n else 0.0
    return np.asarray(at[:n, None] - at[None, :n] + side)


def _objective(points: NDArray[np.float64], at: Vector, ridge: Vector) -> float:
    gaps = _gaps(at, points.shape[1])
    loss = np.sum(points[0] * np.logaddexp(0, -gaps)) + np.sum(points[1] * np.logaddexp(0, gaps))
    return float(-loss - np.sum(ridge * at**2) / 2)


def _derivatives(points: NDArray[np.float64], at: Vector, *, with_side: bool) -> tuple[Vector, Matrix]:
    """Gradient and negative Hessian of the log-likelihood."""
    n = points.shape[1]
    chance = logistic(_gaps(at, n))
    games = points[0] + points[1]
    surplus = points[0] - games * chance
    spread = games * chance * (1 - chance)
    gradient = np.zeros(len(at))
    gradient[:n] = surplus.sum(axis=1) - surplus.sum(axis=0)
    information = np.zeros((len(at), len(at)))
    information[:n, :n] = np.diag(spread.sum(axis=1) + spread.sum(axis=0)) - spread - spread.T
    if with_side:
        gradient[n] = surplus.sum()
        information[n, :n] = information[:n, n] = spread.sum(axis=1) - spread.sum(axis=0)
        information[n, n] = spread.sum()
    return gradient, information


def logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + e^-x) without overflow."""
    return np.exp(-np.logaddexp(0, -x))
