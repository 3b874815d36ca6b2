"""Simulated worlds of known truth: voters with tastes of their own, prompts whose images came out better or worse."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE, VoteLog

Ids = NDArray[np.int64]
Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

CONTENDERS = 8
# Elo points per logit.
ELO = 400 / np.log(10)
# A vote is a tie if the two images are no further apart than this, in logits.
TIE_MARGIN = 0.4


@dataclass(frozen=True)
class Setting:
    """One kind of world; standard deviations are in logits."""

    voters: int
    zipf: bool
    taste: float
    images: float
    prompts: int


@dataclass(frozen=True, eq=False)
class World:
    """Who votes on what, and what people and prompts add to each contender's strength, in logits."""

    voter: Ids
    prompt: Ids
    left: Ids
    right: Ids
    taste: Matrix
    luck: Matrix

    def worth(self, strength: Vector) -> Matrix:
        """Each contender's strength in each vote, float64[votes, contenders]."""
        return np.asarray(strength + self.taste[self.voter] + self.luck[self.prompt])

    def vote(self, rng: np.random.Generator, worth: Matrix) -> VoteLog:
        """Cast all votes, in one category and language."""
        rows = np.arange(len(worth))
        gap = worth[rows, self.left] - worth[rows, self.right] + rng.logistic(size=len(worth))
        one = np.zeros(len(worth), dtype=np.int64)
        return VoteLog.from_codes(
            contenders=[f"c{index}" for index in range(CONTENDERS)],
            voters=[f"v{index:04}" for index in range(len(self.taste))],
            prompts=[f"p{index:04}" for index in range(len(self.luck))],
            categories=["k"],
            languages=["en"],
            position=rows,
            left=self.left,
            right=self.right,
            outcome=np.where(np.abs(gap) < TIE_MARGIN, TIE, np.where(gap > 0, LEFT, RIGHT)),
            voter=self.voter,
            prompt=self.prompt,
            category=one,
            language=one,
        )


def draw_world(
    rng: np.random.Generator, setting: Setting, votes: int, *, others: NDArray[np.bool_] | None = None
) -> World:
    """Draw one world; the votes marked in `others` are cast by a second, equally large group of people."""
    activity = 1 / np.arange(1, setting.voters + 1) if setting.zipf else np.ones(setting.voters)
    voter = rng.choice(setting.voters, votes, p=activity / activity.sum())
    prompt = rng.integers(0, setting.prompts, votes)
    people = setting.voters if others is None else 2 * setting.voters
    taste = rng.normal(0, setting.taste, (people, CONTENDERS))
    luck = rng.normal(0, setting.images, (setting.prompts, CONTENDERS))
    left = rng.integers(0, CONTENDERS, votes)
    right = (left + rng.integers(1, CONTENDERS, votes)) % CONTENDERS
    voter = voter if others is None else voter + setting.voters * others
    return World(voter, prompt, left, right, taste, luck)
