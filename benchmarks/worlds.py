"""Simulated worlds of known truth: voters with tastes of their own, prompts whose images came out better or worse."""

from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, RIGHT, TIE, VoteLog

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
    """One kind of world; standard deviations are in logits.

    `zipf` makes activity heavy-tailed. `unequal` is the sd of the logarithm of a contender's own taste; `factor` the sd
    of a taste that all voters have in different measure. `adaptive` deals close contenders more often. `margin` makes
    ties, and `bad` is the share of votes in which both images are bad.
    """

    voters: int
    zipf: bool
    taste: float
    images: float
    prompts: int
    _: KW_ONLY
    unequal: float = 0.0
    factor: float = 0.0
    adaptive: bool = False
    margin: float = TIE_MARGIN
    bad: float = 0.0


@dataclass(frozen=True, eq=False)
class World:
    """Who votes on what, and what people and prompts add to each contender's strength, in logits.

    `scatter` is the standard deviation of a gap over all people and prompts, `dealt` how often each ordered pair is
    dealt, float64[contenders, contenders] each.
    """

    setting: Setting
    voter: Ids
    prompt: Ids
    left: Ids
    right: Ids
    taste: Matrix
    luck: Matrix
    scatter: Matrix
    dealt: Matrix

    def worth(self, strength: Vector) -> Matrix:
        """Each contender's strength in each vote, float64[votes, contenders]."""
        return np.asarray(strength + self.taste[self.voter] + self.luck[self.prompt])

    def vote(self, rng: np.random.Generator, worth: Matrix) -> VoteLog:
        """Cast all votes, in one category and language."""
        rows = np.arange(len(worth))
        gap = worth[rows, self.left] - worth[rows, self.right] + rng.logistic(size=len(worth))
        one = np.zeros(len(worth), dtype=np.int64)
        answer = np.where(np.abs(gap) < self.setting.margin, TIE, np.where(gap > 0, LEFT, RIGHT))
        if self.setting.bad:
            answer = np.where(rng.random(len(worth)) < self.setting.bad, BOTH_BAD, answer)
        return VoteLog.from_codes(
            contenders=[f"c{index}" for index in range(CONTENDERS)],
            voters=[f"v{index:04}" for index in range(len(self.taste))],
            prompts=[f"p{index:04}" for index in range(len(self.luck))],
            categories=["k"],
            languages=["en"],
            position=rows,
            left=self.left,
            right=self.right,
            outcome=answer,
            voter=self.voter,
            prompt=self.prompt,
            category=one,
            language=one,
        )


def draw_world(
    rng: np.random.Generator,
    setting: Setting,
    votes: int,
    *,
    others: NDArray[np.bool_] | None = None,
    strength: Vector | None = None,
) -> World:
    """Draw one world; the votes marked in `others` are cast by a second, equally large group of people.

    Adaptive dealing needs the contenders' `strength`.
    """
    activity = 1 / np.arange(1, setting.voters + 1) if setting.zipf else np.ones(setting.voters)
    voter = rng.choice(setting.voters, votes, p=activity / activity.sum())
    prompt = rng.integers(0, setting.prompts, votes)
    people = setting.voters if others is None else 2 * setting.voters
    own = np.full(CONTENDERS, setting.taste)
    if setting.unequal:
        own *= np.exp(setting.unequal * rng.normal(size=CONTENDERS) - setting.unequal**2)
    taste = own * rng.normal(size=(people, CONTENDERS))
    luck = rng.normal(0, setting.images, (setting.prompts, CONTENDERS))
    shared = np.zeros(CONTENDERS)
    if setting.factor:
        shared = setting.factor * rng.normal(size=CONTENDERS)
        taste += rng.normal(size=(people, 1)) * shared
    left = rng.integers(0, CONTENDERS, votes)
    right = (left + rng.integers(1, CONTENDERS, votes)) % CONTENDERS
    dealt = 1.0 - np.eye(CONTENDERS)
    if setting.adaptive and strength is not None:
        dealt *= np.exp(-2 * np.abs(strength[:, None] - strength))
        left, right = np.divmod(rng.choice(CONTENDERS**2, votes, p=(dealt / dealt.sum()).ravel()), CONTENDERS)
    voter = voter if others is None else voter + setting.voters * others
    scatter = np.sqrt(own[:, None] ** 2 + own**2 + (shared[:, None] - shared) ** 2 + 2 * setting.images**2)
    return World(setting, voter, prompt, left, right, taste, luck, scatter, dealt)
