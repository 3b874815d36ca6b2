"""Who and what the votes hang on: one person's votes, and the votes on one prompt, are not independent."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.votelog import VoteLog

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# The dense table of one block, clusters × contenders in float64, stays below 16 MB.
_BLOCK_CELLS = 1 << 21


@dataclass(frozen=True, eq=False)
class Block:
    """Some whole clusters' votes, rows ordered by cluster: row numbers, and ids within the block."""

    rows: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    cluster: NDArray[np.int64]
    clusters: int

    def sum_sides(self, left: Vector, right: Vector, columns: int) -> Matrix:
        """Sum by cluster and contender, float64[clusters, columns]: `left` at the left one, `right` at the right."""
        cells = self.clusters * columns
        keys = self.cluster * columns
        at_left = np.bincount(keys + self.left, weights=left, minlength=cells)
        table = at_left + np.bincount(keys + self.right, weights=right, minlength=cells)
        return np.asarray(table, dtype=np.float64).reshape(self.clusters, columns)

    def sum_rows(self, values: Vector) -> Vector:
        """Sum by cluster, float64[clusters]."""
        return np.asarray(np.bincount(self.cluster, weights=values, minlength=self.clusters), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Singles:
    """The votes that are alone in their clusters: row numbers and contenders. They need no table of clusters."""

    rows: NDArray[np.int64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]

    def sum_contenders(self, values: Vector, columns: int) -> Vector:
        """Sum of `values` over the votes on either side of each contender, float64[columns]."""
        at_left = np.bincount(self.left, weights=values, minlength=columns)
        return np.asarray(at_left + np.bincount(self.right, weights=values, minlength=columns), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Clusters:
    """All votes by cluster: those alone in one, and blocks of the others."""

    singles: Singles
    blocks: tuple[Block, ...]


@dataclass(frozen=True, eq=False)
class ClusterCounts:
    """Clusters behind each contender: of any vote and of rated votes, int64[n]; effective ones, float64[n].

    Effective clusters are (Σm)² / Σm² with m a cluster's weight in rated votes: one diligent voter among many casual
    ones is nearly alone. `board` and `board_effective` are the same for the whole board's rated votes.
    """

    distinct: NDArray[np.int64]
    rated: NDArray[np.int64]
    effective: Vector
    board: int
    board_effective: float


def split_clusters(votes: VoteLog, cluster: NDArray[np.integer]) -> Clusters:
    """Order the votes by cluster (an id per vote) and cut them into blocks small enough for a dense table each."""
    order = _sort_ids(cluster)
    first = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    alone = np.diff(np.append(first, len(order))) == 1
    rows = order[first[alone]]
    together = np.ones(len(order), dtype=bool)
    together[first[alone]] = False
    order = order[together]
    first = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    return Clusters(Singles(rows, votes.left[rows], votes.right[rows]), tuple(_cut(votes, order, first)))


def _sort_ids(ids: NDArray[np.integer]) -> NDArray[np.int64]:
    """The stable order of ids, none negative, 16 bits at a time: NumPy sorts those by radix, several times faster."""
    order: NDArray[np.int64] = np.argsort(ids.astype(np.uint16), kind="stable")
    for shift in range(16, int(ids.max(initial=0)).bit_length(), 16):
        order = order[np.argsort((ids[order] >> shift).astype(np.uint16), kind="stable")]
    return order


def _cut(votes: VoteLog, order: NDArray[np.int64], first: NDArray[np.int64]) -> Iterator[Block]:
    size = max(1, _BLOCK_CELLS // (len(votes.contenders) + 1))
    bounds = np.append(first, len(order))
    for start in range(0, len(first), size):
        chosen = bounds[start : start + size + 1]
        rows = order[chosen[0] : chosen[-1]]
        cluster = np.repeat(np.arange(len(chosen) - 1), np.diff(chosen))
        yield Block(rows, votes.left[rows], votes.right[rows], cluster, len(chosen) - 1)


def count_clusters(clusters: Clusters, weights: Vector, contenders: int) -> ClusterCounts:
    """Count the clusters; `weights` float64[n_votes] are zero for votes that are not rated."""
    distinct, rated = np.zeros((2, contenders + 1), dtype=np.int64)
    total, squares = np.zeros((2, contenders + 1))
    alone = weights[clusters.singles.rows]
    once = np.ones(len(alone))
    for counted, values in ((distinct, once), (rated, once * (alone > 0)), (total, alone), (squares, alone**2)):
        sums = np.append(clusters.singles.sum_contenders(values, contenders), np.sum(values))
        counted += sums.astype(counted.dtype)
    for block in clusters.blocks:
        weight = weights[block.rows]
        ones = np.ones(len(weight))
        distinct[:-1] += np.count_nonzero(block.sum_sides(ones, ones, contenders), axis=0)
        table = block.sum_sides(weight, weight, contenders + 1)
        table[:, contenders] = block.sum_rows(weight)
        rated += np.count_nonzero(table, axis=0)
        total += table.sum(axis=0)
        squares += np.einsum("gc,gc->c", table, table)
    effective = np.divide(total**2, squares, out=np.zeros(contenders + 1), where=squares > 0)
    return ClusterCounts(distinct[:-1], rated[:-1], effective[:-1], int(rated[-1]), float(effective[-1]))


def effective_clusters(clusters: Clusters, weights: Vector, contenders: int) -> Vector:
    """The effective clusters behind each contender alone, as in `ClusterCounts`, float64[n]."""
    singles = clusters.singles
    alone = weights[singles.rows]
    total, squares = (singles.sum_contenders(values, contenders) for values in (alone, alone**2))
    for block in clusters.blocks:
        weight = weights[block.rows]
        table = block.sum_sides(weight, weight, contenders)
        total += table.sum(axis=0)
        squares += np.einsum("gc,gc->c", table, table)
    return np.divide(total**2, squares, out=np.zeros(contenders), where=squares > 0)


def clustered_meat(clusters: Clusters, residuals: Vector, counts: ClusterCounts) -> Matrix:
    """G/(G-1) Σ_g s_g s_g', float64[n+1, n+1], with s_g a cluster's summed score (Liang and Zeger 1986, CR1).

    A vote's score is its weighted residual at the left contender, minus it at the right, and it once more in the last
    place, which belongs to the side bias. Zeros with fewer than two clusters.
    """
    n = len(counts.effective)
    if counts.board < 2:
        return np.zeros((n + 1, n + 1))
    squares = residuals[clusters.singles.rows] ** 2
    meat = np.zeros((n + 1, n + 1))
    table = sum_pairs(clusters.singles.left, clusters.singles.right, squares, n)
    meat[:n, :n] = outer_differences(table)
    meat[:n, n] = meat[n, :n] = table.sum(axis=1) - table.sum(axis=0)
    meat[n, n] = squares.sum()
    for block in clusters.blocks:
        residual = residuals[block.rows]
        scores = block.sum_sides(residual, -residual, n + 1)
        scores[:, n] = block.sum_rows(residual)
        meat += scores.T @ scores
    return meat * (counts.board / (counts.board - 1))


def sum_pairs(left: NDArray[np.int32], right: NDArray[np.int32], values: Vector, n: int) -> Matrix:
    """Sum of `values` by left and right contender, float64[n, n]."""
    table = np.bincount(left.astype(np.int64) * n + right, weights=values, minlength=n * n)
    return np.asarray(table, dtype=np.float64).reshape(n, n)


def outer_differences(table: Matrix) -> Matrix:
    """Σ w_ij (e_i - e_j)(e_i - e_j)' for weights float64[n, n] by ordered pair: the Laplacian of the pair graph."""
    both = table + table.T
    return np.asarray(np.diag(both.sum(axis=1)) - both)
