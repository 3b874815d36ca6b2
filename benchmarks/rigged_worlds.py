"""A public arena in simulation: honest voters over a month, and attackers who know every picture, on its last days.

Matchups are dealt by the arena's own rule (`arena.voting.dealing.choice`). A skip costs nothing there but the two
pictures, which are not dealt to that cookie again for a day.
"""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from arena.voting.dealing.choice import PromptImages, Shelf, Strengths, draw_matchup, order_prompts, pair_values
from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE, VoteLog

Goal = Literal["up", "up, voting on all", "up, rivals down"]

CONTENDERS, VOTES, DAYS = 10, 3_000, 30
PROMPTS, PICTURES = 60, 4
# Contenders stand this far apart, in logits: 35 Elo.
STEP = 0.2
# The one that attackers care for, by strength: fourth from below, so that there is room on both sides.
TARGET = 3
# Standard deviations in logits, and the gap below which a vote is a tie.
TASTE, LUCK, TIE_MARGIN = 0.5, 0.4, 0.4
# The number of votes of a person is 1 / u^TAIL: most come once, and a few stay.
TAIL, MOST_OF_ONE = 1.1, 250
SESSION = 10
# A cookie is settled after this many votes and days.
SETTLED_VOTES, SETTLED_DAYS = 15, 2
# The share of people in one of so many shared networks: offices, schools, mobile carriers.
SHARED, SHARED_NETWORKS = 0.2, 30


@dataclass
class Votes:
    """Votes cast so far, by column; `day` counts from 0."""

    voter: list[str] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    tier: list[str] = field(default_factory=list)
    network: list[str] = field(default_factory=list)
    prompt: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    outcome: list[int] = field(default_factory=list)

    def __add__(self, other: "Votes") -> "Votes":
        return Votes(**{name: own + getattr(other, name) for name, own in vars(self).items()})

    def but(self, **columns: list[Any]) -> "Votes":
        """The same votes with other columns."""
        return replace(self, **columns)

    def of(self, voters: int) -> "Votes":
        """The votes of so many attackers: of the same few in turn, under names and networks of their own."""
        by_voter: dict[int, list[int]] = {}
        for row, voter in enumerate(self.voter):
            by_voter.setdefault(int(voter[1:]), []).append(row)
        drawn = [(index, row) for index in range(voters) for row in by_voter[index % len(by_voter)]]
        same = {name: [column[row] for _, row in drawn] for name, column in vars(self).items()}
        named = {"voter": [f"x{index}" for index, _ in drawn], "network": [f"farm{index}" for index, _ in drawn]}
        return Votes(**same | named)

    def as_log(self) -> VoteLog:
        """The votes in order of days, and within a day as they were cast."""
        order = np.argsort(np.array(self.day), kind="stable")
        return VoteLog.from_columns(
            position=np.arange(1, len(order) + 1),
            left=[f"c{self.left[row]}" for row in order],
            right=[f"c{self.right[row]}" for row in order],
            outcome=np.array(self.outcome, dtype=np.int8)[order],
            voter=[self.voter[row] for row in order],
            prompt=[f"p{self.prompt[row]:02}" for row in order],
            tier=[self.tier[row] for row in order],
            network=[f"{self.network[row]} on {self.day[row]}" for row in order],
        )


@dataclass(eq=False)
class Cookie:
    """Whom the arena deals to: what this cookie has been shown, and where it stands in its own history."""

    name: str
    network: str
    seen: set[int] = field(default_factory=set)
    first_day: int = -1
    votes: int = 0

    def tier_on(self, day: int) -> str:
        """What the arena knows of the cookie when it votes."""
        settled = self.votes >= SETTLED_VOTES and day - self.first_day >= SETTLED_DAYS
        return "settled" if settled else "open"


class Arena:
    """One world: true strengths, luck of pictures, and the arena's dealing."""

    def __init__(self, seed: int) -> None:
        self.rng, self.dice = np.random.default_rng(seed), Random(seed)
        self.strength = STEP * (np.arange(CONTENDERS) - (CONTENDERS - 1) / 2)
        self.luck = self.rng.normal(0, LUCK, (PROMPTS, CONTENDERS))
        pictures = [
            {contender: tuple((prompt * CONTENDERS + contender) * PICTURES + sample for sample in range(PICTURES))
             for contender in range(CONTENDERS)} for prompt in range(PROMPTS)
        ]  # fmt: skip
        shelf = Shelf([PromptImages(prompt, VOTES // PROMPTS, pictures[prompt]) for prompt in range(PROMPTS)])
        self.shelves = (shelf,)
        known = Strengths(np.asarray(self.strength, dtype=np.float64), np.full(CONTENDERS, 0.01))
        self.values = pair_values(known)
        self.deals = 0

    def deal(self, cookie: Cookie) -> tuple[int, int, int] | None:
        """A prompt and two contenders; None when the cookie has seen everything."""
        for prompt in order_prompts(self.dice, self.shelves):
            draw = draw_matchup(self.dice, prompt, values=self.values, seen=cookie.seen)
            if draw is not None:
                cookie.seen |= {draw.left, draw.right}
                return draw.prompt_id, draw.left_contender, draw.right_contender
        return None

    def cast(self, votes: Votes, cookie: Cookie, day: int, dealt: tuple[int, int, int], outcome: int) -> None:
        """Write a vote down."""
        cookie.first_day = day if cookie.first_day < 0 else cookie.first_day
        prompt, left, right = dealt
        values = (cookie.name, day, cookie.tier_on(day), cookie.network, prompt, left, right, outcome)
        for column, value in zip(vars(votes).values(), values, strict=True):
            column.append(value)
        cookie.votes += 1

    def judge(self, dealt: tuple[int, int, int], taste: NDArray[np.float64]) -> int:
        """An honest answer."""
        prompt, left, right = dealt
        worth = self.strength + taste + self.luck[prompt]
        gap = worth[left] - worth[right] + self.rng.logistic()
        return TIE if abs(gap) < TIE_MARGIN else LEFT if gap > 0 else RIGHT

    def vote_honestly(self) -> Votes:
        """A month of honest votes."""
        votes, people = Votes(), 0
        while len(votes.day) < VOTES:
            wanted = int(min(MOST_OF_ONE, self.rng.random() ** -(1 / TAIL)))
            shared = self.rng.random() < SHARED
            network = f"shared{self.rng.integers(SHARED_NETWORKS)}" if shared else f"home{people}"
            cookie, day, taste = (
                Cookie(f"v{people}", network),
                int(self.rng.integers(DAYS)),
                self.rng.normal(0, TASTE, CONTENDERS),
            )
            people += 1
            while wanted > 0 and day < DAYS:
                for _ in range(min(wanted, SESSION)):
                    dealt = self.deal(cookie)
                    if dealt is None:
                        break
                    self.cast(votes, cookie, day, dealt, self.judge(dealt, taste))
                wanted, day = wanted - SESSION, day + 1 + int(self.rng.exponential(1.0))
        return votes

    def attack(self, *, voters: int, each: int, goal: Goal) -> Votes:
        """The votes of an attack on the last day by so many fresh cookies, each with a network of its own."""
        votes = Votes()
        for index in range(voters):
            cookie, wanted = Cookie(f"x{index}", f"farm{index}"), each
            while wanted > 0 and (dealt := self.deal(cookie)):
                self.deals += 1
                outcome = answer(goal, dealt[1], dealt[2])
                if outcome is None and goal == "up, voting on all":
                    outcome = self.judge(dealt, np.zeros(CONTENDERS))
                if outcome is not None:
                    self.cast(votes, cookie, DAYS - 1, dealt, outcome)
                    wanted -= 1
        return votes

    def age(self, votes: Votes) -> Votes:
        """The same attack by settled cookies: they voted honestly before, as often and as long before as that takes."""
        before, names = Votes(), dict.fromkeys(zip(votes.voter, votes.network, strict=True))
        for name, network in names:
            cookie = Cookie(name, network)
            for _ in range(SETTLED_VOTES):
                if dealt := self.deal(cookie):
                    self.cast(before, cookie, DAYS - 1 - SETTLED_DAYS, dealt, self.judge(dealt, np.zeros(CONTENDERS)))
        return before + votes.but(tier=["settled"] * len(votes.tier))


def turn(votes: Votes) -> Votes:
    """The same votes with the other side chosen."""
    return votes.but(outcome=[{LEFT: RIGHT, RIGHT: LEFT}.get(outcome, outcome) for outcome in votes.outcome])


def answer(goal: Goal, left: int, right: int) -> int | None:
    """An attacker's answer; None to skip what does not serve the goal."""
    rivals = (TARGET + 1, TARGET + 2) if goal == "up, rivals down" else ()
    liking = [(side == TARGET) - (side in rivals) for side in (left, right)]
    return None if liking[0] == liking[1] else LEFT if liking[0] > liking[1] else RIGHT
