"""The prior's spread: chosen by how probable it makes the votes, and how far it draws ratings together."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.fits.bradley_terry import fit_strengths

Table = NDArray[np.float64]

# Numbers of two digits: finer differences change no rating that votes decide, and every machine finds the same one.
_SPREADS = [round(step * unit, 2) for unit in (0.01, 0.1, 1.0) for step in range(10, 100)] + [100.0]
LEAST_SPREAD = _SPREADS[0]
# Far beyond any strength that votes show, the prior no longer counts.
_WITHOUT = 1e5


@dataclass(frozen=True)
class PriorPull:
    """The largest gap of strengths, in logits, with the prior and without it."""

    span: float
    without: float


def choose_prior_sd(points: Table) -> float:
    """The standard deviation, in logits, under which the votes are most probable, a number of two digits.

    `points` is float64[2, n, n] of `score_table`. The probability of the votes, averaged over the prior N(0, sd²), is
    taken by Laplace's approximation at the mode; a tie counts as half a win of each.
    """

    @cache
    def at(index: int) -> float:
        return log_evidence(points, _SPREADS[index])

    # A coarse search first, since the evidence need not have a single peak.
    best = max(range(0, len(_SPREADS), 15), key=at)
    low, high = max(0, best - 15), min(len(_SPREADS) - 1, best + 15)
    while high - low > 2:
        third = (high - low) // 3
        if at(low + third) < at(high - third):
            low += max(1, third)
        else:
            high -= max(1, third)
    return _SPREADS[max(range(low, high + 1), key=at)]


def log_evidence(points: Table, prior_sd: float) -> float:
    """The logarithm of the probability of the votes under this prior, without the terms that no prior changes."""
    fitted = fit_strengths(points, prior_sd=prior_sd)
    gap = fitted.theta[:, None] - fitted.theta[None, :]
    likelihood = -np.sum(points[0] * np.logaddexp(0, -gap) + points[1] * np.logaddexp(0, gap))
    prior = fitted.theta @ fitted.theta / (2 * prior_sd**2) + len(fitted.theta) * np.log(prior_sd)
    return float(likelihood - prior - np.linalg.slogdet(fitted.total)[1] / 2)


def measure_pull(points: Table, *, prior_sd: float, among: NDArray[np.bool_]) -> PriorPull:
    """How far the prior draws these contenders together; each of them must lose to and win against the others."""
    spans = [
        float(np.ptp(fit_strengths(points, prior_sd=each).theta[among])) if among.any() else 0.0
        for each in (prior_sd, _WITHOUT)
    ]
    return PriorPull(*spans)
