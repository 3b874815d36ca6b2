"""How the votes lie in their clusters: what a spread of tastes or of images comes to in the errors of a fit.

A vote k between i and j has the score r_k c_k and the information I_k, with r_k its residual and c_k = e_i - e_j. The
votes of a cluster g add up to the score s_g and to the information A_g = Σ I_k c_k c_k', a matrix over the contenders.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.speed.acceleration import kernels
from leaderboard.ratings.uncertainty.clusters import (
    Block,
    Clusters,
    Singles,
    outer_differences,
    sort_ids,
    split_rows,
    sum_pairs,
)

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Ids = NDArray[np.int32]

# How many powers of shares are summed, from the second on.
_POWERS = 4
_PART = 1 << 17
# A group of at most a quarter as many votes as there are contenders is small.
_FEW = 4


@dataclass(frozen=True, eq=False)
class Squares:
    """One grouping of the votes, summed over its clusters by contender, float64[n] each.

    `squares` is Σ s_g[i]², `own` is Σ (A_g²)[i, i].
    """

    squares: Vector
    own: Vector


@dataclass(frozen=True, eq=False)
class Design:
    """One grouping of the votes, summed over its clusters.

    `squares` is Σ s_g[i]² by contender, float64[n]. `taste` is Σ A_g², float64[n, n]: the covariance of the scores if
    every cluster had its own strengths, of variance 1. `shares` is Σ h², Σ h³, Σ h⁴ and Σ h⁵ by contender, float64[4,
    n], with h = A_g[i, i] / A[i, i] the share of a contender's information that comes from the cluster.
    """

    squares: Vector
    taste: Matrix
    shares: Matrix

    @property
    def own(self) -> Vector:
        """The diagonal of `taste`."""
        return np.asarray(np.diagonal(self.taste))


def measure_design(clusters: Clusters, residual: Vector, information: Vector, total: Vector) -> Design:
    """Sum up a grouping; `residual` and `information` are per vote, `total` is each contender's information.

    A_g² is the sum of the outer squares of its rows. Row i is the summed score of the votes of i in the cluster, each
    with its information in the place of a residual, seen from the side of i. So the votes are taken twice, once from
    either side, and grouped by cluster and contender. No cluster needs a table of its own.
    """
    n, singles = len(total), clusters.singles
    alone, known = information[singles.rows], residual[singles.rows] ** 2
    squares = np.diagonal(outer_differences(sum_pairs(singles.left, singles.right, known, n))).copy()
    taste = outer_differences(sum_pairs(singles.left, singles.right, 2 * alone**2, n))
    shares = np.zeros((_POWERS, n))
    for side in (singles.left, singles.right):
        _add_powers(shares, side, alone, total)
    if compiled := kernels():
        half = np.zeros((n, n))
        for part in _cut_blocks(clusters):
            votes = (part.cluster, part.left, part.right, residual[part.rows], information[part.rows])
            compiled.sum_design(*votes, total, squares, np.zeros(n), shares, half)
        return Design(squares, taste + half + half.T - np.diag(np.diagonal(half)), shares)
    for seen, score, own in _see_from_both_sides(clusters, residual, information, n):
        rows, at = seen.singles.rows, seen.singles.left
        squares += np.bincount(at, score[rows] ** 2, n)
        taste += outer_differences(sum_pairs(at, seen.singles.right, own[rows] ** 2, n))
        _add_powers(shares, at, own[rows], total)
        for part in seen.blocks:
            at = part.left[np.searchsorted(part.cluster, np.arange(part.clusters))]
            squares += np.bincount(at, part.sum_rows(score[part.rows]) ** 2, n)
            taste += _square_rows(part, own[part.rows], n)
            _add_powers(shares, at, part.sum_rows(own[part.rows]), total)
    return Design(squares, taste, shares)


def measure_squares(clusters: Clusters, residual: Vector, information: Vector, n: int) -> Squares:
    """What `measure_design` finds by contender alone, in less time where clusters hold few votes each.

    The square of row i of A_g is (Σ I_k)² over the votes of i in the cluster, and as much for each opponent's votes.
    """
    squares, own = np.zeros(n), np.zeros(n)
    rows = clusters.singles.rows
    for side in (clusters.singles.left, clusters.singles.right):
        squares += np.bincount(side, residual[rows] ** 2, n)
        own += np.bincount(side, 2 * information[rows] ** 2, n)
    for part in _cut_blocks(clusters):
        score, known = residual[part.rows], information[part.rows]
        if compiled := kernels():
            none = np.zeros((0, 0))
            compiled.sum_design(part.cluster, part.left, part.right, score, known, np.ones(n), squares, own, none, none)
        else:
            _add_squares(part, score, known, squares, own)
    return Squares(squares, own)


def _add_squares(part: Block, score: Vector, known: Vector, squares: Vector, own: Vector) -> None:
    """Add the sums of a part to `squares` and `own`, float64[n]; the other values are per vote of the part."""
    n = len(own)
    left, right = np.concatenate([part.left, part.right]), np.concatenate([part.right, part.left])
    side = np.concatenate([part.cluster, part.cluster]) * np.int64(n) + left
    order = sort_ids(side * n + right)
    left, right, side = left[order], right[order], side[order]
    score, known = np.concatenate([score, -score])[order], np.concatenate([known, known])[order]
    first = np.append(True, side[1:] != side[:-1])
    at, met = np.flatnonzero(first), np.flatnonzero(first | np.append(True, right[1:] != right[:-1]))
    squares += np.bincount(left[at], np.add.reduceat(score, at) ** 2, n)
    own += np.bincount(left[at], np.add.reduceat(known, at) ** 2, n)
    own += np.bincount(left[met], np.add.reduceat(known, met) ** 2, n)


def lone_votes(left: Ids, right: Ids) -> Clusters:
    """The grouping in which each vote is a cluster of its own."""
    return Clusters(Singles(np.arange(len(left)), left, right), ())


def _see_from_both_sides(
    clusters: Clusters, residual: Vector, information: Vector, n: int
) -> Iterator[tuple[Clusters, Vector, Vector]]:
    """Each block's votes from either side, grouped by cluster and contender, with their scores and informations."""
    for part in _cut_blocks(clusters):
        score, own = residual[part.rows], information[part.rows]
        yield _group_sides(part, n), np.concatenate([score, -score]), np.concatenate([own, own])


def _cut_blocks(clusters: Clusters) -> Iterator[Block]:
    for block in clusters.blocks:
        yield from _cut_rows(block)


def _cut_rows(block: Block) -> Iterator[Block]:
    """The block in parts of whole clusters with about `_PART` votes each, which fit into the processor's cache."""
    start = np.searchsorted(block.cluster, np.arange(block.clusters + 1))
    first = np.unique(np.searchsorted(start, np.arange(0, len(block.rows), _PART)))
    for low, high in pairwise([*first[first < block.clusters].tolist(), block.clusters]):
        own = slice(int(start[low]), int(start[high]))
        cluster = block.cluster[own] - np.int32(low)
        yield Block(block.rows[own], block.left[own], block.right[own], cluster, high - low)


def _group_sides(block: Block, n: int) -> Clusters:
    left, right = np.concatenate([block.left, block.right]), np.concatenate([block.right, block.left])
    key = np.concatenate([block.cluster, block.cluster]) * np.int64(n) + left
    return split_rows(left, right, key, contenders=n)


def _square_rows(part: Block, own: Vector, n: int) -> Matrix:
    """`part.sum_squares(own, n)`, for groups whose votes have the same left contender.

    In a group of few votes, going through their pairs costs less than a table of all contenders.
    """
    few = np.bincount(part.cluster) <= n // _FEW
    small, large = few[part.cluster], ~few[part.cluster]
    squares = _square_small(part.cluster[small], part.left[small], part.right[small], own[small], n)
    if large.any():
        moved = np.cumsum(~few, dtype=np.int32) - np.int32(1)
        rest = Block(
            part.rows[large], part.left[large], part.right[large], moved[part.cluster[large]], int(moved[-1]) + 1
        )
        squares += rest.sum_squares(own[large], n)
    return squares


def _square_small(cluster: Ids, left: Ids, right: Ids, own: Vector, n: int) -> Matrix:
    """Σ (d e_i - Σ I_k e_k) (d e_i - Σ I_k e_k)', with d = Σ I_k over the votes k of a group of contender i."""
    whole = np.bincount(cluster, own)[cluster]
    diagonal = np.bincount(left, whole * own, n) + np.bincount(right, own**2, n)
    half = np.diag(diagonal / 2) - sum_pairs(left, right, own * whole, n)
    at, step = np.arange(len(own)), 0
    while len(at):
        step += 1
        at = at[at < len(own) - step]
        at = at[cluster[at] == cluster[at + step]]
        half += sum_pairs(right[at], right[at + step], own[at] * own[at + step], n)
    return np.asarray(half + half.T)


def _add_powers(shares: Matrix, at: Ids, own: Vector, total: Vector) -> None:
    """Add the powers of some shares of the contenders `at` to their sums."""
    if len(at):
        share = np.divide(own, total[at], out=np.zeros(len(own)), where=own > 0)
        power = share.copy()
        for sums in shares:
            power *= share
            sums += np.bincount(at, power, len(total))
