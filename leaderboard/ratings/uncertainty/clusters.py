"""Clusters of dependent votes: one person's votes, and the votes on one prompt, are not independent."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.speed.acceleration import kernels

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# The dense table of one block, clusters × contenders in float64, stays below 16 MB.
_BLOCK_CELLS = 1 << 21


@dataclass(frozen=True, eq=False)
class Block:
    """The votes of some whole clusters, ordered by cluster: row numbers in the log, and ids within the block."""

    rows: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    cluster: NDArray[np.int32]
    clusters: int

    def sum_squares(self, residual: Vector, columns: int) -> Matrix:
        """Σ_g s_g s_g', float64[columns, columns], with s_g a cluster's summed scores.

        A vote's score is its residual at the left contender and the negative residual at the right one.
        """
        if compiled := kernels():
            meat = np.zeros((columns, columns))
            compiled.sum_squares(self.cluster, self.left, self.right, residual, meat)
            return meat
        scores = self.sum_sides(residual, -residual, columns)
        return np.asarray(scores.T @ scores)

    def sum_rows(self, values: Vector) -> Vector:
        """Sum by cluster, float64[clusters]."""
        return np.asarray(np.bincount(self.cluster, weights=values, minlength=self.clusters), dtype=np.float64)

    def tally(self, weight: Vector, columns: int) -> Matrix:
        """Clusters, clusters with weight, the sum of cluster weights, and of their squares, float64[4, columns + 1].

        One column per contender; the last one is for the whole board.
        """
        counted = np.zeros((4, columns + 1))
        if compiled := kernels():
            compiled.tally(self.cluster, self.left, self.right, weight, counted)
            return counted
        ones = np.ones(len(weight))
        counted[0, :columns] = np.count_nonzero(self.sum_sides(ones, ones, columns), axis=0)
        counted[0, columns] = self.clusters
        table = self.sum_sides(weight, weight, columns + 1)
        table[:, columns] = self.sum_rows(weight)
        counted[1] = np.count_nonzero(table, axis=0)
        counted[2] = table.sum(axis=0)
        counted[3] = np.einsum("gc,gc->c", table, table)
        return counted

    def largest_shares(self, values: Vector, total: Vector) -> Vector:
        """Each cluster's largest share of any contender's total, float64[clusters]."""
        if compiled := kernels():
            shares = np.zeros(self.clusters)
            compiled.largest_shares(self.cluster, self.left, self.right, values, total, shares)
            return shares
        return np.asarray(np.max(self.sum_sides(values, values, len(total)) / total, axis=1))

    def sum_sides(self, left: Vector, right: Vector, columns: int) -> Matrix:
        """Sum by cluster and contender, float64[clusters, columns]: `left` at the left one, `right` at the right."""
        cells = self.clusters * columns
        keys = self.cluster * np.int64(columns)
        at_left = np.bincount(keys + self.left, weights=left, minlength=cells)
        table = at_left + np.bincount(keys + self.right, weights=right, minlength=cells)
        return np.asarray(table, dtype=np.float64).reshape(self.clusters, columns)


@dataclass(frozen=True, eq=False)
class Singles:
    """The votes that are a cluster of their own: row numbers and contenders. They need no table of clusters."""

    rows: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]

    def sum_contenders(self, values: Vector, columns: int) -> Vector:
        """Sum of `values` over each contender's votes, on either side, float64[columns]."""
        at_left = np.bincount(self.left, weights=values, minlength=columns)
        return np.asarray(at_left + np.bincount(self.right, weights=values, minlength=columns), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Clusters:
    """All votes by cluster: votes that are a cluster of their own, and blocks of the others."""

    singles: Singles
    blocks: tuple[Block, ...]


@dataclass(frozen=True, eq=False)
class ClusterCounts:
    """Clusters behind each contender: of any vote and of rated votes, int64[n]; effective ones, float64[n].

    Effective clusters are (Σm)² / Σm², with m a cluster's weight in rated votes: if one voter cast nearly all votes,
    the number is near 1. `board` and `board_effective` are the same for the whole board's rated votes.
    """

    distinct: NDArray[np.int64]
    rated: NDArray[np.int64]
    effective: Vector
    board: int
    board_effective: float


def split_clusters(votes: VoteLog, cluster: NDArray[np.integer]) -> Clusters:
    """Order the votes by cluster (an id per vote) and cut them into blocks small enough for a dense table each."""
    return split_rows(votes.left, votes.right, cluster, contenders=len(votes.contenders))


def split_rows(
    left: NDArray[np.int32], right: NDArray[np.int32], cluster: NDArray[np.integer], *, contenders: int
) -> Clusters:
    """`split_clusters` for columns that need not be those of a log."""
    order = sort_ids(cluster)
    ordered = cluster[order]
    # Whether a cluster begins at this row. A vote is alone if one begins at the next row too.
    begins = np.ones(len(order) + 1, dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:-1])
    alone = begins[:-1] & begins[1:]
    rows, order, first = order[alone], order[~alone], np.flatnonzero(begins[:-1][~alone])
    blocks = _cut(left, right, order, first, contenders)
    return Clusters(Singles(rows, left[rows], right[rows]), tuple(blocks))


def sort_ids(ids: NDArray[np.integer]) -> NDArray[np.int64]:
    """The stable order of non-negative ids, sorted 16 bits at a time: NumPy's radix sort is several times faster."""
    order: NDArray[np.int64] = np.argsort(ids.astype(np.uint16), kind="stable")
    for shift in range(16, int(ids.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((ids[order] >> shift).astype(np.uint16), kind="stable")]
    return order


def _cut(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    order: NDArray[np.int64],
    first: NDArray[np.int64],
    contenders: int,
) -> Iterator[Block]:
    size = max(1, _BLOCK_CELLS // (contenders + 1))
    bounds = np.append(first, len(order))
    for start in range(0, len(first), size):
        chosen = bounds[start : start + size + 1]
        rows = order[chosen[0] : chosen[-1]]
        cluster = np.repeat(np.arange(len(chosen) - 1, dtype=np.int32), np.diff(chosen))
        yield Block(rows, left[rows], right[rows], cluster, len(chosen) - 1)


def count_clusters(
    clusters: Clusters, weights: Vector, contenders: int, *, alone_times: Vector | None = None
) -> ClusterCounts:
    """Count the clusters; `weights` float64[n_rows] are zero for votes that are not rated.

    If every vote is a cluster of its own, `alone_times` says how many votes each row stands for.
    """
    alone = weights[clusters.singles.rows]
    once = np.ones(len(alone)) if alone_times is None else alone_times[clusters.singles.rows]
    counted = np.stack([
        np.append(clusters.singles.sum_contenders(values, contenders), np.sum(values))
        for values in (once, once * (alone > 0), once * alone, once * alone**2)
    ])  # fmt: skip
    for block in clusters.blocks:
        counted += block.tally(weights[block.rows], contenders)
    distinct, rated, total, squares = counted
    effective = np.divide(total**2, squares, out=np.zeros(contenders + 1), where=squares > 0)
    return ClusterCounts(
        distinct[:-1].astype(np.int64),
        rated[:-1].astype(np.int64),
        effective[:-1],
        int(rated[-1]),
        float(effective[-1]),
    )


def clustered_variance(clusters: Clusters, values: Vector, counts: ClusterCounts) -> float:
    """G/(G-1) Σ_g (Σ values)², over the clusters g (Liang and Zeger 1986, CR1); 0 with fewer than two clusters.

    `values`, float64[n_votes], is what each vote contributes to an estimate.
    """
    if counts.board < 2:
        return 0.0
    squares = float(np.sum(values[clusters.singles.rows] ** 2))
    squares += sum(float(np.sum(block.sum_rows(values[block.rows]) ** 2)) for block in clusters.blocks)
    return squares * counts.board / (counts.board - 1)


def sum_pairs(left: NDArray[np.integer], right: NDArray[np.integer], values: Vector, n: int) -> Matrix:
    """Sum of `values` by left and right contender, float64[n, n]."""
    table = np.bincount(left.astype(np.int64) * n + right, weights=values, minlength=n * n)
    return np.asarray(table, dtype=np.float64).reshape(n, n)


def outer_differences(table: Matrix) -> Matrix:
    """Σ w_ij (e_i - e_j)(e_i - e_j)' for weights float64[n, n] by ordered pair: the Laplacian of the pair graph."""
    both = table + table.T
    return np.asarray(np.diag(both.sum(axis=1)) - both)
