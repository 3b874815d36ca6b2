from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.ratings.columns.anchors import choose_anchors, find_anchors
from leaderboard.ratings.parameters import Method, Thresholds
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, write_log


def find_slowly(rows: list[Duel], least_votes: int, least_voters: int) -> tuple[set[str], int | None]:
    """The definition of the anchors, applied vote by vote."""
    voters: dict[str, list[str]] = {}
    for position, (left, right, outcome, voter) in enumerate(rows, start=1):
        for name in (left, right):
            own = voters.setdefault(name, [])
            if outcome != "both_bad":
                own.append(voter)
        if all(len(own) >= least_votes and len(set(own)) >= least_voters for own in voters.values()):
            return set(voters), position
    return set(voters), None


@settings(max_examples=300)
@given(duels(most=60))
def test_anchors_equal_the_definition(rows: list[Duel]) -> None:
    log = write_log(rows)
    anchor, position = find_anchors(log, Thresholds(established_votes=3, established_voters=2))
    expected, expected_position = find_slowly(rows, 3, 2)
    assert {log.contenders[index] for index in np.flatnonzero(anchor)} == expected
    assert position == expected_position


@pytest.mark.parametrize("before", [500, 40_000])
def test_anchors_found_far_into_one_voters_votes(before: int) -> None:
    rows = [("a", "b", "left", "u")] * before + repeat_duel("a", "b", wins=6)
    assert find_anchors(write_log(rows), Thresholds())[1] == before + 4


def test_anchors_of_no_votes_are_nobody() -> None:
    anchor, position = find_anchors(write_log([]), Thresholds())
    assert (anchor.tolist(), position) == ([], None)


def anchors(rows: list[Duel], method: Method) -> set[str]:
    log = write_log(rows)
    anchor, since = choose_anchors(log, method)
    assert since is None
    return {log.contenders[index] for index in np.flatnonzero(anchor)}


def test_anchors_of_a_set_of_votes_have_enough_votes_and_voters() -> None:
    method = Method(anchors="votes", thresholds=Thresholds(established_votes=3, established_voters=2))
    rows = [*repeat_duel("a", "b", wins=3), ("a", "c", "left", "u"), *[("d", "c", "left", "u")] * 3]
    assert anchors(rows, method) == {"a", "b"}
    assert anchors([*rows, ("d", "a", "tie", "w")], method) == {"a", "b", "d"}
    assert anchors(rows[-4:], method) == {"a", "c", "d"}


def test_named_anchors_are_those_with_votes() -> None:
    rows = repeat_duel("a", "b", wins=3)
    assert anchors(rows, Method(anchors=("b", "z"))) == {"b"}
    assert anchors(rows, Method(anchors=("z",))) == {"a", "b"}


@given(duels(), st.randoms(use_true_random=False))
def test_no_order_of_votes_changes_the_anchors_of_their_set(rows: list[Duel], random: Random) -> None:
    method = Method(anchors="votes", thresholds=Thresholds(established_votes=3, established_voters=2))
    shuffled = [*rows]
    random.shuffle(shuffled)
    assert anchors(shuffled, method) == anchors(rows, method)


def test_only_unusual_anchors_are_in_the_record() -> None:
    assert "anchors" not in Method().as_record()
    assert Method(anchors="votes").as_record()["anchors"] == "votes"
    assert Method(anchors=("a",)).as_record()["anchors"] == ["a"]
