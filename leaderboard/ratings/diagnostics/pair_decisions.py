"""Whether one contender is surely better than another, for any two of an audited board."""

from dataclasses import dataclass
from math import ceil, isfinite

from leaderboard.ratings.diagnostics.deciding import TUNED_TO_ELO, anytime_half_width, growth_to_decide
from leaderboard.ratings.diagnostics.pair_chances import PairModel
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.uncertainty.intervals import LEAST_CLUSTERS
from leaderboard.ratings.uncertainty.student_t import t_quantile


@dataclass(frozen=True)
class PairDecision:
    """The gap from one contender to another in Elo, with the half-width of its 95 % interval (None: unknown).

    `sure` says that the rank ranges tell the two apart. `settled` says that the gap also exceeds the band that holds at
    every look, as `deciding.decide` does. `more_votes` is the number of further rated votes on the whole board after
    which it would; None if it does, or without a forecast.
    """

    gap: float
    half_width: float | None
    sure: bool
    settled: bool
    more_votes: int | None


def decide_pair(
    model: PairModel, one: int, two: int, *, rated_votes: int | None, method: Method = METHOD
) -> PairDecision | None:
    """Decide between the contenders at two indices of a board's model; None if no votes connect them.

    Without `rated_votes`, whether it is settled and what is missing is left out, which takes a thousandth of the time.
    """
    if model.part[one] != model.part[two]:
        return None
    scale = method.elo_per_logit
    gap = model.strength[one] - model.strength[two]
    half, sure = model.find_half_width(one, two), model.is_sure(one, two)
    if not half or not model.effective or rated_votes is None:
        known = None if half is None else scale * half
        return PairDecision(scale * gap, known, sure, settled=False, more_votes=None)
    alpha, tuned = 1 - method.confidence, TUNED_TO_ELO / scale
    effective = min(model.effective[one], model.effective[two])
    if effective < LEAST_CLUSTERS:
        return PairDecision(scale * gap, scale * half, sure, settled=False, more_votes=None)
    se = half / t_quantile(alpha / 2, effective - 1)
    band = anytime_half_width(se, effective, alpha=alpha, tuned=tuned)
    settled = isfinite(band) and abs(gap) > band
    growth = None if settled else growth_to_decide(abs(gap), se, effective, alpha=alpha, tuned=tuned)
    more = None if growth is None else ceil((growth - 1) * rated_votes)
    return PairDecision(scale * gap, scale * half, sure, settled=settled, more_votes=more)
