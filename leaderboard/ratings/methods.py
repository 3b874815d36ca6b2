"""The seam of the rating engine: `fit(votes, method)` gives a frozen board."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.anchors import find_anchors
from leaderboard.ratings.bradley_terry import Strengths, fit_strengths, logistic
from leaderboard.ratings.clusters import Block, VoterCounts, clustered_meat, count_voters, split_by_voter
from leaderboard.ratings.components import connect
from leaderboard.ratings.counting import (
    Counts,
    Table,
    category_weights,
    count_outcomes,
    left_points,
    score_table,
    sum_records,
)
from leaderboard.ratings.intervals import LEAST_VOTERS, anchor_contrasts, sandwich, t_quantiles
from leaderboard.ratings.lines import Estimates, write_lines
from leaderboard.ratings.parameters import METHOD, Method, Thresholds
from leaderboard.ratings.publishing import hash_lines
from leaderboard.ratings.results import BoardResult, ContenderResult, PositionEffect
from leaderboard.ratings.sequential_trueskill import Skills, replay
from leaderboard.ratings.votelog import BOTH_BAD, VoteLog

__all__ = ["METHOD", "BoardResult", "ContenderResult", "Method", "PositionEffect", "Thresholds", "fit"]

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Rated:
    """The votes, the weight of each in Elo (0: it does not enter), and the tables made from them."""

    votes: VoteLog
    weights: Vector
    points: Table
    blocks: tuple[Block, ...]
    voters: VoterCounts


def fit(votes: VoteLog, method: Method = METHOD) -> BoardResult:
    """Rate one board: Elo with intervals and rank ranges, and TrueSkill, from all the votes given and nothing else.

    The same votes and method give the same published result on any machine. An empty log gives an empty board.
    """
    votes = votes.compact()
    counts = count_outcomes(votes)
    rated = _weigh(votes, method)
    anchor, anchored_at = find_anchors(
        votes,
        least_votes=method.thresholds.established_votes,
        least_voters=method.thresholds.established_voters,
    )
    lines = write_lines(votes.contenders, _estimate(rated, counts, anchor, method), method)
    return BoardResult(
        method=method,
        contenders=lines,
        votes=len(votes),
        voters=len(votes.voters),
        anchor=tuple(votes.contenders[index] for index in np.flatnonzero(anchor)),
        anchored_at=anchored_at,
        position_effect=_fit_position(rated, method),
        input_hash=votes.input_hash(),
        output_hash=hash_lines(lines),
    )


def _weigh(votes: VoteLog, method: Method) -> _Rated:
    enters = (votes.outcome != BOTH_BAD) & (votes.weight > 0)
    rated = votes.select(enters)
    by_category = category_weights(rated) if method.equal_category_weights else np.ones(len(votes.categories))
    weights = np.where(enters, votes.weight * by_category[votes.category], 0.0)
    blocks = split_by_voter(votes)
    return _Rated(
        votes, weights, score_table(rated, by_category), blocks, count_voters(blocks, weights, len(votes.contenders))
    )


def _estimate(rated: _Rated, counts: Counts, anchor: NDArray[np.bool_], method: Method) -> Estimates:
    connectivity = connect(counts)
    strengths = fit_strengths(rated.points, prior_sd=method.prior_sd)
    covariance = sandwich(
        strengths,
        clustered_meat(rated.blocks, _residuals(rated, strengths), rated.voters),
        prior_sd=method.prior_sd,
        separated=connectivity.separated,
    )
    scale = method.elo_scale / np.log(10)
    centre = np.mean(strengths.theta, where=anchor) if anchor.any() else 0.0
    se = scale * anchor_contrasts(covariance, anchor)
    return Estimates(
        elo=method.elo_centre + scale * (strengths.theta - centre),
        se=se,
        half_width=se * t_quantiles(rated.voters.effective, tail=(1 - method.confidence) / 2),
        theta=strengths.theta,
        covariance=covariance,
        skills=_replay(rated.votes, method),
        records=sum_records(counts),
        voters=rated.voters,
        connectivity=connectivity,
    )


def _residuals(rated: _Rated, strengths: Strengths) -> Vector:
    """Weighted residual of the left side's points, float64[n_votes]; zero where the vote does not enter."""
    gap = strengths.theta[rated.votes.left] - strengths.theta[rated.votes.right] + strengths.side
    return rated.weights * (left_points(rated.votes.outcome) - logistic(gap))


def _replay(votes: VoteLog, method: Method) -> Skills:
    return replay(
        votes,
        mu0=method.mu0,
        sigma0=method.sigma0,
        beta=method.beta,
        tau=method.tau,
        draw_probability=method.draw_probability,
    )


def _fit_position(rated: _Rated, method: Method) -> PositionEffect | None:
    """The side bias of a joint fit with the strengths; None without a rated vote."""
    if not rated.weights.any():
        return None
    strengths = fit_strengths(rated.points, prior_sd=method.prior_sd, with_side=True)
    if rated.voters.board_effective < LEAST_VOTERS:
        return PositionEffect(strengths.side, None)
    meat = clustered_meat(rated.blocks, _residuals(rated, strengths), rated.voters)
    row = strengths.inverse[-1]
    return PositionEffect(strengths.side, float(np.sqrt(row @ (meat @ row) + row @ row * method.prior_sd**-2)))
