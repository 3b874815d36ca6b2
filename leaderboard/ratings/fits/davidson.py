"""Chances of win, tie and loss by Davidson, "On Extending the Bradley–Terry Model to Accommodate Ties" (1970).

Its strengths are on a scale of their own: they are never shown as Elo.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE
from leaderboard.ratings.fits.solving import climb

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_CLOSE = 1e-12


@dataclass(frozen=True, eq=False)
class Davidson:
    """The posterior mode: theta float64[n] in the model's own logits, and the logarithm of how likely ties are."""

    theta: Vector
    log_tie: float

    def chances(self) -> NDArray[np.float64]:
        """P(row beats column), P(tie), P(column beats row), float64[3, n, n]; they add up to 1."""
        return _chances(self.theta[:, None] - self.theta[None, :], self.log_tie)


def fit_davidson(outcomes: NDArray[np.float64], *, prior_sd: float) -> Davidson:
    """Fit P(left) ~ e^(d/2), P(right) ~ e^(-d/2), P(tie) ~ e^log_tie, with d the gap of strengths.

    `outcomes` is float64[4, n, n] by [outcome, left, right]; `both_bad` is not read. Strengths and the tie's logarithm
    have the prior N(0, prior_sd²). This is an exponential family, so the log-posterior is strictly concave.
    """
    n = outcomes.shape[1]
    tied = outcomes[TIE] + outcomes[TIE].T
    # Each pair once in the upper triangle: the row's wins, ties, the column's wins.
    counts = np.triu(np.stack([outcomes[LEFT] + outcomes[RIGHT].T, tied, outcomes[LEFT].T + outcomes[RIGHT]]), 1)
    at, _ = climb(lambda at: _derivatives(counts, at, prior_sd**-2), np.zeros(n + 1), close=_CLOSE)
    return Davidson(at[:n], float(at[n]))


def nats_per_vote(outcomes: NDArray[np.float64], chances: NDArray[np.float64]) -> float:
    """The mean of -log P(answer) over the rated votes, as published comparisons of tie models print it."""
    counts = np.stack([outcomes[LEFT] + outcomes[RIGHT].T, outcomes[TIE], np.zeros_like(outcomes[TIE])])
    total = float(counts.sum())
    seen = counts > 0
    return float(-np.sum(counts[seen] * np.log(chances[seen])) / total) if total else 0.0


def _chances(gap: Matrix, log_tie: float) -> NDArray[np.float64]:
    logits = np.stack([gap / 2, np.full_like(gap, log_tie), -gap / 2])
    logits -= logits.max(axis=0)
    weights = np.exp(logits)
    return np.asarray(weights / weights.sum(axis=0))


def _derivatives(counts: NDArray[np.float64], at: Vector, ridge: float) -> tuple[Vector, Matrix]:
    """Gradient and negative Hessian; the tie's logarithm comes last."""
    n = len(at) - 1
    win, tie, loss = _chances(at[:n, None] - at[None, :n], float(at[n]))
    games = counts.sum(axis=0)
    # The sufficient statistics are half the difference of wins and losses, and the ties.
    surplus = (counts[0] - counts[2] - games * (win - loss)) / 2
    spread = games * (win + loss - (win - loss) ** 2) / 4
    across = -games * tie * (win - loss) / 2
    total = np.empty((n + 1, n + 1))
    total[:n, :n] = -(spread + spread.T)
    total[n, :n] = total[:n, n] = across.sum(axis=1) - across.sum(axis=0)
    total[n, n] = np.sum(games * tie * (1 - tie))
    np.einsum("ii->i", total)[:] += np.append(spread.sum(axis=1) + spread.sum(axis=0), 0.0) + ridge
    gradient = np.append(surplus.sum(axis=1) - surplus.sum(axis=0), np.sum(counts[1] - games * tie)) - ridge * at
    return gradient, total
