"""Replays in many orders: what depends on the order, and what must not."""

import numpy as np
import pytest

from leaderboard.ratings.boards import OVERALL, BoardKey
from leaderboard.ratings.diagnostics.audit import audit_board, audit_slice
from leaderboard.ratings.diagnostics.audit_scope import Scope, choose_scope
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.methods import METHOD, fit
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log


def test_replays_state_ledger_order_and_the_span_of_other_orders() -> None:
    log = simulate([0.0, 0.5, 1.0], votes=400, voters=40, seed=2)
    replays = audit_slice(log, OVERALL).replays
    assert replays is not None
    published = {line.contender: line.conservative for line in fit(log).contenders}
    in_order = dict(zip(log.contenders, replay(log, METHOD).conservative.tolist(), strict=True))
    assert [line.contender for line in replays.lines] == sorted(published, key=lambda name: -(published[name] or 0))
    for line in replays.lines:
        assert line.at_once == pytest.approx(published[line.contender])
        assert line.in_order == pytest.approx(in_order[line.contender])
        assert line.lowest < line.highest
        assert 0 < line.sd < line.highest - line.lowest


def test_equal_votes_say_the_same_in_any_order() -> None:
    log = write_log(repeat_duel("a", "b", wins=30))
    replays = audit_board(log, with_replays=True).replays
    assert replays is not None
    for line in replays.lines:
        assert line.lowest == line.highest == line.in_order


def test_slices_are_not_replayed() -> None:
    log = simulate([0.0, 0.5], votes=60, voters=9, seed=2)
    assert audit_slice(log, BoardKey("category", log.categories[0])).replays is None


@pytest.mark.parametrize(
    ("votes", "contenders", "flips", "orders"),
    [
        (0, 0, "all", 20),
        (3_000, 5, "all", 20),
        (1_000_000, 100, "first", 20),
        (10_000_000, 100, "none", 5),
        (25_000, 500, "first", 20),
        (10_000, 2_000, "none", 20),
    ],
)
def test_size_of_a_board_chooses_what_is_done(votes: int, contenders: int, flips: str, orders: int) -> None:
    scope = choose_scope(votes, contenders)
    assert (scope.flips, scope.orders) == (flips, orders)


def test_scope_leaves_flips_out_and_keeps_the_rest() -> None:
    log = simulate(np.linspace(0, 1, 4), votes=300, voters=30, seed=4)
    whole = audit_board(log)
    for scope, first in ((Scope("first", 5), 3), (Scope("none", 5), 0)):
        less = audit_board(log, scope=scope)
        assert len(less.first) == first
        assert [pair.decision for pair in less.pairs] == [pair.decision for pair in whole.pairs]
        assert not any(pair.flips for pair in less.pairs)
