"""Whether a gap is decided, however often one looks, and about how many more votes it needs if it is not.

The band is the Gaussian mixture boundary of Robbins (1970), as asymptotic confidence sequences use it (Waudby-Smith,
Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences"). With r =
(spread of the mixture / standard error)², it is sqrt((1 + 1/r) (ln(1 + r) - 2 ln alpha)) standard errors wide on either
side, and covers the truth at all looks together with probability 1 - alpha. The standard error is the clustered one, so
the band narrows with what the votes tell, not with their number.
"""

from dataclasses import dataclass
from math import ceil, erfc, isfinite, log, log1p, sqrt

import numpy as np

from leaderboard.ratings.lines import Estimates
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.uncertainty.intervals import LEAST_CLUSTERS
from leaderboard.ratings.uncertainty.student_t import t_quantile

# The band is tightest, relative to a fixed-time interval, where its half-width is this gap.
TUNED_TO_ELO = 40.0
# No forecast is made beyond this many times the present votes.
_FARTHEST = 1000.0
# The band is infinite where the normal tail is thinner than this.
_LEAST_TAIL = 1e-100


@dataclass(frozen=True)
class Decision:
    """Whether `leader` is better than `other`; Elo units, `half_width` of the band that holds at every look.

    `half_width` is None where fewer than two effective voters or prompts stand behind one of them, no votes connect
    them, or the band is infinite. `more_votes` is the number of further rated votes needed on the whole board, None
    where the gap is decided or no forecast is made.
    """

    leader: str
    other: str
    gap: float
    half_width: float | None
    decided: bool
    more_votes: int | None


def decide(
    contenders: tuple[str, ...], estimates: Estimates, one: int, two: int, *, method: Method = METHOD
) -> Decision:
    """Decide between two contenders of `estimate(votes, method)`, given in either order.

    `more_votes` assumes that the gap stays as estimated, that votes are dealt as before, and that voters and prompts
    grow in proportion to the votes. More votes on the same few prompts do not decide what those prompts cannot tell.
    """
    leader, other = (one, two) if estimates.theta[one] >= estimates.theta[two] else (two, one)
    scale = method.elo_per_logit
    gap = float(estimates.theta[leader] - estimates.theta[other])
    se = float(estimates.gap_se[leader, other])
    effective = float(np.min(estimates.effective[[leader, other]]))
    joined = estimates.connectivity.part[leader] == estimates.connectivity.part[other]
    names, alpha, tuned = (contenders[leader], contenders[other]), 1 - method.confidence, TUNED_TO_ELO / scale
    if not joined or effective < LEAST_CLUSTERS or not se > 0:
        return Decision(*names, scale * gap, None, decided=False, more_votes=None)
    half = anytime_half_width(se, effective, alpha=alpha, tuned=tuned)
    # An infinite band says nothing yet; more votes may still narrow it.
    known = scale * half if isfinite(half) else None
    growth = None if gap > half else growth_to_decide(gap, se, effective, alpha=alpha, tuned=tuned)
    # Every rated vote is counted for both of its contenders.
    votes = int(estimates.records.rated.sum()) // 2
    more = None if growth is None else ceil((growth - 1) * votes)
    return Decision(*names, scale * gap, known, decided=gap > half, more_votes=more)


def anytime_half_width(se: float, effective: float, *, alpha: float, tuned: float) -> float:
    """Half-width of the band that holds at every look with probability 1 - alpha; same unit as `se` and `tuned`.

    The normal quantile is replaced by that of Student's t with `effective` clusters - 1 degrees of freedom at the same
    tail; `effective` must be at least two. `tuned` is the half-width at which the band costs least.
    """
    ratio = (_mixture_spread(alpha, tuned) / se) ** 2
    normal = sqrt((1 + 1 / ratio) * (log1p(ratio) - 2 * log(alpha)))
    tail = erfc(normal / sqrt(2)) / 2
    return se * (t_quantile(tail, effective - 1) if tail > _LEAST_TAIL else np.inf)


def growth_to_decide(gap: float, se: float, effective: float, *, alpha: float, tuned: float) -> float | None:
    """The multiple of the present votes that would decide the gap, if it stays; None beyond 1,000 times.

    With f times the votes, the standard error is divided by sqrt(f), and effective clusters are f times as many.
    """

    def decides(growth: float) -> bool:
        return gap > anytime_half_width(se / sqrt(growth), effective * growth, alpha=alpha, tuned=tuned)

    low, high = 1.0, _FARTHEST
    if not decides(high):
        return None
    while high / low > 1 + 1e-6:
        middle = sqrt(low * high)
        low, high = (low, middle) if decides(middle) else (middle, high)
    return high


def _mixture_spread(alpha: float, tuned: float) -> float:
    """The mixture's standard deviation that makes the band nearly tightest at the half-width `tuned`."""
    ratio = -2 * log(alpha) + log(-2 * log(alpha) + 1)
    return tuned * sqrt(ratio / ((1 + 1 / ratio) * (log1p(ratio) - 2 * log(alpha))))
