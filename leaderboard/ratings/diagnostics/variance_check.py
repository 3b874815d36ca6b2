"""The pooled errors beside those from each contender's own clusters: what they rest on, and whether they agree."""

from dataclasses import dataclass, replace
from math import isnan, sqrt

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.lines import Estimates
from leaderboard.ratings.methods import estimate
from leaderboard.ratings.parameters import Method


@dataclass(frozen=True)
class VarianceLine:
    """Half-widths of a contender's interval in Elo: pooled, and from its own clusters; None where there is none.

    `between_voters` and `between_prompts` are this contender's own: where contenders are alike, those of the board.
    """

    contender: str
    pooled: float | None
    clustered: float | None
    between_voters: float | None
    between_prompts: float | None


@dataclass(frozen=True)
class VarianceCheck:
    """The variance components of a board, and both half-widths of each contender shown.

    `dispersion` is the variance of votes over that of coin tosses with the same chances. `between_voters` and
    `between_prompts` are how far a contender's strength differs from voter to voter and from prompt to prompt, as
    standard deviations in Elo; None where the method is not clustered by them.
    """

    dispersion: float
    between_voters: float | None
    between_prompts: float | None
    lines: tuple[VarianceLine, ...]

    def mean_half_widths(self) -> tuple[float, float] | None:
        """The mean of both over the contenders that have both, pooled first; None without any."""
        known = [(line.pooled, line.clustered) for line in self.lines if line.pooled and line.clustered]
        pooled, clustered = (sum(widths) / len(known) for widths in zip(*known, strict=True)) if known else (0.0, 0.0)
        return (pooled, clustered) if known else None


def check_variance(
    votes: VoteLog, estimates: Estimates, shown: NDArray[np.int64], method: Method
) -> VarianceCheck | None:
    """Compare the estimates with those of version 2; None for that version itself, or without a contender shown."""
    if estimates.pooled is None or not len(shown):
        return None
    clustered = estimate(votes, replace(method, version="2")).half_width[shown].tolist()
    pooled = estimates.half_width[shown].tolist()
    common = dict(zip(method.clusters, estimates.pooled.common, strict=True))
    differ = {name: method.elo_per_logit * sqrt(own.pooled) for name, own in common.items()}
    each = {name: (method.elo_per_logit * np.sqrt(own.each[shown])).tolist() for name, own in common.items()}
    return VarianceCheck(
        dispersion=estimates.pooled.dispersion,
        between_voters=differ.get("voter"),
        between_prompts=differ.get("prompt"),
        lines=tuple(
            VarianceLine(
                contender=votes.contenders[index],
                pooled=_known(pooled[place]),
                clustered=_known(clustered[place]),
                between_voters=each["voter"][place] if "voter" in each else None,
                between_prompts=each["prompt"][place] if "prompt" in each else None,
            )
            for place, index in enumerate(shown.tolist())
        ),
    )


def _known(half_width: float) -> float | None:
    return None if isnan(half_width) else half_width
