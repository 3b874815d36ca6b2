"""What a next vote between any two contenders would say: chances of win, tie and loss, and the preferred share."""

from dataclasses import dataclass
from math import exp, isnan

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import weigh_votes
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.rao_kupper import fit_rao_kupper
from leaderboard.ratings.lines import Estimates
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles

# With more contenders, the half-widths of all pairs would take more space than the rest of the audit.
_MOST_CONTENDERS = 200
_DECIMALS = 4


@dataclass(frozen=True)
class PairModel:
    """What the chances of all pairs are computed from; strengths in logits, in the order of `contenders`.

    `theta` and `margin` are of Rao and Kupper's model, `strength` of Bradley and Terry's. `half_width` is that of the
    95 % interval of each gap, for the pairs (0, 1), (0, 2), … (1, 2), …: None where there is no interval, and empty for
    more than 200 contenders. `sure` says of the same pairs whether the rank ranges tell the two apart, 1 or 0; audits
    before version 5 have none. Votes do not connect contenders of different `part`. `effective` is how many voters or
    prompts, whichever are fewer, stand behind each contender; audits before version 3 have none.
    """

    contenders: tuple[str, ...]
    part: tuple[int, ...]
    theta: tuple[float, ...]
    margin: float
    strength: tuple[float, ...]
    half_width: tuple[float | None, ...]
    effective: tuple[float, ...] = ()
    sure: tuple[int, ...] = ()

    def find_half_width(self, one: int, two: int) -> float | None:
        """The half-width of the interval of the gap between two contenders, given by their indices."""
        if not self.half_width or self.part[one] != self.part[two]:
            return None
        return self.half_width[_place(len(self.contenders), min(one, two), max(one, two))]

    def is_sure(self, one: int, two: int) -> bool:
        """Whether the rank ranges tell the two apart, given by their indices; one with more `strength` is better."""
        return bool(self.sure and self.sure[_place(len(self.contenders), min(one, two), max(one, two))])


@dataclass(frozen=True)
class PairChance:
    """One contender's chances against another, adding up to 1; `share` counts a tie half, with its 95 % interval."""

    win: float
    tie: float
    loss: float
    share: float
    share_low: float | None
    share_high: float | None


def model_pairs(
    votes: VoteLog, estimates: Estimates, shown: NDArray[np.int64], better: NDArray[np.bool_], method: Method
) -> PairModel | None:
    """Model the pairs of the contenders shown; None for fewer than two.

    `better`, bool[n, n] over all contenders, says who is surely better than whom.
    """
    if len(shown) < 2:
        return None
    fitted = fit_rao_kupper(weigh_votes(votes, method)[1], prior_sd=method.prior_sd)
    quantile = cluster_quantiles(estimates.effective[shown], tail=(1 - method.confidence) / 2)
    pairs = np.triu_indices(len(shown) if len(shown) <= _MOST_CONTENDERS else 0, k=1)
    half = (np.maximum(quantile[:, None], quantile[None, :]) * estimates.gap_se[np.ix_(shown, shown)])[pairs]
    sure = (better | better.T)[np.ix_(shown, shown)][pairs]
    return PairModel(
        contenders=tuple(votes.contenders[index] for index in shown),
        part=tuple(estimates.connectivity.part[shown].tolist()),
        theta=_round(fitted.theta[shown]),
        margin=round(fitted.margin, _DECIMALS),
        strength=_round(estimates.theta[shown]),
        half_width=tuple(None if isnan(value) else value for value in _round(half)),
        effective=_round(estimates.effective[shown]),
        sure=tuple(sure.astype(int).tolist()),
    )


def find_chance(model: PairModel, one: int, two: int) -> PairChance | None:
    """The chances of the contender at index `one` against the one at index `two`; None if no votes connect them."""
    if model.part[one] != model.part[two]:
        return None
    gap = model.theta[one] - model.theta[two]
    win, loss = _chance(gap - model.margin), _chance(-gap - model.margin)
    strength = model.strength[one] - model.strength[two]
    half = model.find_half_width(one, two)
    low, high = (None, None) if half is None else (_chance(strength - half), _chance(strength + half))
    return PairChance(win, 1 - win - loss, loss, _chance(strength), low, high)


def _place(n: int, one: int, two: int) -> int:
    """The index of the pair in (0, 1), (0, 2), … (1, 2), …; needs one < two."""
    return one * (2 * n - one - 1) // 2 + two - one - 1


def _chance(logit: float) -> float:
    return 1 / (1 + exp(-logit)) if logit > -700 else 0.0


def _round(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(value, _DECIMALS) + 0.0 for value in values.tolist())
