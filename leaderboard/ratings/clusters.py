"""What voters contribute: one person's votes hang together, so uncertainty is counted by voter and not by vote."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.votelog import Ids, VoteLog

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# The dense table of one block, voters × contenders in float64, stays below 16 MB.
_BLOCK_CELLS = 1 << 21


@dataclass(frozen=True, eq=False)
class Block:
    """Some voters' votes, rows ordered by voter: ids of contenders and of voters within the block."""

    rows: NDArray[np.int64]
    left: Ids
    right: Ids
    voter: NDArray[np.int64]
    voters: int

    def sum_sides(self, left: Vector, right: Vector, columns: int) -> Matrix:
        """Sum by voter and contender, float64[voters, columns]: `left` at the left contender, `right` at the right."""
        cells = self.voters * columns
        keys = self.voter * columns
        at_left = np.bincount(keys + self.left, weights=left, minlength=cells)
        table = at_left + np.bincount(keys + self.right, weights=right, minlength=cells)
        return np.asarray(table, dtype=np.float64).reshape(self.voters, columns)


@dataclass(frozen=True, eq=False)
class VoterCounts:
    """Voters behind each contender: of any vote and of rated votes, int64[n]; effective ones, float64[n].

    Effective voters are (Σm)² / Σm² with m a voter's weight in rated votes: one diligent voter among many casual ones
    is nearly alone. `board` and `board_effective` are the same for the whole board's rated votes.
    """

    distinct: NDArray[np.int64]
    rated: NDArray[np.int64]
    effective: Vector
    board: int
    board_effective: float


def split_by_voter(votes: VoteLog) -> tuple[Block, ...]:
    """Cut the votes into blocks of whole voters, small enough for a dense table each."""
    order = np.argsort(votes.voter, kind="stable")
    voter = votes.voter[order]
    first = np.flatnonzero(np.diff(voter, prepend=np.int32(-1)))
    return tuple(_cut(votes, order, first))


def _cut(votes: VoteLog, order: NDArray[np.int64], first: NDArray[np.int64]) -> Iterator[Block]:
    size = max(1, _BLOCK_CELLS // (len(votes.contenders) + 1))
    bounds = np.append(first, len(order))
    for start in range(0, len(first), size):
        chosen = bounds[start : start + size + 1]
        rows = order[chosen[0] : chosen[-1]]
        voter = np.repeat(np.arange(len(chosen) - 1), np.diff(chosen))
        yield Block(rows, votes.left[rows], votes.right[rows], voter, len(chosen) - 1)


def count_voters(blocks: tuple[Block, ...], weights: Vector, contenders: int) -> VoterCounts:
    """Count the voters; `weights` float64[n_votes] are zero for votes that are not rated."""
    distinct, rated = np.zeros((2, contenders + 1), dtype=np.int64)
    total, squares = np.zeros((2, contenders + 1))
    for block in blocks:
        weight = weights[block.rows]
        ones = np.ones(len(weight))
        distinct[:-1] += np.count_nonzero(block.sum_sides(ones, ones, contenders), axis=0)
        table = block.sum_sides(weight, weight, contenders + 1)
        table[:, contenders] = np.bincount(block.voter, weights=weight, minlength=block.voters)
        rated += np.count_nonzero(table, axis=0)
        total += table.sum(axis=0)
        squares += np.einsum("vc,vc->c", table, table)
    effective = np.divide(total**2, squares, out=np.zeros(contenders + 1), where=squares > 0)
    return VoterCounts(distinct[:-1], rated[:-1], effective[:-1], int(rated[-1]), float(effective[-1]))


def clustered_meat(blocks: tuple[Block, ...], residuals: Vector, voters: VoterCounts) -> Matrix:
    """G/(G-1) Σ_g s_g s_g', float64[n+1, n+1], with s_g a voter's summed score (Liang and Zeger 1986, CR1 correction).

    A vote's score is its weighted residual at the left contender, minus it at the right, and it once more in the last
    place, which belongs to the side bias. Zeros with fewer than two voters.
    """
    n = len(voters.effective)
    meat = np.zeros((n + 1, n + 1))
    if voters.board < 2:
        return meat
    for block in blocks:
        residual = residuals[block.rows]
        scores = block.sum_sides(residual, -residual, n + 1)
        scores[:, n] = np.bincount(block.voter, weights=residual, minlength=block.voters)
        meat += scores.T @ scores
    return meat * (voters.board / (voters.board - 1))
