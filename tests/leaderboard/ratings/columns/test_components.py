import numpy as np
from hypothesis import given, settings
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from leaderboard.ratings.columns.components import connect
from leaderboard.ratings.columns.counting import count_outcomes
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, write_log


def expect_outside(label: NDArray[np.int32]) -> list[bool]:
    sizes = np.bincount(label)
    largest = np.flatnonzero(sizes == sizes.max())
    return [len(largest) > 1 or bool(name != largest[0]) for name in label]


@settings(max_examples=200)
@given(duels(most=12))
def test_components_equal_scipy(rows: list[Duel]) -> None:
    counts = count_outcomes(write_log(rows))
    beats = counts[0] + counts[1].T + counts[2] + counts[2].T
    found = connect(counts)
    assert found.disconnected.tolist() == expect_outside(connected_components(beats, connection="weak")[1])
    assert found.separated.tolist() == expect_outside(connected_components(beats, connection="strong")[1])


def test_ring_of_wins_is_not_separated() -> None:
    rows = [*repeat_duel("a", "b", wins=1), *repeat_duel("b", "c", wins=1), *repeat_duel("c", "a", wins=1)]
    assert not connect(count_outcomes(write_log(rows))).separated.any()
