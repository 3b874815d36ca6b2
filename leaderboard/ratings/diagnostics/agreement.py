"""Whether people agree with each other, and with themselves, on the same pair of contenders on the same prompt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import LEFT, OUTCOMES, RIGHT, VoteLog

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha among voters, and how often a voter repeats an earlier answer.

    `alpha` is 1 for perfect agreement, 0 for what chance alone would give, below 0 for less. It is None where no two
    voters met the same unit, or all answers are the same. `units` counts (prompt, pair) units with at least two voters,
    `votes` the votes in them. `repeats` counts the votes of a voter on a unit after their first one there. `consistent`
    is the share of these that equal the vote before, None without any.
    """

    alpha: float | None
    units: int
    votes: int
    repeats: int
    consistent: float | None


def measure_agreement(votes: VoteLog) -> Agreement:
    """Nominal alpha (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011) on all four outcomes.

    A unit is a prompt and an unordered pair; an answer names the contender preferred, not a side. Only a voter's first
    answer to a unit counts for alpha, so that nobody agrees with themselves.
    """
    unit, answer = _units(votes), _answers(votes)
    order = np.lexsort((votes.position, votes.voter, unit))
    unit, answer, voter = unit[order], answer[order], votes.voter[order]
    again = np.zeros(len(unit), dtype=bool)
    again[1:] = (unit[1:] == unit[:-1]) & (voter[1:] == voter[:-1])
    same = again.copy()
    same[1:] &= answer[1:] == answer[:-1]
    repeats = int(np.count_nonzero(again))
    table = _count_answers(unit[~again], answer[~again])
    return Agreement(
        alpha=_alpha(table),
        units=len(table),
        votes=int(table.sum()),
        repeats=repeats,
        consistent=int(np.count_nonzero(same)) / repeats if repeats else None,
    )


def _units(votes: VoteLog) -> Ids:
    n = len(votes.contenders)
    first, second = np.minimum(votes.left, votes.right), np.maximum(votes.left, votes.right)
    return np.asarray((votes.prompt.astype(np.int64) * n + first) * n + second)


def _answers(votes: VoteLog) -> Ids:
    """0 where the contender of the smaller id was preferred, 1 where the other one was, else the outcome."""
    answer = votes.outcome.astype(np.int64)
    turned = votes.left > votes.right
    return np.where(turned & (answer == LEFT), RIGHT, np.where(turned & (answer == RIGHT), LEFT, answer))


def _count_answers(unit: Ids, answer: Ids) -> Ids:
    """Answers by unit, int64[units, 4], of the units with at least two answers."""
    labels, unit = np.unique(unit, return_inverse=True)
    cells = np.bincount(unit * len(OUTCOMES) + answer, minlength=len(labels) * len(OUTCOMES))
    table = cells.reshape(len(labels), len(OUTCOMES))
    return np.asarray(table[table.sum(axis=1) > 1], dtype=np.int64)


def _alpha(table: Ids) -> float | None:
    """1 - observed disagreement / expected disagreement; None if none is expected."""
    sizes, totals = table.sum(axis=1), table.sum(axis=0)
    n = int(totals.sum())
    expected = (n * n - int(totals @ totals)) / (n - 1) if n > 1 else 0.0
    if not expected:
        return None
    differing = sizes**2 - np.einsum("uc,uc->u", table, table)
    return 1.0 - float(np.sum(differing / (sizes - 1))) / expected
