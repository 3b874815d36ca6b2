"""Chances of win, tie and loss by Rao and Kupper, "Ties in Paired-Comparison Experiments" (1967).

Its strengths are on a scale of their own: they are never shown as Elo.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE
from leaderboard.ratings.fits.bradley_terry import logistic

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_CLOSE = 1e-12
_MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class RaoKupper:
    """The posterior mode: theta float64[n] in the model's own logits, and the margin within which a tie falls."""

    theta: Vector
    margin: float

    def chances(self) -> NDArray[np.float64]:
        """P(row beats column), P(tie), P(column beats row), float64[3, n, n]; they add up to 1."""
        gap = self.theta[:, None] - self.theta[None, :]
        win = logistic(gap - self.margin)
        # P(tie) written as a product, which keeps its digits where the margin is small or the gap wide.
        tie = np.expm1(2 * self.margin) * win * win.T
        return np.stack([win, tie, win.T])


def fit_rao_kupper(outcomes: NDArray[np.float64], *, prior_sd: float) -> RaoKupper:
    """Fit P(left) = logistic(d - margin), P(right) = logistic(-d - margin) and ties, with d the gap of strengths.

    `outcomes` is float64[4, n, n] by [outcome, left, right]; `both_bad` is not read. Strengths and margin have the
    prior N(0, prior_sd²). P(tie) = (e^(2 margin) - 1) P(left) P(right), so the log-posterior is strictly concave in
    strengths and margin. Without any tie the margin is 0.
    """
    n = outcomes.shape[1]
    tied = outcomes[TIE] + outcomes[TIE].T
    model = _Model(outcomes[LEFT] + outcomes[RIGHT].T + tied, float(tied.sum() / 2), prior_sd**-2)
    at = np.append(np.zeros(n), 0.5 if model.ties else 0.0)
    value = model.objective(at)
    for _ in range(_MOST_STEPS):
        step = model.step(at)
        slack = 1e-13 * (1 + abs(value))
        for halvings in range(60):
            part = step * 0.5**halvings
            reached = model.objective(at + part)
            if reached >= value - slack:
                break
        at, value = at + part, reached
        if np.max(np.abs(part), initial=0.0) < _CLOSE:
            break
    return RaoKupper(at[:n], float(at[n]))


@dataclass(frozen=True, eq=False)
class _Model:
    """`beats` float64[n, n] counts the row's wins over the column and their ties; `ties` counts each tie once.

    `ridge` is the prior's precision.
    """

    beats: Matrix
    ties: float
    ridge: float

    def objective(self, at: Vector) -> float:
        margin = float(at[-1])
        if self.ties and margin <= 0:
            return -np.inf
        loss = np.sum(self.beats * np.logaddexp(0, -self._over(at))) + self.ridge * (at @ at) / 2
        # log(e^(2m) - 1) without overflow.
        return float(self.ties * (2 * margin + np.log(-np.expm1(-2 * margin))) - loss) if self.ties else float(-loss)

    def step(self, at: Vector) -> Vector:
        """Newton's step; without ties it leaves the margin unchanged."""
        n = len(at) - 1
        chance = logistic(self._over(at))
        pull, weight = self.beats * (1 - chance), self.beats * chance * (1 - chance)
        gradient = np.append(pull.sum(axis=1) - pull.sum(axis=0), -pull.sum()) - self.ridge * at
        hessian = np.eye(n + 1) * self.ridge
        hessian[:n, :n] += np.diag(weight.sum(axis=1) + weight.sum(axis=0)) - weight - weight.T
        if not self.ties:
            return np.append(np.linalg.solve(hessian[:n, :n], gradient[:n]), 0.0)
        rest = -np.expm1(-2 * at[n])
        gradient[n] += 2 * self.ties / rest
        hessian[n, :n] = hessian[:n, n] = weight.sum(axis=0) - weight.sum(axis=1)
        hessian[n, n] += weight.sum() + 4 * self.ties * (1 - rest) / rest**2
        return np.asarray(np.linalg.solve(hessian, gradient))

    def _over(self, at: Vector) -> Matrix:
        return np.asarray(at[:-1, None] - at[None, :-1] - at[-1])
