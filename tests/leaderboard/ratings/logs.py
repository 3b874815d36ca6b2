"""Vote logs for the tests: written by hand, drawn by hypothesis, or simulated from known strengths."""

from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from leaderboard.ratings.columns.votelog import OUTCOMES, VoteLog, VoteRow

Duel = tuple[str, str, str, str]


def write_log(duels: Iterable[Duel], *, category: str = "photo", weight: Sequence[float] | None = None) -> VoteLog:
    """A log of (left, right, outcome, voter) at positions 1, 2, 3, …, each on a prompt of its own."""
    rows = list(duels)
    return VoteLog.from_columns(
        position=range(1, len(rows) + 1),
        left=[row[0] for row in rows],
        right=[row[1] for row in rows],
        outcome=[row[2] for row in rows],
        voter=[row[3] for row in rows],
        prompt=[f"p{index:06}" for index in range(len(rows))],
        category=[category] * len(rows),
        language=["en"] * len(rows),
        weight=weight,
    )


def from_rows(rows: Iterable[VoteRow]) -> VoteLog:
    """A log of at least one vote."""
    return VoteLog.from_columns(**dict(zip(VoteRow._fields, zip(*rows, strict=True), strict=True)))


def repeat_duel(left: str, right: str, *, wins: int = 0, losses: int = 0, ties: int = 0, bad: int = 0) -> list[Duel]:
    """Votes on one pair, with the given outcomes of the left side, each by a different voter."""
    outcomes = ["left"] * wins + ["right"] * losses + ["tie"] * ties + ["both_bad"] * bad
    return [(left, right, outcome, f"{left}-{right}-{index}") for index, outcome in enumerate(outcomes)]


def simulate(
    theta: ArrayLike,
    *,
    votes: int,
    voters: int,
    seed: int,
    ties: float = 0.2,
    bad: float = 0.05,
    side: float = 0.0,
    prompts: int = 0,
) -> VoteLog:
    """Votes on random pairs of c00, c01, … by equally busy voters; ties and both-bad are pure chance.

    Without a number of prompts each vote is on one of its own.
    """
    rng = np.random.default_rng(seed)
    strength = np.asarray(theta, dtype=np.float64)
    left = rng.integers(0, len(strength), votes)
    right = (left + rng.integers(1, len(strength), votes)) % len(strength)
    prefer_left = rng.random(votes) < 1 / (1 + np.exp(strength[right] - strength[left] - side))
    kind = rng.random(votes)
    outcome = np.where(kind < bad, 3, np.where(kind < bad + ties, 2, np.where(prefer_left, 0, 1)))
    voter, category = rng.integers(0, voters, votes), rng.integers(0, 4, votes)
    prompt = rng.integers(0, prompts, votes) if prompts else None
    return from_arrays(left, right, outcome, voter, prompt=prompt, category=category)


def from_arrays(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    outcome: NDArray[np.int64],
    voter: NDArray[np.int64],
    *,
    prompt: NDArray[np.int64] | None = None,
    category: NDArray[np.int64] | None = None,
) -> VoteLog:
    """A log from plain ids at positions 0, 1, 2, …, each on a prompt of its own unless prompts are given."""
    zeros = np.zeros(len(left), dtype=np.int64)
    places = np.arange(len(left)) if prompt is None else prompt
    kinds = zeros if category is None else category
    return VoteLog.from_codes(
        contenders=[f"c{index:02}" for index in range(int(max(left.max(), right.max())) + 1)],
        voters=[f"v{index:06}" for index in range(int(voter.max()) + 1)],
        prompts=[f"p{index:06}" for index in range(int(places.max()) + 1)],
        categories=[f"k{index}" for index in range(int(kinds.max()) + 1)],
        languages=["en"],
        position=np.arange(len(left)),
        left=left,
        right=right,
        outcome=outcome,
        voter=voter,
        prompt=places,
        category=kinds,
        language=zeros,
    )


@st.composite
def duels(draw: st.DrawFn, *, least: int = 1, most: int = 40) -> list[Duel]:
    """Any votes among up to five contenders by up to six voters."""
    pair = st.lists(st.sampled_from("abcde"), min_size=2, max_size=2, unique=True)
    rows = draw(
        st.lists(st.tuples(pair, st.sampled_from(OUTCOMES), st.sampled_from("uvwxyz")), min_size=least, max_size=most)
    )
    return [(sides[0], sides[1], outcome, voter) for sides, outcome, voter in rows]
