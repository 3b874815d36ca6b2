"""TrueSkill's model fitted to all votes at once, so that the order of the votes does not matter.

The model of Herbrich, Minka and Graepel (2007): skills have the prior N(mu0, sigma0²), performances scatter by beta
around them, and two performances within the margin are a draw. The posterior is approximated at its mode with the
curvature there (Laplace), instead of vote by vote. Skills do not drift, since a contender's settings are pinned.
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
# The factor of the conservative skill, and the normal tail beyond that many standard deviations.
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

    `slope` and `curvature`, float64[4, n, n] by [outcome, left, right], are the first and the negated second derivative
    of one vote's log-likelihood in the left skill, zero for `both_bad`.
    """

    mode: Vector
    total: Matrix
    slope: NDArray[np.float64]
    curvature: NDArray[np.float64]


def fit_skills(outcomes: NDArray[np.float64], method: Method) -> SkillFit:
    """Maximise the posterior of all skills; `outcomes` is the table of `weigh_votes`, float64[4, n, n].

    The log-posterior is strictly concave. Newton's step is halved until the slope at its end, along the step, is at
    least -1/2 of the slope at its start.
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
    """Skills relative to the anchor set, whose mean is set to mu0: votes say nothing about a shift that all share.

    `spread` is the clustered standard error from the anchor, `effective` the number of effective clusters, float64[n]
    each. Sigma is the larger of the model's own and the clustered one. The clustered one is widened: three of it are
    the quantile of Student's t, with effective clusters - 1 degrees of freedom, at the normal tail beyond 3. Sigma
    never exceeds sigma0, and is sigma0 with fewer than two effective clusters, which tell nothing of how people or
    prompts differ.
    """
    share = anchor / max(1, int(np.count_nonzero(anchor)))
    model = skill_errors(fitted, anchor)
    clustered = spread * (cluster_quantiles(effective, tail=_TAIL) / CONSERVATIVE)
    sigma = np.where(np.isnan(clustered), method.sigma0, np.minimum(np.maximum(model, clustered), method.sigma0))
    return Skills(method.mu0 + fitted.mode - fitted.mode @ share, sigma)


def skill_errors(fitted: SkillFit, anchor: NDArray[np.bool_]) -> Vector:
    """The model's own standard error of each skill minus the anchors' mean, float64[n]."""
    share = anchor / max(1, int(np.count_nonzero(anchor)))
    own = np.linalg.inv(fitted.total)
    across = own @ share
    return np.asarray(np.sqrt(np.maximum(np.diag(own) - 2 * across + share @ across, 0.0)))


def _fold(outcomes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put every win on the left and half of every tie on either side, so that swapping sides changes no bit."""
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
