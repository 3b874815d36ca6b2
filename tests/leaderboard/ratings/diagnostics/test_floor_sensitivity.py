import numpy as np
import pytest

from leaderboard.ratings.diagnostics.floor_sensitivity import compare_floor
from leaderboard.ratings.methods import fit
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log


def test_published_side_is_the_published_board() -> None:
    log = simulate([0.0, 0.5, 1.0], votes=400, voters=40, seed=2, bad=0.2)
    lines = {line.contender: line for line in fit(log).contenders}
    found = compare_floor(log)
    assert [line.contender for line in found.lines] == [line.contender for line in fit(log).contenders]
    for line in found.lines:
        assert line.elo == pytest.approx(lines[line.contender].elo)
        assert line.rank == lines[line.contender].rank_elo


def test_both_bad_as_ties_shrinks_the_span_and_can_turn_an_order() -> None:
    log = simulate([0.0, 0.6, 1.2, 1.8], votes=4000, voters=200, seed=2, bad=0.3)
    span, shrunk = compare_floor(log).spans
    assert shrunk < 0.8 * span
    # Each both-bad against the leader counts as half a win for c.
    rows = [*repeat_duel("a", "b", wins=20, losses=10), *repeat_duel("a", "c", wins=21, losses=10)]
    found = compare_floor(write_log([*rows, *repeat_duel("c", "a", bad=40)]))
    assert [(line.contender, line.rank, line.rank_as_ties) for line in found.moved] == [("b", 2, 3), ("c", 3, 2)]


def test_without_both_bad_nothing_changes() -> None:
    found = compare_floor(simulate([0.0, 0.5], votes=100, voters=20, seed=1, bad=0))
    assert found.moved == ()
    assert np.diff(found.spans) == pytest.approx(0)
    assert compare_floor(write_log(repeat_duel("a", "b", bad=5))).spans == (0.0, 0.0)
