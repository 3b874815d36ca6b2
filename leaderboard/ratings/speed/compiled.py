"""The engine's inner loops compiled by numba: counting, sums over clusters, sequential TrueSkill.

Each function replaces the NumPy code of its caller, row by row. Results may differ in the last bits, but not as
published.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import NDArray

from leaderboard.ratings.speed import trueskill_updates

Run = TypeVar("Run", bound=Callable[..., Any])

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Counts = NDArray[np.int64]
Ids = NDArray[np.integer]


def _compile(run: Run) -> Run:
    """Compile on the first call, and cache the result on disk if the directory can be written."""
    try:
        return cast(Run, njit(cache=True, nogil=True)(run))
    except RuntimeError:
        return cast(Run, njit(run))


@_compile
def count_cells(group: Ids, outcome: Ids, left: Ids, right: Ids, n: int, counts: Counts) -> None:
    """Add each row to `counts`, int64[groups * 4 * n * n]; an empty `group` means one group."""
    # Unsigned indices skip the check for negative ones.
    side, outcomes, grouped = np.uint64(n), np.uint64(4), len(group) > 0
    for row in range(len(outcome)):
        cell = np.uint64(outcome[row])
        if grouped:
            cell += np.uint64(group[row]) * outcomes
        counts[(cell * side + np.uint64(left[row])) * side + np.uint64(right[row])] += 1


@_compile
def sum_squares(cluster: Ids, left: Ids, right: Ids, residual: Vector, meat: Matrix) -> None:
    """Fill `meat`, float64[n, n] of zeros, with Σ_g s_g s_g'; rows are ordered by cluster."""
    side = len(meat)
    sums, members, member = np.zeros(side), np.empty(side, np.int64), np.zeros(side, np.bool_)
    met = 0
    for row in range(len(cluster)):
        one, two = np.int64(left[row]), np.int64(right[row])
        for contender, value in ((one, residual[row]), (two, -residual[row])):
            if not member[contender]:
                member[contender] = True
                members[met] = contender
                met += 1
            sums[contender] += value
        if row + 1 == len(cluster) or cluster[row + 1] != cluster[row]:
            for index in range(met):
                one = members[index]
                for two in members[: index + 1]:
                    # Each pair once, in either triangle: the loop below adds the triangles up and mirrors them.
                    meat[one, two] += sums[one] * sums[two]
            for one in members[:met]:
                sums[one], member[one] = 0.0, False
            met = 0
    for low in range(side):
        for high in range(low):
            meat[low, high] += meat[high, low]
            meat[high, low] = meat[low, high]


@_compile
def tally(cluster: Ids, left: Ids, right: Ids, weight: Vector, counted: Matrix) -> None:
    """Add to `counted`, float64[4, n + 1]: clusters, rated clusters, the sum of their weights, and of their squares.

    One column per contender; the last one is for the whole board. Rows are ordered by cluster.
    """
    board = counted.shape[1] - 1
    sums, members, member = np.zeros(board + 1), np.empty(board + 1, np.int64), np.zeros(board + 1, np.bool_)
    met = 0
    for row in range(len(cluster)):
        for contender in (np.int64(left[row]), np.int64(right[row]), board):
            if not member[contender]:
                member[contender] = True
                members[met] = contender
                met += 1
            sums[contender] += weight[row]
        if row + 1 == len(cluster) or cluster[row + 1] != cluster[row]:
            for one in members[:met]:
                counted[0, one] += 1
                counted[1, one] += sums[one] > 0
                counted[2, one] += sums[one]
                counted[3, one] += sums[one] ** 2
                sums[one], member[one] = 0.0, False
            met = 0


@_compile
def largest_shares(cluster: Ids, left: Ids, right: Ids, values: Vector, total: Vector, shares: Vector) -> None:
    """Each cluster's largest share of any contender's total, float64[clusters]; rows are ordered by cluster."""
    sums = np.zeros(len(total))
    start = 0
    for row in range(len(cluster)):
        sums[left[row]] += values[row]
        sums[right[row]] += values[row]
        if row + 1 == len(cluster) or cluster[row + 1] != cluster[row]:
            largest = 0.0
            for own in range(start, row + 1):
                for contender in (left[own], right[own]):
                    largest = max(largest, sums[contender] / total[contender])
            for own in range(start, row + 1):
                sums[left[own]] = sums[right[own]] = 0.0
            shares[cluster[row]] = largest
            start = row + 1


for _called in (
    trueskill_updates.excess, trueskill_updates.far_draw,
    trueskill_updates.win_moments, trueskill_updates.draw_moments,
):  # fmt: skip
    register_jitable(_called)
replay_rows = _compile(trueskill_updates.replay_rows)
