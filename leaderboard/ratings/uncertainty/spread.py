"""Covariances of estimates, clustered by voter and by prompt, with a jackknife of heavy clusters.

Cameron, Gelbach and Miller, "Robust Inference With Multiway Clustering" (2011); MacKinnon, Nielsen and Webb, "Fast and
reliable jackknife and bootstrap methods for cluster-robust inference" (2023) for the one-step jackknife (CR3).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import times_of
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.parameters import Cluster
from leaderboard.ratings.uncertainty.clusters import (
    ClusterCounts,
    Clusters,
    count_clusters,
    outer_differences,
    split_clusters,
    sum_pairs,
)

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
# Some votes: their row numbers, left and right contenders.
Rows = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]

# A cluster with more than this share of any contender's weight is jackknifed: it pulls the fit, which hides part of its
# residual.
_HEAVY = 0.02
# At most this many clusters, the heaviest, are jackknifed: each costs one linear solve.
_MOST_HEAVY = 64
_DIGITS = 9


@dataclass(frozen=True, eq=False)
class Grouping:
    """The votes grouped in one way, and how many groups there are."""

    clusters: Clusters
    counts: ClusterCounts


@dataclass(frozen=True, eq=False)
class Dependence:
    """The groupings of one board's votes by which its intervals are clustered.

    `either` holds one grouping for each of the method's clusters; `both` groups by their intersection when there are
    two, and is None otherwise. `voters` and `prompts` are counted whatever the method clusters by.
    """

    voters: ClusterCounts
    prompts: ClusterCounts
    either: tuple[Grouping, ...]
    both: Grouping | None

    @property
    def clustered(self) -> bool:
        """Whether votes are grouped at all; if not, `either` holds every vote alone."""
        return self.either[0].counts in (self.voters, self.prompts)

    @property
    def effective(self) -> Vector:
        """Effective clusters behind each contender: the fewest over the groupings, float64[n]."""
        return np.asarray(np.min([grouping.counts.effective for grouping in self.either], axis=0))

    @property
    def board_effective(self) -> float:
        """Effective clusters behind the whole board: the fewest over the groupings."""
        return min(grouping.counts.board_effective for grouping in self.either)


@dataclass(frozen=True, eq=False)
class Spread:
    """Covariances of one set of estimates, float64[k, n, n]; a variance is the largest of the k.

    A two-way variance can by chance be smaller than a one-way one, even negative. Taking the largest prevents this.
    """

    covariances: Matrix

    def from_anchor(self, anchor: NDArray[np.bool_]) -> Vector:
        """Standard error of each estimate minus the anchor set's mean, float64[n]."""
        share = anchor / max(1, int(np.count_nonzero(anchor)))
        across = self.covariances @ share
        variances = np.diagonal(self.covariances, axis1=1, axis2=2) - 2 * across + (across @ share)[:, None]
        return np.asarray(np.sqrt(np.maximum(variances.max(axis=0), 0.0)))

    def between(self) -> Matrix:
        """Standard error of the gap between any two estimates, float64[n, n]."""
        diagonal = np.diagonal(self.covariances, axis1=1, axis2=2)
        variances = diagonal[:, :, None] + diagonal[:, None, :] - 2 * self.covariances
        return np.asarray(np.sqrt(np.maximum(variances.max(axis=0), 0.0)))


def find_dependence(votes: VoteLog, weights: Vector, clusters: tuple[Cluster, ...]) -> Dependence:
    """Group the votes by each of `clusters`; without any, each vote is its own group.

    `weights`, float64[n_rows], are those of each row's votes, zero for unrated ones.
    """
    n, times = len(votes.contenders), times_of(votes)

    def group(ids: NDArray[np.integer]) -> Grouping:
        split = split_clusters(votes, ids)
        return Grouping(split, count_clusters(split, times * weights, n))

    known = {"voter": group(votes.voter), "prompt": group(votes.prompt)}
    either = tuple(known[name] for name in clusters)
    if not either:
        lone = split_clusters(votes, np.arange(len(votes)))
        either = (Grouping(lone, count_clusters(lone, weights, n, alone_times=times)),)
    both = group(votes.voter.astype(np.int64) * len(votes.prompts) + votes.prompt) if len(clusters) > 1 else None
    return Dependence(known["voter"].counts, known["prompt"].counts, either, both)


@dataclass(frozen=True, eq=False)
class Scores:
    """A fit's derivatives: the weighted residual and information of each vote, float64[n_votes], and totals.

    A vote adds its residual to the left contender's gradient and subtracts it from the right's; its information is that
    of the gap. `total` is the whole negative Hessian, `floor` is added to every meat, float64[n, n] each.
    """

    residual: Vector
    information: Vector
    total: Matrix
    floor: Matrix


def measure_spread(dependence: Dependence, scores: Scores) -> Spread:
    """Covariances by each grouping alone and, for two, the two-way one: one plus the other minus their intersection."""
    inverse = invert_centred(scores.total)
    floor = inverse @ scores.floor @ inverse
    alone = [_leave_out(grouping, scores, inverse) for grouping in dependence.either]
    if dependence.both is not None:
        alone.append(alone[0] + alone[1] - _leave_out(dependence.both, scores, inverse, exact=False))
    return Spread(np.stack([covariance + floor for covariance in alone]))


def invert_centred(total: Matrix) -> Matrix:
    """The inverse without the variance of the common level of all estimates, which only the prior determines.

    No gap changes. Under a weak prior that variance is so large that gaps would lose digits. Beside very many votes
    the prior may vanish from `total` by rounding; then there is no other inverse than this one.
    """
    try:
        inverse = np.asarray(np.linalg.inv(total), dtype=np.float64)
    except np.linalg.LinAlgError:
        inverse = np.asarray(np.linalg.pinv(total, hermitian=True), dtype=np.float64)
    n = max(1, len(inverse))
    rows = inverse.sum(axis=1) / n
    return np.asarray(inverse - rows[:, None] - rows[None, :] + rows.sum() / n)


def _leave_out(grouping: Grouping, scores: Scores, inverse: Matrix, *, exact: bool = True) -> Matrix:
    """Σ_g d_g d_g' with d_g the change of the estimates when cluster g leaves, by one Newton step.

    A light cluster's change is taken as H⁻¹ s_g. A heavy one's is (H - H_g)⁻¹ s_g, unless `exact` is off. The squares
    of the first are scaled by G/(G-1) (CR1), those of the second by (G-1)/G (CR3). Zeros with fewer than two clusters.
    """
    n, groups, split = len(inverse), grouping.counts.board, grouping.clusters
    if groups < 2:
        return np.zeros((n, n))
    heavy = heavy_rows(split, scores.information, np.diagonal(scores.total)) if exact else []
    changes = np.zeros((len(heavy), n))
    light = scores.residual.copy() if heavy else scores.residual
    for index, (rows, left, right) in enumerate(heavy):
        changes[index] = lose_cluster(
            left, right, scores.residual[rows], scores.information[rows], total=scores.total, inverse=inverse
        )
        light[rows] = 0.0
    meat = outer_differences(sum_pairs(split.singles.left, split.singles.right, light[split.singles.rows] ** 2, n))
    for block in split.blocks:
        meat += block.sum_squares(light[block.rows], n)
    return np.asarray(inverse @ meat @ inverse * (groups / (groups - 1)) + changes.T @ changes * (1 - 1 / groups))


def lose_cluster(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    residual: Vector,
    information: Vector,
    *,
    total: Matrix,
    inverse: Matrix,
) -> Vector:
    """(H - H_g)⁻¹ s_g, float64[n]: the loss of the estimates, by one Newton step, when a cluster of these votes leaves.

    `total` is H, `inverse` its inverse as `invert_centred` gives it.
    """
    met = np.zeros(len(total), dtype=bool)
    met[left] = met[right] = True
    own, places = np.flatnonzero(met), np.cumsum(met) - 1
    one, two, n = places[left], places[right], len(own)
    pull = np.bincount(one, residual, n) - np.bincount(two, residual, n)
    loss = outer_differences(sum_pairs(one, two, information, n))
    if n == len(total):
        return np.asarray(np.linalg.solve(total - loss, pull))
    # By Woodbury's identity only the contenders that the cluster met enter the system.
    weights = np.linalg.solve(np.eye(n) - loss @ inverse[own[:, None], own], pull)
    return np.asarray(inverse[:, own] @ weights)


def heavy_rows(clusters: Clusters, information: Vector, total: Vector) -> list[Rows]:
    """Rows, left and right contenders of each cluster with too large a share of some contender's information.

    `information` is each vote's, float64[n_votes], `total` each contender's, float64[n]. Too large is more than
    `_HEAVY`; of more than `_MOST_HEAVY` such clusters, only the heaviest are returned.
    """
    singles, blocks = clusters.singles, clusters.blocks
    alone = information[singles.rows]
    # Rounded, so that which of equal shares are among the heaviest does not depend on their last bits, and so on the
    # order or the names of anything.
    shares = [np.round(block.largest_shares(information[block.rows], total), _DIGITS) for block in blocks]
    single_shares = np.round(alone / np.minimum(total[singles.left], total[singles.right]), _DIGITS)
    every = np.concatenate([single_shares, *shares])
    last = len(every) - _MOST_HEAVY - 1
    bar = max(_HEAVY, float(np.partition(every, last)[last]) if last >= 0 else 0.0)
    chosen = np.flatnonzero(single_shares > bar)
    heavy = [(singles.rows[[at]], singles.left[[at]], singles.right[[at]]) for at in chosen.tolist()]
    for block, share in zip(blocks, shares, strict=True):
        for cluster in np.flatnonzero(share > bar).tolist():
            start, stop = np.searchsorted(block.cluster, [cluster, cluster + 1]).tolist()
            heavy.append((block.rows[start:stop], block.left[start:stop], block.right[start:stop]))
    return heavy
