"""What a board would say if `both_bad` counted as a tie: shown for comparison, never published as a rating."""

from dataclasses import dataclass

import numpy as np

from leaderboard.ratings.columns.anchors import choose_anchors, relative_to
from leaderboard.ratings.columns.counting import count_outcomes, score_table, sum_records, weigh_votes
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.lines import rank_down
from leaderboard.ratings.parameters import METHOD, Method


@dataclass(frozen=True)
class Comparison:
    """One contender's Elo and rank as published, and with every `both_bad` as half a win for each side."""

    contender: str
    elo: float
    elo_as_ties: float
    rank: int
    rank_as_ties: int


@dataclass(frozen=True)
class FloorSensitivity:
    """Contenders shown, by rank as published, then label.

    Half wins for two bad images pull the contenders together, so spans shrink where floor rates are high.
    """

    lines: tuple[Comparison, ...]

    @property
    def moved(self) -> tuple[Comparison, ...]:
        """The lines whose two ranks differ."""
        return tuple(line for line in self.lines if line.rank != line.rank_as_ties)

    @property
    def spans(self) -> tuple[float, float]:
        """Highest minus lowest Elo as published and as ties; zeros on an empty board."""
        first, second = [line.elo for line in self.lines], [line.elo_as_ties for line in self.lines]
        return max(first, default=0.0) - min(first, default=0.0), max(second, default=0.0) - min(second, default=0.0)


def compare_floor(votes: VoteLog, method: Method = METHOD) -> FloorSensitivity:
    """Fit the board both ways around the same anchor set; contenders that are thin as published are left out."""
    votes = votes.compact()
    least = method.thresholds
    anchor, _ = choose_anchors(votes, method)
    shown = np.flatnonzero(sum_records(count_outcomes(votes)).rated >= least.thin_votes)
    elos, ranks = [], []
    for log in (votes, votes.count_both_bad_as_ties()):
        theta = fit_strengths(score_table(weigh_votes(log, method)[1]), prior_sd=method.prior_sd).theta
        elo = (method.elo_centre + method.elo_per_logit * relative_to(theta, anchor))[shown]
        elos.append(elo.tolist())
        ranks.append(rank_down(elo))
    names = [votes.contenders[index] for index in shown]
    lines = [Comparison(*line) for line in zip(names, *elos, *ranks, strict=True)]
    return FloorSensitivity(tuple(sorted(lines, key=lambda line: (line.rank, line.contender))))
