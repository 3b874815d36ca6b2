"""How evenly contenders were shown: votes, prompts and opponents of each."""

from dataclasses import dataclass

import numpy as np

from leaderboard.ratings.columns.counting import count_outcomes
from leaderboard.ratings.columns.votelog import VoteLog


@dataclass(frozen=True)
class ContenderExposure:
    """One contender's votes with any outcome, how many of them with it on the left, its prompts and its opponents."""

    contender: str
    votes: int
    on_left: int
    prompts: int
    opponents: int


@dataclass(frozen=True)
class Exposure:
    """All contenders by label, and how many prompts and pairs the board's votes cover."""

    contenders: tuple[ContenderExposure, ...]
    prompts: int
    pairs_met: int

    @property
    def pairs(self) -> int:
        """The number of possible pairs."""
        return len(self.contenders) * (len(self.contenders) - 1) // 2

    @property
    def ratio(self) -> float | None:
        """Votes of the contender shown most over those of the one shown least; None on an empty board."""
        shown = [line.votes for line in self.contenders]
        return max(shown) / min(shown) if shown else None


def measure_exposure(votes: VoteLog) -> Exposure:
    """Count exposure over all votes, `both_bad` included."""
    votes = votes.compact()
    n = len(votes.contenders)
    sides = count_outcomes(votes).sum(axis=0)
    met = (sides + sides.T) > 0
    on_left, shown = sides.sum(axis=1), sides.sum(axis=0) + sides.sum(axis=1)
    seen = np.unique(np.concatenate([votes.prompt.astype(np.int64) * n + side for side in (votes.left, votes.right)]))
    prompts = np.bincount(seen % n, minlength=n) if n else np.zeros(0, dtype=np.int64)
    columns = (shown, on_left, prompts, met.sum(axis=1))
    rows = zip(votes.contenders, *(column.tolist() for column in columns), strict=True)
    return Exposure(tuple(ContenderExposure(*row) for row in rows), len(votes.prompts), int(met.sum()) // 2)
