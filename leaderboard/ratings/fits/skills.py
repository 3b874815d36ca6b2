"""TrueSkill's own model given all votes at once: the same for any order of the votes.

The model of Herbrich, Minka and Graepel (2007): skills N(mu0, sigma0²), performances that scatter by beta around them,
a draw when two performances lie within the margin. Its posterior is taken at its mode with the curvature there
(Laplace), instead of vote by vote; a skill does not drift, since a contender is pinned.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles
from leaderboard.ratings.uncertainty.normal import draw_moments, win_moments

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_MOST_STEPS = 100
_CLOSE = 1e-12
# The factor of the conservative skill, and the normal tail that lies beyond so many standard deviations.
CONSERVATIVE = 3.0
_TAIL = NormalDist().cdf(-CONSERVATIVE)


@dataclass(frozen=True, eq=False)
class Skills:
    """Means and standard deviations, float64[n] each."""

    mu: Vector
    sigma: Vector

    @property
    def conservative(self) -> Vector:
        return self.mu - CONSERVATIVE * self.sigma


@dataclass(frozen=True, eq=False)
class SkillFit:
    """The posterior mode, float64[n], its negative Hessian with the prior, float64[n, n], and derivatives per cell.

    `slope` and `curvature`, float64[4, n, n] by [outcome, left, right], are those of one vote's log-likelihood in the
    left skill, zero for `both_bad`; the curvature is turned positive.
    """

    mode: Vector
    total: Matrix
    slope: NDArray[np.float64]
    curvature: NDArray[np.float64]


def fit_skills(outcomes: NDArray[np.float64], method: Method) -> SkillFit:
    """Maximise the posterior of all skills; `outcomes` is the table of `weigh_votes`, float64[4, n, n].

    The log-posterior is strictly concave. Newton's step is halved until it does not pass the top by more than it rose.
    """
    n = outcomes.shape[1]
    outcomes = _fold(outcomes)
    scale = np.sqrt(2) * method.beta
    band = NormalDist().inv_cdf((method.draw_probability + 1) / 2)
    mode = np.full(n, method.mu0)
    slope, curvature = _derivatives(mode, scale, band)
    for _ in range(_MOST_STEPS):
        gradient, total = _sum_up(outcomes, slope, curvature, mode, method)
        step = np.linalg.solve(total, gradient)
        rise = float(gradient @ step)
        for halvings in range(60):
            reached = mode + step * 0.5**halvings
            slope, curvature = _derivatives(reached, scale, band)
            if float(_sum_up(outcomes, slope, curvature, reached, method)[0] @ step) >= -0.5 * rise:
                break
        moved, mode = float(np.max(np.abs(reached - mode), initial=0.0)), reached
        if moved < _CLOSE * scale:
            break
    return SkillFit(mode, _sum_up(outcomes, slope, curvature, mode, method)[1], slope, curvature)


def state_skills(
    fitted: SkillFit, *, anchor: NDArray[np.bool_], spread: Vector, effective: Vector, method: Method
) -> Skills:
    """Skills relative to the anchor set, whose mean is put at mu0: votes say nothing about a shift that all share.

    `spread` is the clustered standard error from the anchor, `effective` the clusters behind it, float64[n]. Sigma is
    the larger of the model's own and the clustered one, the latter widened so that three of it leave the tail that
    Student's t with effective clusters - 1 degrees of freedom leaves; it never exceeds sigma0, and is sigma0 where
    fewer than two effective clusters tell nothing of how people or prompts differ.
    """
    share = anchor / max(1, int(np.count_nonzero(anchor)))
    own = np.linalg.inv(fitted.total)
    across = own @ share
    model = np.sqrt(np.maximum(np.diag(own) - 2 * across + share @ across, 0.0))
    clustered = spread * (cluster_quantiles(effective, tail=_TAIL) / CONSERVATIVE)
    sigma = np.where(np.isnan(clustered), method.sigma0, np.minimum(np.maximum(model, clustered), method.sigma0))
    return Skills(method.mu0 + fitted.mode - fitted.mode @ share, sigma)


def _fold(outcomes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every win on the left and half of every tie on either side: a swap of sides changes no bit."""
    folded = np.zeros_like(outcomes)
    folded[LEFT] = outcomes[LEFT] + outcomes[RIGHT].T
    folded[TIE] = (outcomes[TIE] + outcomes[TIE].T) / 2
    return folded


def _derivatives(skill: Vector, scale: float, band: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    gap = (skill[:, None] - skill[None, :]) / scale
    slope, curvature = np.zeros((2, 4, *gap.shape))
    slope[LEFT], curvature[LEFT] = win_moments(gap - band)
    slope[RIGHT], curvature[RIGHT] = -slope[LEFT].T, curvature[LEFT].T
    slope[TIE], curvature[TIE] = draw_moments(gap, band)
    return slope / scale, curvature / scale**2


def _sum_up(
    outcomes: NDArray[np.float64],
    slope: NDArray[np.float64],
    curvature: NDArray[np.float64],
    skill: Vector,
    method: Method,
) -> tuple[Vector, Matrix]:
    """Gradient and negative Hessian of the log-posterior."""
    push = np.einsum("yij,yij->ij", outcomes, slope)
    weight = np.einsum("yij,yij->ij", outcomes, curvature)
    weight = weight + weight.T
    gradient = push.sum(axis=1) - push.sum(axis=0) - (skill - method.mu0) / method.sigma0**2
    return gradient, np.diag(weight.sum(axis=1)) - weight + np.eye(len(skill)) / method.sigma0**2
