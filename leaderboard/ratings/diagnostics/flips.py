"""How fragile an order is: the fewest votes, voters or prompts whose removal would change it.

The search is the most influential set of Broderick, Giordano and Meager, "An Automatic Finite-Sample Robustness Metric"
(2020), as Huang et al. (arXiv 2508.11847) use it on arenas. Units are ordered by first-order influence, and the board
is refitted without the first of them. Where the refit shows that these do not suffice, influence is computed anew and
more units are removed, until they do. Then the set is cut back. Every number is verified by a refit, but it is an upper
bound: a smaller set may exist.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.components import connect
from leaderboard.ratings.columns.counting import count_outcomes, equal_say, left_points, score_table, sum_records
from leaderboard.ratings.columns.votelog import BOTH_BAD, OUTCOMES, VoteLog
from leaderboard.ratings.fits.bradley_terry import Strengths, fit_strengths, logistic
from leaderboard.ratings.fits.solving import solve
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
    ranked = rank_joined(board.refit().strengths.theta, connect(counts).part, shown)
    return FlipAudit(
        first=tuple(_flip_first(board, unit, one, below) for one, below in ranked[:1] if below for unit in units),
        neighbours=tuple(
            _flip(board, unit, one, below[0]) for one, below in ranked if below and neighbours for unit in units
        ),
    )


def rank_joined(theta: Vector, part: Ids, shown: Ids) -> list[tuple[int, list[int]]]:
    """Each contender shown, the strongest first, with those below it that rated votes connect to it."""
    order = shown[np.argsort(-np.round(theta[shown], _DECIMALS), kind="stable")].tolist()
    return [(one, [two for two in order[place + 1 :] if part[two] == part[one]]) for place, one in enumerate(order)]


@dataclass(frozen=True, eq=False)
class _Fit:
    strengths: Strengths
    by_category: Vector


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
        mass = _sum_by(cell, votes.weight, len(cells))
        category, rest = np.divmod(cells, len(OUTCOMES) * n * n)
        outcome, rest = np.divmod(rest, n * n)
        return cls(votes, method, cell, mass, category, outcome, *np.divmod(rest, n))

    def refit(self, removed: NDArray[np.int64] | None = None) -> _Fit:
        """The board's fit without some rows; category weights follow from the votes that remain."""
        mass = self.mass
        if removed is not None:
            gone = _sum_by(self.cell[removed], self.votes.weight[removed], len(mass))
            mass = np.maximum(mass - gone, 0.0)
        total = _sum_by(self.category, mass, 1)
        equal = self.method.equal_category_weights
        by_category = equal_say(total, full_say=self.method.full_say) if equal else np.ones(len(total))
        n = len(self.votes.contenders)
        keys = (self.outcome * n + self.left) * n + self.right
        flat = _sum_by(keys, mass * by_category[self.category], len(OUTCOMES) * n * n)
        outcomes = flat.reshape(len(OUTCOMES), n, n)
        return _Fit(fit_strengths(score_table(outcomes), prior_sd=self.method.prior_sd), by_category)

    def pulls(self, fitted: _Fit, leader: int, challenger: int) -> Vector:
        """Each vote's influence on the leader's gap above the challenger, to first order in logits, float64[votes]."""
        theta = fitted.strengths.theta
        gap = np.zeros(len(theta))
        gap[[leader, challenger]] = 1.0, -1.0
        towards = solve(fitted.strengths.total, gap)
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


def _flip_first(board: _Board, unit: Unit, leader: int, below: list[int]) -> Flip:
    """The smallest flip over the challengers; only the most promising, to first order, are searched in full."""
    units, count = board.unit_ids(unit)
    fitted = board.refit()
    theta = fitted.strengths.theta

    def promise(challenger: int) -> tuple[bool, int]:
        pull = _sum_by(units, board.pulls(fitted, leader, challenger), count)
        chosen, enough = _strongest(pull, float(theta[leader] - theta[challenger]))
        return not enough, len(chosen)

    flips = [_flip(board, unit, leader, each) for each in sorted(below, key=promise)[:_CHALLENGERS]]
    return min(flips, key=lambda flip: (flip.count is None, flip.count))


def _flip(board: _Board, unit: Unit, leader: int, challenger: int) -> Flip:
    units, count = board.unit_ids(unit)
    names = board.votes.contenders
    removed = _search(board, units, count, leader, challenger)
    if removed is None:
        return Flip(unit, names[leader], names[challenger], None, 0)
    rows = int(np.count_nonzero(np.isin(units, removed)))
    return Flip(unit, names[leader], names[challenger], board.name(unit, removed), rows)


def _search(board: _Board, units: Ids, count: int, leader: int, challenger: int) -> Ids | None:
    """Units in the order of removal, as few as the search finds; None where it finds no flip."""

    def without(removed: Ids) -> tuple[_Fit, NDArray[np.int64]]:
        rows = np.flatnonzero(np.isin(units, removed))
        return board.refit(rows), rows

    removed, rows, fitted = np.zeros(0, np.int64), np.zeros(0, np.int64), board.refit()
    while (gap := _gap(fitted, leader, challenger)) >= -_LEVEL:
        left = _sum_by(units, board.pulls(fitted, leader, challenger), count)
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


def _gap(fitted: _Fit, leader: int, challenger: int) -> float:
    return float(fitted.strengths.theta[leader] - fitted.strengths.theta[challenger])


def _stand(board: _Board, removed: NDArray[np.int64], *contenders: int) -> bool:
    """Whether, without some rows, the contenders stay connected and keep enough rated votes to be shown."""
    kept = np.ones(len(board.votes), dtype=bool)
    kept[removed] = False
    counts = count_outcomes(board.votes.select(kept))
    rated, part = sum_records(counts).rated, connect(counts).part
    enough = all(rated[each] >= board.method.thresholds.thin_votes for each in contenders)
    return enough and len({int(part[each]) for each in contenders}) == 1


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


def _sum_by(ids: Ids, values: Vector, count: int) -> Vector:
    return np.asarray(np.bincount(ids, weights=values, minlength=count), dtype=np.float64)
