"""The front of the rating engine: `fit(votes, method)` returns a frozen board."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.board_errors import BoardErrors, state_errors
from leaderboard.ratings.columns.anchors import choose_anchors, relative_to
from leaderboard.ratings.columns.components import Connectivity, connect
from leaderboard.ratings.columns.counting import (
    Counts,
    Records,
    Table,
    count_outcomes,
    count_rated,
    find_cells,
    residual_table,
    score_table,
    sum_records,
    times_of,
    weigh_votes,
)
from leaderboard.ratings.columns.influence import find_official
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.bradley_terry import Strengths, fit_strengths, logistic
from leaderboard.ratings.fits.skills import Skills, fit_skills, skill_errors, state_skills
from leaderboard.ratings.fits.solving import solve
from leaderboard.ratings.lines import Estimates, write_lines
from leaderboard.ratings.parameters import METHOD, Method, Thresholds
from leaderboard.ratings.publishing import hash_lines
from leaderboard.ratings.results import BoardResult, ContenderResult, PositionEffect
from leaderboard.ratings.uncertainty.clusters import clustered_variance
from leaderboard.ratings.uncertainty.intervals import LEAST_CLUSTERS, cluster_quantiles
from leaderboard.ratings.uncertainty.pooling import Pooled, pool_spread
from leaderboard.ratings.uncertainty.spread import Dependence, Scores, Spread, find_dependence, measure_spread

__all__ = ["METHOD", "BoardResult", "ContenderResult", "Method", "Thresholds", "estimate", "fit", "fit_with_errors"]

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Rated:
    """A board's votes, each row's cell and its votes' weight (0: unrated), the weighted table, and the clusters."""

    votes: VoteLog
    cells: NDArray[np.integer]
    weights: Vector
    outcomes: Table
    dependence: Dependence

    def at_votes(self, table: Table) -> Vector:
        """The weighted entry of an [outcome, left, right] table, summed over each row's votes, float64[n_rows]."""
        return np.asarray(self.times * self.weights * table.ravel()[self.cells])

    @property
    def times(self) -> Vector:
        """How many votes each row stands for, float64[n_rows]."""
        return times_of(self.votes)


def fit(votes: VoteLog, method: Method = METHOD) -> BoardResult:
    """Rate one board from the given votes alone: Elo with intervals and rank ranges, and TrueSkill.

    The same votes and method give the same published result on any machine. An empty log gives an empty board.
    """
    return fit_with_errors(votes, method)[0]


def fit_with_errors(votes: VoteLog, method: Method = METHOD) -> tuple[BoardResult, BoardErrors]:
    """`fit`, and what is needed to weigh the board together with others."""
    votes = votes.compact()
    if method.anchors == "epoch" or not method.pools:
        # An epoch begins with a vote, and version 2 looks at each of them.
        votes = votes.expand()
    rated = _weigh(votes, method)
    anchor, anchored_at = choose_anchors(votes, method)
    estimates = _estimate(rated, anchor, method)
    lines = write_lines(votes.contenders, estimates, method)
    result = BoardResult(
        method=method,
        contenders=lines,
        votes=votes.count,
        voters=len(votes.voters),
        anchor=tuple(votes.contenders[index] for index in np.flatnonzero(anchor)),
        anchored_at=anchored_at,
        position_effect=_fit_position(rated, method),
        input_hash=votes.input_hash(compacted=True),
        output_hash=hash_lines(lines),
    )
    return result, state_errors(votes.contenders, estimates, method)


def estimate(votes: VoteLog, method: Method = METHOD) -> Estimates:
    """The estimates behind `fit`, as arrays in the order of the log's contenders; every contender must have a vote."""
    return _estimate(_weigh(votes, method), choose_anchors(votes, method)[0], method)


def _weigh(votes: VoteLog, method: Method) -> _Rated:
    weights, outcomes = weigh_votes(votes, method)
    return _Rated(votes, find_cells(votes), weights, outcomes, find_dependence(votes, weights, method.clusters))


def _estimate(rated: _Rated, anchor: Mask, method: Method) -> Estimates:
    counts = count_outcomes(rated.votes)
    connectivity = connect(counts)
    strengths = fit_strengths(score_table(rated.outcomes), prior_sd=method.prior_sd)
    scale = method.elo_per_logit
    pooled = _pool(rated, strengths, connectivity, method) if method.pools else None
    if pooled:
        spread, effective, skills = pooled.spread, pooled.effective, _widen_skills(rated, pooled, anchor, method)
    else:
        spread, effective = _spread_strengths(rated, strengths, connectivity, method), rated.dependence.effective
        skills = _rate_skills(rated, connectivity, anchor, method)
    se = scale * spread.from_anchor(anchor)
    records = sum_records(counts)
    sure_votes, sure_voters = _count_sure(rated, records, method)
    return Estimates(
        elo=method.elo_centre + scale * relative_to(strengths.theta, anchor),
        se=se,
        half_width=se * cluster_quantiles(effective, tail=(1 - method.confidence) / 2),
        theta=strengths.theta,
        gap_se=spread.between(),
        effective=effective,
        pooled=pooled,
        skills=skills,
        records=records,
        dependence=rated.dependence,
        connectivity=connectivity,
        sure_votes=sure_votes,
        sure_voters=sure_voters,
    )


def _count_sure(rated: _Rated, records: Records, method: Method) -> tuple[Counts, Counts]:
    """Each contender's rated votes on which a rank may be claimed, and their voters, int64[n] each."""
    official = find_official(rated.votes, method.influence)
    if method.limits and not official.all():
        return count_rated(rated.votes.select(official))
    return records.rated, rated.dependence.voters.rated


def _spread_strengths(rated: _Rated, strengths: Strengths, connectivity: Connectivity, method: Method) -> Spread:
    """Method version 2: each contender's error from its own clusters alone."""
    chance = logistic(strengths.theta[:, None] - strengths.theta[None, :])
    residual = residual_table(chance)
    spread = np.broadcast_to(chance * (1 - chance), residual.shape)
    return _measure(rated, residual, spread, strengths.information, method.prior_sd, connectivity)


def _pool(rated: _Rated, strengths: Strengths, connectivity: Connectivity, method: Method) -> Pooled:
    chance = logistic(strengths.theta[:, None] - strengths.theta[None, :])
    residual = residual_table(chance)
    information = np.broadcast_to(chance * (1 - chance), residual.shape)
    prior = np.eye(len(chance)) * method.prior_sd**-2
    return pool_spread(
        rated.dependence,
        Scores(rated.at_votes(residual), rated.at_votes(information), strengths.information + prior, prior),
        left=rated.votes.left,
        right=rated.votes.right,
        weights=rated.weights,
        times=rated.times,
        separated=connectivity.separated,
    )


def _widen_skills(rated: _Rated, pooled: Pooled, anchor: Mask, method: Method) -> Skills:
    """Skills with the model's own errors, widened as those of the strengths are by what votes have in common."""
    fitted = fit_skills(rated.outcomes, method)
    # Votes may scatter more than this model expects. That they scatter less is no reason for a smaller sigma.
    expected = float(np.sum(rated.outcomes * fitted.curvature))
    misfit = max(1.0, float(np.sum(rated.outcomes * fitted.slope**2)) / expected) if expected > 0 else 1.0
    alone = pooled.by_votes.from_anchor(anchor)
    ratio = np.divide(pooled.spread.from_anchor(anchor), alone, out=np.ones(len(alone)), where=alone > 0)
    model = skill_errors(fitted, anchor) * np.sqrt(misfit * _inflate(rated))
    return state_skills(fitted, anchor=anchor, spread=model * ratio, effective=pooled.effective, method=method)


def _inflate(rated: _Rated) -> Vector | float:
    """How much larger uneven weights make the variance of each contender's skill, float64[n]: Σ w² / Σ w (Kish).

    The model takes a vote of weight w for w votes. Weights are relative to their mean; equal ones change nothing.
    """
    if not np.any(rated.votes.weight != 1.0):
        return 1.0
    sides, n = np.concatenate([rated.votes.left, rated.votes.right]), len(rated.votes.contenders)
    total, squares = (np.bincount(sides, np.tile(rated.times * rated.weights**power, 2), n) for power in (1, 2))
    mean = float(rated.times @ rated.weights) / max(1.0, float(rated.times @ (rated.weights > 0)))
    return np.asarray(np.divide(squares, total * mean, out=np.ones(n), where=total > 0))


def _rate_skills(rated: _Rated, connectivity: Connectivity, anchor: Mask, method: Method) -> Skills:
    """Method version 2: skills with errors from each contender's own clusters."""
    fitted = fit_skills(rated.outcomes, method)
    information = fitted.total - np.eye(len(fitted.mode)) * method.sigma0**-2
    spread = _measure(rated, fitted.slope, fitted.curvature, information, method.sigma0, connectivity)
    return state_skills(
        fitted, anchor=anchor, spread=spread.from_anchor(anchor), effective=rated.dependence.effective, method=method
    )


def _measure(
    rated: _Rated, residual: Table, curvature: Table, information: Table, prior_sd: float, connectivity: Connectivity
) -> Spread:
    """The spread of a fit with these derivatives per vote, float64[4, n, n], and the prior N(0, prior_sd²).

    Two terms are added to the clustered meat. The mean square of the prior's gradient keeps a variance positive where
    residuals vanish, for example when all votes are ties. The model's information on `separated` contenders makes up
    for their small residuals, which come from never losing (or never winning), not from being well known.
    """
    prior = np.eye(len(information)) * prior_sd**-2
    alone = np.outer(connectivity.separated, connectivity.separated) * information
    scores = Scores(rated.at_votes(residual), rated.at_votes(curvature), information + prior, prior + alone)
    return measure_spread(rated.dependence, scores)


def _fit_position(rated: _Rated, method: Method) -> PositionEffect | None:
    """The side bias, fitted jointly with the strengths; None without a rated vote."""
    if not rated.weights.any():
        return None
    strengths = fit_strengths(score_table(rated.outcomes), prior_sd=method.prior_sd, with_side=True)
    if rated.dependence.board_effective < LEAST_CLUSTERS:
        return PositionEffect(strengths.side, None)
    chance = logistic(strengths.theta[:, None] - strengths.theta[None, :] + strengths.side)
    row = solve(strengths.total, np.append(np.zeros(len(strengths.theta)), 1.0))
    moves = rated.at_votes(residual_table(chance) * (row[:-1, None] - row[None, :-1] + row[-1]))
    if not rated.dependence.clustered:
        moves /= np.sqrt(rated.times)
    by = [clustered_variance(one.clusters, moves, one.counts) for one in rated.dependence.either]
    both = rated.dependence.both
    if both is not None:
        by.append(sum(by) - clustered_variance(both.clusters, moves, both.counts))
    return PositionEffect(strengths.side, float(np.sqrt(max(by) + row @ row * method.prior_sd**-2)))
