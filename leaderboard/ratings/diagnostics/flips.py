"""How fragile an order is: the fewest votes, voters or prompts whose removal would change it.

The search is the most influential set of Broderick, Giordano and Meager, "An Automatic Finite-Sample Robustness Metric"
(2020), as Huang et al. (arXiv 2508.11847) use it on arenas. Units are ordered by first-order influence, and the board
is refitted without the first of them. Where the refit shows that these do not suffice, influence is computed anew and
more units are removed, until they do. Then the set is cut back. Every number is verified by a refit, but it is an upper
bound: a smaller set may exist.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.components import are_joined, connect
from leaderboard.ratings.columns.counting import count_outcomes, equal_say, left_points, score_table, sum_records
from leaderboard.ratings.columns.votelog import BOTH_BAD, OUTCOMES, VoteLog
from leaderboard.ratings.fits.bradley_terry import Strengths, fit_strengths, logistic
from leaderboard.ratings.parameters import METHOD, Method

Vector = NDArray[np.float64]
Ids = NDArray[np.int64]
Unit = Literal["vote", "voter", "prompt"]

UNITS: tuple[Unit, ...] = ("vote", "voter", "prompt")

# Strengths closer than this, in logits, count as equal. One logit is 174 Elo, which is published to 1e-6.
_LEVEL = 1e-9
# Influences are rounded to this many decimals. Equal ones are taken in ledger order, so that every machine chooses the
# same.
_DECIMALS = 12
# How many challengers of the leader, the most promising first, are searched in full.
_CHALLENGERS = 3


@dataclass(frozen=True)
class Flip:
    """Without `removed`, `challenger` ranks above `leader`; with the last unit of `removed` back, it does not.

    `removed` holds ledger positions of votes, or labels of whole voters or prompts, the most influential first. It is
    None where no set was found that leaves both contenders connected and with enough votes to be shown. `votes` is the
    number of rated votes removed.
    """

    unit: Unit
    leader: str
    challenger: str
    removed: tuple[int, ...] | tuple[str, ...] | None
    votes: int

    @property
    def count(self) -> int | None:
        """How many votes, voters or prompts are removed; None if no set was found."""
        return None if self.removed is None else len(self.removed)


@dataclass(frozen=True)
class FlipAudit:
    """Flips of first place, one per unit, and of each contender with the next one below that votes connect to it."""

    first: tuple[Flip, ...]
    neighbours: tuple[Flip, ...]


def audit_flips(
    votes: VoteLog, method: Method = METHOD, *, units: tuple[Unit, ...] = UNITS, neighbours: bool = True
) -> FlipAudit:
    """Audit the order of the contenders shown, within each part of the board that rated votes connect."""
    votes = votes.compact()
    board = _Board.of(votes, method)
    counts = count_outcomes(votes)
    shown = np.flatnonzero(sum_records(counts).rated >= method.thresholds.thin_votes)
    ranked = rank_joined(board.whole.strengths.theta, connect(counts).part, shown)
    pairs = [(one, below[0]) for one, below in ranked if below and neighbours]
    return FlipAudit(
        first=tuple(flip for one, below in ranked[:1] if below for flip in _flip_first(board, units, one, below)),
        neighbours=tuple(flip for one, two in pairs for flip in _flip_pair(board, units, one, two)),
    )


def rank_joined(theta: Vector, part: Ids, shown: Ids) -> list[tuple[int, list[int]]]:
    """Each contender shown, the strongest first, with those below it that rated votes connect to it."""
    order = shown[np.argsort(-np.round(theta[shown], _DECIMALS), kind="stable")].tolist()
    return [(one, [two for two in order[place + 1 :] if part[two] == part[one]]) for place, one in enumerate(order)]


@dataclass(frozen=True, eq=False)
class _Fit:
    strengths: Strengths
    by_category: Vector

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """How much each strength moves with a pull at each contender, float64[n, n]."""
        return np.asarray(np.linalg.inv(self.strengths.total))


@dataclass(frozen=True, eq=False)
class _Board:
    """The rated votes by cell: votes of equal category, outcome, left and right have the same influence per weight."""

    votes: VoteLog
    method: Method
    cell: Ids
    mass: Vector
    category: Ids
    outcome: Ids
    left: Ids
    right: Ids

    @classmethod
    def of(cls, votes: VoteLog, method: Method) -> "_Board":
        votes = votes.select((votes.outcome != BOTH_BAD) & (votes.weight > 0))
        n = len(votes.contenders)
        category = votes.category.astype(np.int64) if method.equal_category_weights else np.zeros(len(votes), np.int64)
        keys = ((category * len(OUTCOMES) + votes.outcome) * n + votes.left) * n + votes.right
        cells, cell = np.unique(keys, return_inverse=True)
        mass = _sum_by(cell, len(cells), votes.weight)
        category, rest = np.divmod(cells, len(OUTCOMES) * n * n)
        outcome, rest = np.divmod(rest, n * n)
        return cls(votes, method, cell, mass, category, outcome, *np.divmod(rest, n))

    @cached_property
    def whole(self) -> _Fit:
        """The fit of all rows, from which each search starts."""
        return self.refit()

    @cached_property
    def pair_cell(self) -> Ids:
        """Each cell's place in a flattened table by outcome, left and right."""
        n = len(self.votes.contenders)
        return (self.outcome * n + self.left) * n + self.right

    @cached_property
    def met(self) -> Ids:
        """How many votes are between each two contenders, int64[n, n]."""
        n = len(self.votes.contenders)
        once = np.bincount(self.votes.left.astype(np.int64) * n + self.votes.right, minlength=n * n).reshape(n, n)
        return np.asarray(once + once.T)

    def refit(self, removed: NDArray[np.int64] | None = None) -> _Fit:
        """The board's fit without some rows; category weights follow from the votes that remain."""
        mass = self.mass
        if removed is not None:
            gone = _sum_by(self.cell[removed], len(mass), self.votes.weight[removed])
            mass = np.maximum(mass - gone, 0.0)
        by_category = np.ones(1)
        if self.method.equal_category_weights:
            by_category = equal_say(_sum_by(self.category, 1, mass), full_say=self.method.full_say)
            mass = mass * by_category[self.category]
        n = len(self.votes.contenders)
        flat = _sum_by(self.pair_cell, len(OUTCOMES) * n * n, mass)
        outcomes = flat.reshape(len(OUTCOMES), n, n)
        start = None if removed is None else self.whole.strengths.theta
        return _Fit(fit_strengths(score_table(outcomes), prior_sd=self.method.prior_sd, start=start), by_category)

    def pulls(self, fitted: _Fit, leader: int, challenger: int) -> Vector:
        """Each vote's influence on the leader's gap above the challenger, to first order in logits, float64[votes]."""
        theta = fitted.strengths.theta
        towards = fitted.spread[leader] - fitted.spread[challenger]
        residual = left_points(self.outcome.astype(np.int8)) - logistic(theta[self.left] - theta[self.right])
        pull = fitted.by_category[self.category] * (towards[self.left] - towards[self.right]) * residual
        return np.asarray(pull[self.cell] * self.votes.weight)

    def unit_ids(self, unit: Unit) -> tuple[Ids, int]:
        """The unit of each rated vote, and the number of units."""
        if unit == "vote":
            return np.arange(len(self.votes)), len(self.votes)
        if unit == "voter":
            return self.votes.voter.astype(np.int64), len(self.votes.voters)
        return self.votes.prompt.astype(np.int64), len(self.votes.prompts)

    def name(self, unit: Unit, chosen: Ids) -> tuple[int, ...] | tuple[str, ...]:
        """Positions of votes, labels of voters or prompts."""
        if unit == "vote":
            return tuple(self.votes.position[chosen].tolist())
        labels = self.votes.voters if unit == "voter" else self.votes.prompts
        return tuple(labels[index] for index in chosen.tolist())


def _flip_first(board: _Board, units: tuple[Unit, ...], leader: int, below: list[int]) -> list[Flip]:
    """The smallest flip over the challengers; only the most promising, to first order, are searched in full."""
    theta = board.whole.strengths.theta
    promises: dict[Unit, list[tuple[bool, int, int]]] = {unit: [] for unit in units}
    for place, challenger in enumerate(below):
        pulls = board.pulls(board.whole, leader, challenger)
        for unit in units:
            chosen, enough = _strongest(_sum_by(*board.unit_ids(unit), pulls), float(theta[leader] - theta[challenger]))
            promises[unit].append((not enough, len(chosen), place))
    flips = []
    for unit in units:
        best = [below[place] for *_, place in sorted(promises[unit])[:_CHALLENGERS]]
        found = [flip for each in best for flip in _flip_pair(board, (unit,), leader, each)]
        flips.append(min(found, key=lambda flip: (flip.count is None, flip.count)))
    return flips


def _flip_pair(board: _Board, units: tuple[Unit, ...], leader: int, challenger: int) -> list[Flip]:
    """The flips of two contenders by each unit; what each vote does for the gap is computed once for all."""
    pulls = board.pulls(board.whole, leader, challenger)
    return [_flip(board, unit, leader, challenger, pulls) for unit in units]


def _flip(board: _Board, unit: Unit, leader: int, challenger: int, pulls: Vector) -> Flip:
    unit_of, count = board.unit_ids(unit)
    names = board.votes.contenders
    removed = _search(board, unit_of, count, leader, challenger, pulls)
    if removed is None:
        return Flip(unit, names[leader], names[challenger], None, 0)
    rows = len(_rows_of(unit_of, count, removed))
    return Flip(unit, names[leader], names[challenger], board.name(unit, removed), rows)


def _search(board: _Board, units: Ids, count: int, leader: int, challenger: int, pulls: Vector) -> Ids | None:
    """Units in the order of removal, as few as the search finds; None where it finds no flip.

    `pulls` are those of the whole board.
    """

    def without(removed: Ids) -> tuple[_Fit, NDArray[np.int64]]:
        rows = _rows_of(units, count, removed)
        return board.refit(rows), rows

    removed, rows, fitted = np.zeros(0, np.int64), np.zeros(0, np.int64), board.whole
    while (gap := _gap(fitted, leader, challenger)) >= -_LEVEL:
        if len(removed):
            pulls = board.pulls(fitted, leader, challenger)
        left = _sum_by(units, count, pulls)
        left[removed] = 0.0
        chosen, enough = _strongest(left, gap + _LEVEL)
        if not len(chosen):
            return None
        if not enough:
            # All influences together fall short of the gap here. They change as votes go, so only half of the units are
            # removed first.
            chosen = chosen[: (len(chosen) + 1) // 2]
        removed = np.append(removed, chosen)
        fitted, rows = without(removed)
    if not _stand(board, rows, leader, challenger):
        return None
    short, long = 0, len(removed)
    while long - short > 1:
        middle = (short + long) // 2
        fitted, rows = without(removed[:middle])
        flipped = _gap(fitted, leader, challenger) < -_LEVEL and _stand(board, rows, leader, challenger)
        short, long = (short, middle) if flipped else (middle, long)
    return removed[:long]


def _rows_of(units: Ids, count: int, chosen: Ids) -> Ids:
    """The rows that belong to the chosen units."""
    is_chosen = np.zeros(count, dtype=bool)
    is_chosen[chosen] = True
    return np.flatnonzero(is_chosen[units])


def _gap(fitted: _Fit, leader: int, challenger: int) -> float:
    return float(fitted.strengths.theta[leader] - fitted.strengths.theta[challenger])


def _stand(board: _Board, removed: Ids, one: int, two: int) -> bool:
    """Whether, without some rows, two contenders stay connected and keep enough rated votes to be shown."""
    left, right, met = board.votes.left[removed], board.votes.right[removed], board.met.copy()
    np.subtract.at(met, (left, right), 1)
    np.subtract.at(met, (right, left), 1)
    fewest = min(int(met[one].sum()), int(met[two].sum()))
    return fewest >= board.method.thresholds.thin_votes and are_joined(met > 0, one, two)


def _strongest(pull: Vector, gap: float) -> tuple[Ids, bool]:
    """The fewest units that together outweigh the gap, strongest first, and True; else all that help, and False."""
    pull = np.round(pull, _DECIMALS)
    helpful = int(np.count_nonzero(pull > 0))
    if not helpful:
        return np.zeros(0, np.int64), False
    size = 256
    while True:
        # Few units usually suffice, so only the strongest ones are sorted, more in each round.
        size = min(size, helpful)
        bar = np.partition(pull, len(pull) - size)[len(pull) - size]
        chosen = np.flatnonzero(pull >= bar)
        chosen = chosen[np.argsort(-pull[chosen], kind="stable")]
        total = np.cumsum(pull[chosen])
        if total[-1] > gap:
            return chosen[: int(np.searchsorted(total, gap, side="right")) + 1], True
        if size == helpful:
            return chosen, False
        size *= 8


def _sum_by(ids: Ids, count: int, values: Vector) -> Vector:
    return np.asarray(np.bincount(ids, weights=values, minlength=count), dtype=np.float64)
