from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.columns.votelog import OUTCOMES, VoteLog, VoteRow
from leaderboard.ratings.diagnostics.agreement import measure_agreement
from tests.leaderboard.ratings.logs import from_rows


def rate(rows: list[tuple[str, str, str]], *, swap: bool = False) -> VoteLog:
    """Votes (prompt, voter, outcome) on one pair; with `swap`, the same answers from the other side."""
    turned = {"left": "right", "right": "left"}
    sides = ("b", "a") if swap else ("a", "b")
    return from_rows(
        VoteRow(place, *sides, turned.get(outcome, outcome) if swap else outcome, voter, prompt, "k", "en")
        for place, (prompt, voter, outcome) in enumerate(rows)
    )


def test_alpha_equals_krippendorffs_published_example() -> None:
    # Section A of Krippendorff's paper, binary data of two observers: .095.
    observers = {"meg": "0 1 0 0 0 0 0 0 1 0", "owen": "1 1 1 0 0 1 0 0 0 0"}
    rows = [
        (f"unit-{unit}", name, OUTCOMES[int(value)])
        for name, values in observers.items()
        for unit, value in enumerate(values.split())
    ]
    found = measure_agreement(rate(rows))
    assert (found.units, found.votes) == (10, 20)
    assert found.alpha == pytest.approx(0.095, abs=5e-4)


def _by_pairs(rows: list[tuple[str, str, str]]) -> float | None:
    """The definition: disagreement within units over disagreement among all pairs of answers."""
    units: dict[str, list[str]] = {}
    for prompt, _, outcome in rows:
        units.setdefault(prompt, []).append(outcome)
    kept = [answers for answers in units.values() if len(answers) > 1]
    every = [answer for answers in kept for answer in answers]
    within = sum(sum(x != y for x, y in permutations(each, 2)) / (len(each) - 1) for each in kept)
    among = sum(x != y for x, y in permutations(every, 2)) / max(1, len(every) - 1)
    return 1 - within / among if among else None


@given(
    st.dictionaries(st.tuples(st.sampled_from("pqr"), st.sampled_from("uvwx")), st.sampled_from(OUTCOMES), min_size=1)
)
def test_alpha_equals_its_definition_from_either_side(answers: dict[tuple[str, str], str]) -> None:
    rows = [(prompt, voter, outcome) for (prompt, voter), outcome in answers.items()]
    found, expected = measure_agreement(rate(rows)), _by_pairs(rows)
    assert found.alpha == (expected if expected is None else pytest.approx(expected, abs=1e-12))
    assert measure_agreement(rate(rows, swap=True)) == found


def test_voters_do_not_agree_with_themselves_for_alpha() -> None:
    rows = [("p", "u", "left"), ("p", "u", "left"), ("p", "u", "right"), ("p", "v", "right"), ("q", "u", "left")]
    found = measure_agreement(rate(rows))
    assert (found.units, found.votes) == (1, 2)
    assert found.alpha == pytest.approx(0)
    assert (found.repeats, found.consistent) == (2, 0.5)


def test_perfect_and_chance_agreement() -> None:
    same = [(f"p{index}", voter, OUTCOMES[index % 4]) for index in range(40) for voter in "uvw"]
    assert measure_agreement(rate(same)).alpha == pytest.approx(1)
    rng = np.random.default_rng(1)
    chance = [(f"p{index}", voter, OUTCOMES[rng.integers(4)]) for index in range(2000) for voter in "uvw"]
    assert measure_agreement(rate(chance)).alpha == pytest.approx(0, abs=0.03)
    assert measure_agreement(rate([("p", "u", "left"), ("p", "v", "left")])).alpha is None
    alone = measure_agreement(rate([("p", "u", "left")]))
    assert (alone.alpha, alone.units, alone.repeats, alone.consistent) == (None, 0, 0, None)
    assert measure_agreement(rate(same).select(slice(0, 0))).units == 0
