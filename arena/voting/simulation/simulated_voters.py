"""Simulated voters: heavy-tailed activity, personal taste, side bias, ties, both-bad, skips, some reasons; pure."""

import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import NamedTuple

# The true strengths in the demonstration, in logits, by contender. All others are average.
PLANTED_QUALITY: dict[str, float] = {
    "linden": 0.9,
    "harbour": 0.45,
    "rainy-day": 0.0,
    "wax-moon": -0.45,
    "pebble": -0.9,
}
# The same for edits, which other hands do best: arena/painters/edits/edit_slips.py plants why.
PLANTED_IN_EDITS: dict[str, float] = {
    "harbour": 0.9,
    "linden": 0.45,
    "rainy-day": 0.0,
    "wax-moon": -0.45,
    "pebble": -0.9,
}
# What the demonstration's contenders win by: every other reason for their wins is this one, the rest are drawn evenly.
PLANTED_REASON: dict[str, str] = {
    "linden": "looks",
    "harbour": "composition",
    "rainy-day": "text",
    "wax-moon": "anatomy",
    "pebble": "prompt",
}
# The share of votes with reasons.
REASON_SHARE = 0.3
# Standard deviations, in logits.
TASTE = 0.5
IMAGE_EFFECT = 0.5
SIDE_BIAS = 0.1
# A difference below this is a tie; two images both below the floor are both bad.
TIE_WIDTH = 0.3
FLOOR = -1.5
SKIP_SHARE = 0.02
# The share of people who read English, and the share who read any one of the other languages.
ENGLISH_SHARE = 0.92
OTHER_SHARE = 0.25


class Look(NamedTuple):
    """One image as the simulation knows it: who made it, for which prompt, which sample, and whether it is an edit."""

    contender: str
    prompt: str
    sample: int
    edit: bool = False

    @property
    def quality(self) -> float:
        """The true strength of its contender at what the prompt asks for, in logits."""
        return (PLANTED_IN_EDITS if self.edit else PLANTED_QUALITY).get(self.contender, 0.0)


@dataclass(frozen=True)
class Person:
    """A simulated voter. `weight` is how often they vote, relative to others."""

    number: int
    key: uuid.UUID
    weight: float
    side_bias: float


def seeded(seed: int | str) -> Random:
    """Return the pseudo-random numbers of a seed: repeatable, as a simulation needs, and not for secrets."""
    return Random(seed)  # noqa: S311 (a simulation is to be repeatable)


def make_people(rng: Random, *, keys: Sequence[uuid.UUID], first: int = 0) -> list[Person]:
    """Return one person per key, numbered from `first`; the n-th votes 1/n as often as the first (Zipf)."""
    return [
        Person(number=first + place, key=key, weight=1.0 / (1 + place), side_bias=rng.gauss(SIDE_BIAS, SIDE_BIAS))
        for place, key in enumerate(keys)
    ]


def languages_of(person: Person, *, available: Iterable[str], seed: int) -> tuple[str, ...]:
    """Return which of the available languages the person reads: the same ones however many more become available."""
    return tuple(code for code in available if _reads(person.number, code, seed))


@lru_cache(maxsize=10_000)
def _reads(number: int, code: str, seed: int) -> bool:
    return seeded(f"{seed}/reads/{number}/{code}").random() < (ENGLISH_SHARE if code == "en" else OTHER_SHARE)


def judge(rng: Random, person: Person, *, left: Look, right: Look, seed: int) -> str:
    """Return the person's answer: a skip, both bad, a tie, or a side by a logistic choice of the better image."""
    if rng.random() < SKIP_SHARE:
        return "skip"
    seen_left, seen_right = (
        look.quality + _lasting_effects(person, look, seed) + _gumbel(rng) for look in (left, right)
    )
    if max(seen_left, seen_right) < FLOOR:
        return "both_bad"
    difference = seen_left - seen_right + person.side_bias
    if abs(difference) < TIE_WIDTH:
        return "tie"
    return "left" if difference > 0 else "right"


def give_reasons(
    person: Person, *, answer: str, left: Look, right: Look, offered: Sequence[str], seed: int
) -> tuple[str, ...]:
    """Return the reasons of a vote, of those offered: none for most votes, otherwise one or two.

    They are drawn apart from the answers, so that these are the same whether or not reasons are given.
    """
    rng = seeded(f"{seed}/why/{person.number}/{left}/{right}")
    if not offered or rng.random() >= REASON_SHARE:
        return ()
    winner = {"left": left, "right": right}.get(answer)
    drawn = [rng.choice(offered) for _ in range(rng.choice((1, 2)))]
    planted = PLANTED_REASON.get(winner.contender, "") if winner else ""
    if planted in offered and rng.random() < 0.5:
        drawn[0] = planted
    return tuple(dict.fromkeys(drawn))


def _lasting_effects(person: Person, look: Look, seed: int) -> float:
    """A person's taste for a contender plus the image's own luck: the same whenever they see it."""
    taste = seeded(f"{seed}/taste/{person.number}/{look.contender}").gauss(0.0, TASTE)
    luck = seeded(f"{seed}/image/{look.contender}/{look.prompt}/{look.sample}").gauss(0.0, IMAGE_EFFECT)
    return taste + luck


def _gumbel(rng: Random) -> float:
    """Noise whose differences are logistic, centred on its mean."""
    return -math.log(-math.log(rng.random() or 0.5)) - 0.5772
