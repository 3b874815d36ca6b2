"""How much sequential TrueSkill depends on the order of the votes: it replays the same votes in many orders."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.uncertainty.seeded_draws import STEP, mix_bits

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class ReplayedSkill:
    """One contender's mu - 3 sigma: from all votes at once, in ledger order, and the spread over random orders."""

    contender: str
    at_once: float
    in_order: float
    lowest: float
    highest: float
    sd: float


@dataclass(frozen=True)
class Replays:
    """Contenders shown, by falling `at_once`, and how many random orders of all the votes were replayed."""

    orders: int
    lines: tuple[ReplayedSkill, ...]


def compare_orders(
    votes: VoteLog, method: Method, *, at_once: Vector, shown: NDArray[np.int64], orders: int
) -> Replays | None:
    """Replay the log in its order and in `orders` random ones, which depend on ledger positions and the order's number.

    `at_once`, float64[n], is the published mu - 3 sigma; `shown` are the contenders with numbers. None without any.
    """
    if not len(shown):
        return None
    in_order = replay(votes, method).conservative
    found = np.array([replay(_shuffle(votes, number), method).conservative for number in range(1, orders + 1)])
    columns = (at_once, in_order, found.min(axis=0), found.max(axis=0), found.std(axis=0))
    lines = [
        ReplayedSkill(votes.contenders[index], *(float(column[index]) for column in columns))
        for index in sorted(shown.tolist(), key=lambda index: -at_once[index])
    ]
    return Replays(orders, tuple(lines))


def _shuffle(votes: VoteLog, number: int) -> VoteLog:
    """The votes by a hash of their position (the finalizer of SplitMix64): the same on every machine and version."""
    with np.errstate(over="ignore"):
        mixed = mix_bits(votes.position.astype(np.uint64) + np.uint64(number) * STEP)
    order = np.argsort(mixed, kind="stable")
    # Only the columns that a replay reads.
    return replace(votes, left=votes.left[order], right=votes.right[order], outcome=votes.outcome[order])
