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


def _inline(run: Run) -> Run:
    """Compile with the functions that call it."""
    return cast(Run, register_jitable(run))


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
def sum_design(
    cluster: Ids,
    left: Ids,
    right: Ids,
    residual: Vector,
    information: Vector,
    total: Vector,
    squares: Vector,
    own: Vector,
    shares: Matrix,
    taste: Matrix,
) -> None:
    """Add to the sums of a `Design` and to `own`, the diagonal of its `taste`; rows are ordered by cluster.

    `taste` gets each pair once, in either triangle; it may be empty, and then stays so.
    """
    side = len(total)
    # The votes of each contender in a cluster are linked: 2 * row stands for its left, 2 * row + 1 for its right.
    last, before = np.full(side, -1, np.int64), np.empty(2 * len(cluster), np.int64)
    members, others = np.empty(side, np.int64), np.empty(side, np.int64)
    sums, met = np.zeros(side), 0
    for row in range(len(cluster)):
        for end, contender in ((2 * row, np.int64(left[row])), (2 * row + 1, np.int64(right[row]))):
            if last[contender] < 0:
                members[met] = contender
                met += 1
            before[end] = last[contender]
            last[contender] = end
        if row + 1 == len(cluster) or cluster[row + 1] != cluster[row]:
            for one in members[:met]:
                seen, known, end = 0, 0.0, last[one]
                score = _sum_scores(end, before, residual)
                while end >= 0:
                    vote = end // 2
                    other = np.int64(right[vote] if end % 2 == 0 else left[vote])
                    seen = _meet(other, information[vote], others, seen, sums)
                    known += information[vote]
                    end = before[end]
                squares[one] += score**2
                _add_powers(shares, one, known / total[one] if known > 0 else 0.0)
                _add_outer(taste, own, one, known, others[:seen], sums)
                last[one] = -1
            met = 0


@_inline
def _sum_scores(end: int, before: Counts, residual: Vector) -> float:
    """The residuals of linked votes, seen from their contender."""
    score = 0.0
    while end >= 0:
        score += residual[end // 2] if end % 2 == 0 else -residual[end // 2]
        end = before[end]
    return score


@_inline
def _meet(other: np.int64, information: float, others: Counts, seen: int, sums: Vector) -> int:
    """Add a vote's information to the opponent's sum; return the number of opponents seen with any."""
    if information > 0 and sums[other] == 0:
        others[seen] = other
        seen += 1
    sums[other] += information
    return seen


@_inline
def _add_powers(shares: Matrix, one: int, share: float) -> None:
    """Add the powers of a contender's share to their sums, from the second on."""
    power = share
    for row in range(len(shares)):
        power *= share
        shares[row, one] += power


@_inline
def _add_outer(taste: Matrix, own: Vector, one: int, known: float, others: Counts, sums: Vector) -> None:
    """Add the outer square of the row that has `known` at `one` and minus `sums` at `others`, and clear these sums."""
    own[one] += known**2
    for other in others:
        own[one] += sums[other] ** 2
    if len(taste):
        taste[one, one] += known**2
        for index in range(len(others)):
            other = others[index]
            taste[one, other] -= known * sums[other]
            for another in others[: index + 1]:
                taste[other, another] += sums[other] * sums[another]
    for other in others:
        sums[other] = 0.0


@_compile
def find_extremes(errors: Matrix, scale: Matrix, highest: Vector, lowest: Vector) -> None:
    """Raise `highest` and lower `lowest`, float64[draws], to the extremes of the scaled gaps between rows of `errors`.

    A gap whose `scale` is 0 is left out.
    """
    for one in range(len(scale)):
        for other in range(len(scale)):
            size = scale[one, other]
            if size > 0:
                for draw in range(len(highest)):
                    ratio = (errors[one, draw] - errors[other, draw]) * size
                    highest[draw] = max(highest[draw], ratio)
                    lowest[draw] = min(lowest[draw], ratio)


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
    _inline(_called)
replay_rows = _compile(trueskill_updates.replay_rows)
