"""What errors of several boards have in common: voters who like a contender's style like it in each of them.

Voters' tastes for a contender have one correlation between any two boards. It is estimated by unbiased moments, as the
components within a board are (Henderson, 1953). docs/methodology.md derives it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.board_errors import BoardErrors
from leaderboard.ratings.columns.counting import left_points
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.fits.bradley_terry import chances
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.uncertainty.clusters import outer_differences, sort_ids
from leaderboard.ratings.uncertainty.spread import invert_centred

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Ids = NDArray[np.int64]

# With more lines in all, the table of all pairs of lines would take more than 50 MB: nothing is found in common.
MOST_LINES = 2500
# So many votes at a time take about 20 MB.
_VOTES = 1 << 16
# So many pairs of entries at a time take about 50 MB.
_PAIRS = 1 << 20


@dataclass(frozen=True, eq=False)
class SharedErrors:
    """The `correlation` of tastes, and what it makes of the boards' errors.

    `covariances` are by the places of two boards, the smaller first: float64[m_one, m_two] over their known
    contenders, in squared logits, widened as each board's own errors are. A pair without common voters is left out.
    """

    correlation: float
    covariances: dict[tuple[int, int], Matrix]


def share_errors(
    votes: VoteLog, board: NDArray[np.integer], errors: Sequence[BoardErrors], method: Method
) -> SharedErrors:
    """The errors that boards without common votes share through common voters.

    `board` is each vote's place in `errors`, int[n_votes], or -1. Nothing is shared where votes name no voters, and
    before method version 3.
    """
    lines = _Lines.of(votes, errors)
    if "voter" not in method.clusters or not method.pools or len(errors) < 2 or lines.count > MOST_LINES:
        return SharedErrors(0.0, {})
    sums = _add_up(votes, np.asarray(board, dtype=np.int64), lines)
    pulls = _invert(sums, errors, lines, method)
    common = sums.common
    rho = _correlate(sums, lines)
    found = {}
    for one, two in combinations(range(len(errors)), 2):
        part = common[lines.of_board(one), lines.of_board(two)]
        if rho > 0 and part.any():
            pulled = (pulls[one] @ part @ pulls[two].T)[np.ix_(errors[one].known, errors[two].known)]
            found[one, two] = rho * pulled * errors[one].widening[:, None] * errors[two].widening
    return SharedErrors(rho, found)


@dataclass(frozen=True, eq=False)
class _Lines:
    """The contenders of all boards, one after the other: where each board begins, and each one's strength and taste.

    `place`, int64[boards, contenders], is the line of each contender of the log, or -1.
    """

    start: Ids
    place: Ids
    theta: Vector
    taste_sd: Vector

    @classmethod
    def of(cls, votes: VoteLog, errors: Sequence[BoardErrors]) -> "_Lines":
        start = np.cumsum([0, *(len(own.contenders) for own in errors)])
        number = {label: index for index, label in enumerate(votes.contenders)}
        place = np.full((len(errors), len(votes.contenders)), -1, dtype=np.int64)
        for index, own in enumerate(errors):
            place[index, [number[label] for label in own.contenders]] = np.arange(start[index], start[index + 1])
        empty = np.zeros(0)
        theta = np.concatenate([empty, *(own.theta for own in errors)])
        return cls(start, place, theta, np.concatenate([empty, *(own.taste_sd for own in errors)]))

    @property
    def count(self) -> int:
        return int(self.start[-1])

    @property
    def boards(self) -> int:
        return len(self.place)

    def of_board(self, board: int) -> slice:
        return slice(int(self.start[board]), int(self.start[board + 1]))


@dataclass(frozen=True, eq=False)
class _Scored:
    """The rated votes of all boards: their columns, lines, information and residual."""

    voter: Ids
    board: Ids
    contenders: tuple[Ids, Ids]
    lines: tuple[Ids, Ids]
    information: Vector
    residual: Vector


@dataclass(frozen=True, eq=False)
class _Sums:
    """What all voters tell together.

    `information` is by board and pair of its contenders, one table after the other; `told` by voter and board,
    float64[n_voters, boards]; `products` of scores by two boards, float64[boards, boards]; what is `common` by two
    lines, float64[lines, lines].
    """

    information: Vector
    told: Matrix
    products: Matrix
    common: Matrix


def _add_up(votes: VoteLog, board: Ids, lines: _Lines) -> _Sums:
    """Add up what voters tell, some voters after the others: all of a large log at once would take 300 MB."""
    boards, sizes = lines.boards, np.diff(lines.start)
    offset = np.cumsum([0, *(sizes**2)])
    sums = _Sums(
        np.zeros(int(offset[-1])),
        np.zeros((len(votes.voters), boards)),
        np.zeros((boards, boards)),
        np.zeros((lines.count, lines.count)),
    )
    for rows in _cut_by_voter(votes, board):
        scored = _score(votes, board, rows, lines)
        one, two = (side - lines.start[scored.board] for side in scored.lines)
        cells = offset[scored.board] + one * sizes[scored.board] + two
        sums.information[:] += np.bincount(cells, scored.information, len(sums.information))
        told = np.bincount(scored.voter * boards + scored.board, scored.information, sums.told.size)
        sums.told[:] += told.reshape(sums.told.shape)
        sides = _list_sides(scored, lines)
        if len(sides.vote):
            _multiply(sides, lines, sums)
    return sums


def _cut_by_voter(votes: VoteLog, board: Ids) -> Iterator[Ids]:
    """The rated votes of the boards, in parts of about `_VOTES` rows that hold all votes of their voters."""
    rows = np.flatnonzero((board >= 0) & (votes.outcome != BOTH_BAD) & (votes.weight > 0))
    if not len(rows):
        return
    rows = rows[sort_ids(votes.voter[rows])]
    starts, ends = _find_runs(votes.voter[rows].astype(np.int64))
    # The voter of each `_VOTES`-th vote ends a part.
    cuts = np.unique(ends[np.searchsorted(starts, np.arange(_VOTES, len(rows), _VOTES), "right") - 1])
    yield from np.split(rows, cuts[cuts < len(rows)])


def _score(votes: VoteLog, board: Ids, rows: Ids, lines: _Lines) -> _Scored:
    own, left, right = board[rows], votes.left[rows].astype(np.int64), votes.right[rows].astype(np.int64)
    one, two, weight = lines.place[own, left], lines.place[own, right], votes.weight[rows]
    chance, spread = chances(lines.theta[one] - lines.theta[two])
    residual = weight * (left_points(votes.outcome[rows]) - chance)
    return _Scored(votes.voter[rows].astype(np.int64), own, (left, right), (one, two), weight * spread, residual)


def _invert(sums: _Sums, errors: Sequence[BoardErrors], lines: _Lines, method: Method) -> list[Matrix]:
    """H⁻¹ D of each board: from information on tastes of variance 1 to errors of strengths."""
    offset = np.cumsum([0, *(np.diff(lines.start) ** 2)])
    found = []
    for board, own in enumerate(errors):
        n = len(own.contenders)
        table = sums.information[offset[board] : offset[board + 1]].reshape(n, n)
        found.append(invert_centred(outer_differences(table) + np.eye(n) * method.prior_sd**-2) * own.taste_sd)
    return found


@dataclass(frozen=True, eq=False)
class _Sides:
    """Votes seen from one of their sides, in the order of `row`, a voter and a contender, and of `board` within it.

    Only rows with votes on several boards are there. `vote` has the number of the vote, `sign` is -1 from the right.
    """

    vote: Ids
    row: Ids
    board: Ids
    own: Ids
    other: Ids
    information: Vector
    residual: Vector


def _list_sides(scored: _Scored, lines: _Lines) -> _Sides:
    boards, contenders = lines.boards, lines.place.shape[1]
    size = len(scored.voter)
    row = np.concatenate([scored.voter * contenders + side for side in scored.contenders])
    key = row * boards + np.tile(scored.board, 2)
    order = sort_ids(key)
    row, key = row[order], key[order]
    # Rows of one board share nothing with another.
    starts, ends = _find_runs(row)
    kept = np.repeat(key[starts] != key[ends - 1], ends - starts)
    order, row = order[kept], row[kept]
    vote, is_right = order % size, order >= size
    one, two = (side[vote] for side in scored.lines)
    return _Sides(
        vote=vote,
        row=row,
        board=scored.board[vote],
        own=np.where(is_right, two, one),
        other=np.where(is_right, one, two),
        information=scored.information[vote],
        residual=np.where(is_right, -1.0, 1.0) * scored.residual[vote],
    )


def _multiply(sides: _Sides, lines: _Lines, sums: _Sums) -> None:
    """Add Σ s_v's_v' to the products and Σ A_v A_v' to what is common, where boards differ.

    A row of A_v is what a voter's votes on one contender tell of all others: its whole information at the contender's
    own line, minus that of each vote at the opponent's.
    """
    first, ends = _find_runs(sides.row * lines.boards + sides.board)
    group = np.repeat(np.arange(len(first)), ends - first)
    whole, score = np.bincount(group, sides.information), np.bincount(group, sides.residual)
    line = np.insert(sides.other, first, sides.own[first])
    value = np.insert(-sides.information, first, whole)
    row = np.insert(sides.row, first, sides.row[first])
    board = np.insert(sides.board, first, sides.board[first])
    products, common = sums.products.reshape(-1), sums.common.reshape(-1)
    for one, two in _pair_up(sides.row[first], np.arange(len(first))):
        at = sides.board[first[one]] * lines.boards + sides.board[first[two]]
        products += np.bincount(at, score[one] * score[two], lines.boards**2)
    for one, two in _pair_up(row, row * lines.boards + board):
        common += np.bincount(line[one] * lines.count + line[two], value[one] * value[two], lines.count**2)


def _pair_up(row: Ids, group: Ids) -> Iterator[tuple[Ids, Ids]]:
    """The places of any two entries of the same row, of which the second belongs to a later group. Both are sorted."""
    after, end = (np.repeat(ends, ends - starts) for starts, ends in (_find_runs(group), _find_runs(row)))
    total = np.cumsum(end - after)
    cuts = np.searchsorted(total, np.arange(_PAIRS, total[-1] + _PAIRS, _PAIRS), "right")
    for low, high in zip([0, *cuts[:-1].tolist()], cuts.tolist(), strict=True):
        many = (end - after)[low:high]
        one = np.repeat(np.arange(low, high), many)
        two = np.arange(len(one)) + np.repeat(after[low:high] - np.cumsum(many) + many, many)
        yield one, two


def _find_runs(values: Ids) -> tuple[Ids, Ids]:
    """Where each run of equal values begins, and where it ends."""
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    return starts, np.append(starts, len(values))[1:]


def _correlate(sums: _Sums, lines: _Lines) -> float:
    """The products of scores over what they would be for a correlation of 1; between 0 and 1."""
    share = sums.told / np.maximum(sums.told.sum(axis=0), np.finfo(float).tiny)
    found = whole = 0.0
    for one, two in combinations(range(lines.boards), 2):
        both = (lines.place[one] >= 0) & (lines.place[two] >= 0)
        first, second = lines.place[one, both], lines.place[two, both]
        alike = float(np.sum(lines.taste_sd[first] * lines.taste_sd[second] * sums.common[first, second]))
        # The fit has taken a part of each voter's scores.
        joint = share[:, one] * share[:, two]
        taken = float(joint @ (share[:, one] + share[:, two])) / max(float(joint.sum()), np.finfo(float).tiny)
        whole += alike * max(0.0, 1 - taken + float(joint.sum()))
        found += float(sums.products[one, two])
    return float(np.clip(found / whole, 0.0, 1.0)) if whole > 0 else 0.0
