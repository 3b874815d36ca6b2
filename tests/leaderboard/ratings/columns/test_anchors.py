import numpy as np
import pytest
from hypothesis import given, settings

from leaderboard.ratings.columns.anchors import find_anchors
from leaderboard.ratings.parameters import Thresholds
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
