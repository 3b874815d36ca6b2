"""Which contenders moved between two logs of one board that share votes, and which only seem to have moved.

The two estimates share votes, so their errors are correlated, and the error of the change is not that of two
independent estimates. When a cluster leaves both logs, the change loses what the later estimate loses minus what the
earlier one loses. The covariance is made from these differences, as `spread` makes it from the losses of one fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.boards import limit_within
from leaderboard.ratings.columns.anchors import choose_anchors, relative_to
from leaderboard.ratings.columns.components import connect
from leaderboard.ratings.columns.counting import find_cells, residual_table, score_table, weigh_votes
from leaderboard.ratings.columns.influence import find_counted
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.bradley_terry import fit_strengths, logistic
from leaderboard.ratings.parameters import METHOD, Cluster, Method
from leaderboard.ratings.publishing import round_published
from leaderboard.ratings.uncertainty.clusters import (
    Clusters,
    count_clusters,
    outer_differences,
    split_clusters,
    sum_pairs,
)
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles
from leaderboard.ratings.uncertainty.spread import Rows, Spread, heavy_rows, invert_centred, lose_cluster

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Move:
    """A contender's change of Elo; `moved` says whether it is more than chance, None where that is not known.

    Where it moved, `low` and `high` bound the change, for all contenders compared at once.
    """

    change: float
    moved: bool | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Changes:
    """Per contender of a log, float64[n]: the change and its standard error in Elo, and its effective clusters.

    `effective` is 0 where nothing can be said.
    """

    change: Vector
    se: Vector
    effective: Vector


@dataclass(frozen=True, eq=False)
class _Fit:
    """One of the two fits, over the contenders of both logs: the estimates, and their derivatives per vote.

    `weights` are per vote, 0 where the vote is not in the log. `residual` and `information`, float64[4 * n * n], are
    looked up by the vote's cell (`find_cells`), since that takes less memory. `rated` counts the rated votes of a
    contender. `total` is the negative Hessian, `inverse` its inverse by `invert_centred`. `separated` is that of
    `Connectivity`; `flagged` adds the disconnected contenders, bool[n].
    """

    cells: NDArray[np.integer]
    theta: Vector
    weights: Vector
    residual: Vector
    information: Vector
    total: Matrix
    inverse: Matrix
    rated: NDArray[np.int64]
    separated: Mask
    flagged: Mask

    def residuals(self) -> Vector:
        """The weighted residual of each vote, float64[n_votes]."""
        return np.asarray(self.weights * self.residual[self.cells])

    def informations(self) -> Vector:
        """The weighted information of each vote, float64[n_votes]."""
        return np.asarray(self.weights * self.information[self.cells])

    def lose(self, cluster: Rows, residual: Vector, information: Vector) -> Vector:
        """The loss of the estimates, float64[n], when a cluster leaves, by one Newton step.

        `residual` and `information` are per vote, float64[n_votes].
        """
        rows, left, right = cluster
        return lose_cluster(left, right, residual[rows], information[rows], total=self.total, inverse=self.inverse)


@dataclass(frozen=True, eq=False)
class _Pair:
    """The votes of both logs, the fits of both, and whether a vote is in one log only, bool[n_votes].

    `last` holds the votes by the last of the method's clusters, since this grouping is used most.
    """

    votes: VoteLog
    one: _Fit
    two: _Fit
    differ: Mask
    last: Clusters


def find_moves(votes: VoteLog, *, earlier: Mask, later: Mask, method: Method = METHOD) -> dict[str, Move]:
    """Which contenders moved, by label: all that both logs show with numbers.

    `votes` are the votes of both logs, in ledger order; `earlier` and `later`, bool[n_votes], say which log holds each.
    The method limits the influence of voters on each log by itself.
    A change is the difference of two Elo numbers, each relative to its own log's anchors. If in truth nobody moved, the
    probability that any contender is said to have moved is at most 1 - `method.confidence` (Bonferroni).

    `moved` is None for a contender that is flagged in either log, or whose differing votes or earlier votes come from
    fewer than two effective voters or prompts. It is None for all contenders where the logs differ in their anchors.
    Where no vote differs, nobody moved.
    """
    votes, earlier, later = _keep_counted(votes, earlier, later, method)
    pair = _pair(votes, earlier, later, method)
    before, after = _find_anchors(votes, earlier, later, method)
    shown = np.flatnonzero(np.minimum(pair.one.rated, pair.two.rated) >= max(1, method.thresholds.thin_votes))
    change = _change(pair, before, after, method)[shown]
    known = np.array_equal(before, after)
    half = _half_widths(pair, shown, change, after, method) if known else np.full(len(shown), np.nan)
    return {
        votes.contenders[index]: _judge(moved, width)
        for index, moved, width in zip(shown.tolist(), change.tolist(), half.tolist(), strict=True)
    }


def _half_widths(pair: _Pair, shown: Places, change: Vector, anchor: Mask, method: Method) -> Vector:
    """How large each change may be by chance, in Elo; a lower bound where that already shows that nobody moved."""
    if not len(shown) or not pair.differ.any():
        return np.zeros(len(shown))
    tail = (1 - method.confidence) / 2 / len(shown)
    quantile = cluster_quantiles(_effective(pair, method)[shown], tail=tail)
    # One grouping alone gives a lower bound of the error. If no change exceeds it, the other groupings are not needed.
    half = quantile * _errors(pair, anchor, replace(method, clusters=method.clusters[-1:]))[shown]
    if len(method.clusters) > 1 and np.any(np.abs(change) > half):
        half = quantile * _errors(pair, anchor, method)[shown]
    return np.asarray(half)


def measure_changes(votes: VoteLog, *, earlier: Mask, later: Mask, method: Method = METHOD) -> Changes:
    """Every change with its standard error, by all groupings, in the order of the log's contenders."""
    votes, earlier, later = _keep_counted(votes, earlier, later, method)
    pair = _pair(votes, earlier, later, method)
    before, after = _find_anchors(votes, earlier, later, method)
    return Changes(_change(pair, before, after, method), _errors(pair, after, method), _effective(pair, method))


def _judge(change: float, half: float) -> Move:
    published = round_published(change)
    if isnan(half):
        return Move(published, None)
    if abs(change) <= half:
        return Move(published, moved=False)
    return Move(published, moved=True, low=round_published(change - half), high=round_published(change + half))


def _keep_counted(votes: VoteLog, earlier: Mask, later: Mask, method: Method) -> tuple[VoteLog, Mask, Mask]:
    if not method.limits:
        return votes, earlier, later
    counted = find_counted(votes, method.influence)
    return votes.select(counted), earlier[counted], later[counted]


def _pair(votes: VoteLog, earlier: Mask, later: Mask, method: Method) -> _Pair:
    cells = find_cells(votes)
    one, two = _fit(votes, cells, earlier, method), _fit(votes, cells, later, method)
    (last,) = _either(votes, method.clusters[-1:])
    return _Pair(votes, one, two, (one.weights > 0) != (two.weights > 0), last)


def _change(pair: _Pair, before: Mask, after: Mask, method: Method) -> Vector:
    change = relative_to(pair.two.theta, after) - relative_to(pair.one.theta, before)
    return np.asarray(method.elo_per_logit * change)


def _errors(pair: _Pair, anchor: Mask, method: Method) -> Vector:
    """Standard errors of the changes, in Elo, float64[n]."""
    return np.asarray(method.elo_per_logit * _spread(pair, method).from_anchor(anchor))


def _fit(votes: VoteLog, cells: NDArray[np.integer], own: Mask, method: Method) -> _Fit:
    weights, outcomes = weigh_votes(limit_within(votes, own, method), method)
    strengths = fit_strengths(score_table(outcomes), prior_sd=method.prior_sd)
    chance = logistic(strengths.theta[:, None] - strengths.theta[None, :])
    residual = residual_table(chance)
    n, rated = len(votes.contenders), weights > 0
    connectivity = connect((outcomes > 0).astype(np.int64))
    total = strengths.information + np.eye(n) * method.prior_sd**-2
    return _Fit(
        cells=cells,
        theta=strengths.theta,
        weights=weights,
        residual=residual.ravel(),
        information=np.broadcast_to(chance * (1 - chance), residual.shape).ravel(),
        total=total,
        inverse=invert_centred(total),
        rated=(np.bincount(votes.left, rated, n) + np.bincount(votes.right, rated, n)).astype(np.int64),
        separated=connectivity.separated,
        flagged=connectivity.separated | connectivity.disconnected,
    )


def _find_anchors(votes: VoteLog, earlier: Mask, later: Mask, method: Method) -> tuple[Mask, Mask]:
    """The anchors of each log, bool[n]."""
    anchor, since = _anchor(votes, later, method)
    if since is not None and not np.any((earlier != later) & (votes.position <= since)):
        # Up to that position the logs are the same, and later votes do not change the anchors.
        return anchor, anchor
    return _anchor(votes, earlier, method)[0], anchor


def _anchor(votes: VoteLog, own: Mask, method: Method) -> tuple[Mask, int | None]:
    return choose_anchors(votes if own.all() else votes.select(own), method)


def _either(votes: VoteLog, names: tuple[Cluster, ...]) -> Iterator[Clusters]:
    """The votes grouped by each of the clusters, or each vote alone; yielded one at a time, since they are large."""
    ids: list[NDArray[np.integer]] = [votes.voter if name == "voter" else votes.prompt for name in names]
    return (split_clusters(votes, own) for own in ids or [np.arange(len(votes))])


def _groupings(pair: _Pair, method: Method) -> Iterator[Clusters]:
    """The pair's votes by each of the method's clusters, or each vote alone."""
    if len(method.clusters) > 1:
        yield from _either(pair.votes, method.clusters[:-1])
    yield pair.last


def _effective(pair: _Pair, method: Method) -> Vector:
    """The fewest effective clusters behind each contender, among the differing votes or the earlier ones, float64[n].

    Either may make most of the error: few new votes, or a small earlier log. 0 for a flagged contender.
    """
    n, changed = len(pair.votes.contenders), pair.votes.select(pair.differ)
    alike = np.ones(len(changed))
    counted = [count_clusters(clusters, alike, n).effective for clusters in _either(changed, method.clusters)]
    counted += [count_clusters(clusters, pair.one.weights, n).effective for clusters in _groupings(pair, method)]
    return np.where(pair.one.flagged | pair.two.flagged, 0.0, np.min(counted, axis=0))


def _spread(pair: _Pair, method: Method) -> Spread:
    """The covariances of `two.theta - one.theta`, by each grouping alone and by both."""
    votes = pair.votes
    covariances = [_leave_out(clusters, pair.one, pair.two) for clusters in _groupings(pair, method)]
    if len(covariances) > 1:
        both = split_clusters(votes, votes.voter.astype(np.int64) * len(votes.prompts) + votes.prompt)
        covariances.append(covariances[0] + covariances[1] - _leave_out(both, pair.one, pair.two, exact=False))
    floor = _floor(pair, method)
    return Spread(np.stack([covariance + floor for covariance in covariances]))


def _floor(pair: _Pair, method: Method) -> Matrix:
    """The floor in `methods` for a change: the prior's gradient, and the information on separated contenders.

    Votes that both logs share change the estimates by the difference of the inverses only.
    """
    votes, one, two = pair.votes, pair.one, pair.two
    difference = two.inverse - one.inverse
    floor = difference @ difference * method.prior_sd**-2
    separated = one.separated | two.separated
    if separated.any():
        n, alone = len(separated), np.outer(separated, separated)
        earlier, later = one.weights > 0, two.weights > 0
        parts = (
            (earlier & later, two, difference),
            (later & ~earlier, two, two.inverse),
            (earlier & ~later, one, one.inverse),
        )
        for rows, fit, inverse in parts:
            pairs = sum_pairs(votes.left[rows], votes.right[rows], fit.informations()[rows], n)
            floor += inverse @ (alone * outer_differences(pairs)) @ inverse
    return floor


def _leave_out(clusters: Clusters, one: _Fit, two: _Fit, *, exact: bool = True) -> Matrix:
    """Σ_g d_g d_g', float64[n, n], with d_g what the change of the estimates loses when cluster g leaves both logs.

    Each fit loses H⁻¹ s_g, or (H - H_g)⁻¹ s_g where the cluster is heavy; squares are scaled as in `spread`.
    """
    n = len(one.theta)
    groups = len(clusters.singles.rows) + sum(block.clusters for block in clusters.blocks)
    if groups < 2:
        return np.zeros((n, n))
    later, earlier = two.residuals(), one.residuals()
    changes = _lose_heavy(clusters, one, two, later, earlier) if exact else np.zeros((0, n))
    own, cross, other = _meats(clusters, later, earlier, n)
    mixed = two.inverse @ cross @ one.inverse
    light = two.inverse @ own @ two.inverse + one.inverse @ other @ one.inverse - mixed - mixed.T
    return np.asarray(light * (groups / (groups - 1)) + changes.T @ changes * (1 - 1 / groups))


def _meats(clusters: Clusters, later: Vector, earlier: Vector, n: int) -> tuple[Matrix, Matrix, Matrix]:
    """Σ_g s_g s_g', float64[n, n]: later scores with later ones, later with earlier, earlier with earlier."""
    singles = clusters.singles
    pairs = ((later, later), (later, earlier), (earlier, earlier))
    meats = [
        outer_differences(sum_pairs(singles.left, singles.right, row[singles.rows] * column[singles.rows], n))
        for row, column in pairs
    ]
    for block in clusters.blocks:
        after, before = (block.sum_sides(values, -values, n) for values in (later[block.rows], earlier[block.rows]))
        for meat, row, column in zip(meats, (after, after, before), (after, before, before), strict=True):
            meat += row.T @ column
    return meats[0], meats[1], meats[2]


def _lose_heavy(clusters: Clusters, one: _Fit, two: _Fit, later: Vector, earlier: Vector) -> Matrix:
    """What the change loses with each cluster that is heavy in both fits together, float64[clusters, n].

    The residuals of these clusters in `later` and `earlier`, float64[n_votes], are set to zero.
    """
    after, before = two.informations(), one.informations()
    heavy = heavy_rows(clusters, after + before, np.diagonal(one.total + two.total))
    changes = np.zeros((len(heavy), len(one.theta)))
    for index, cluster in enumerate(heavy):
        changes[index] = two.lose(cluster, later, after) - one.lose(cluster, earlier, before)
        later[cluster[0]] = earlier[cluster[0]] = 0.0
    return changes
