"""Records of pairs: the same from either side, and the same after packing and unpacking."""

import numpy as np
import pytest

from leaderboard.ratings.columns.pair_records import PairRecord, count_pairs, open_packed, pack_pairs, unpack_pairs
from leaderboard.ratings.diagnostics.pair_chances import find_chance, model_pairs
from leaderboard.ratings.methods import METHOD, estimate
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log


def test_pairs_are_counted_from_both_sides() -> None:
    rows = [
        *repeat_duel("a", "b", wins=3, losses=1, ties=2, bad=1),
        ("b", "a", "left", "x"),
        ("c", "a", "both_bad", "x"),
    ]
    assert count_pairs(write_log(rows)) == (PairRecord("a", "b", 3, 2, 2, 1), PairRecord("a", "c", 0, 0, 0, 1))


def test_packed_pairs_are_those_counted() -> None:
    log = simulate([0.0, 0.3, 1.0, 0.2], votes=500, voters=20, seed=5)
    unpacked = unpack_pairs(pack_pairs(log))
    assert len(unpacked) == 6
    assert unpacked == count_pairs(log)


def test_pairs_that_never_met_take_no_room() -> None:
    log = write_log([*repeat_duel("a", "b\n", wins=2, bad=1), *repeat_duel("d", "c", losses=1, ties=3)])
    assert unpack_pairs(pack_pairs(log)) == (PairRecord("a", "b\n", 2, 0, 0, 1), PairRecord("c", "d", 1, 3, 0, 0))
    assert unpack_pairs(pack_pairs(log.select(slice(0, 0)))) == ()


def test_chances_mirror_each_other_and_hold_their_intervals() -> None:
    log = simulate([0.0, 0.3, 1.0], votes=900, voters=60, seed=6).compact()
    estimates = estimate(log)
    model = model_pairs(log, estimates, np.arange(3), np.zeros((3, 3), dtype=bool), METHOD)
    assert model is not None
    for one, two in ((0, 1), (0, 2), (1, 2)):
        there, back = find_chance(model, one, two), find_chance(model, two, one)
        assert there is not None
        assert back is not None
        assert there.win + there.tie + there.loss == pytest.approx(1)
        assert (there.win, there.share) == pytest.approx((back.loss, 1 - back.share))
        assert there.share_low is not None
        assert there.share_high is not None
        assert back.share_high == pytest.approx(1 - there.share_low)
        assert there.share_low < there.share < there.share_high
        gap = estimates.theta[one] - estimates.theta[two]
        assert there.share == pytest.approx(1 / (1 + np.exp(-gap)), abs=1e-4)


def test_pairs_that_no_votes_join_have_no_chances() -> None:
    log = write_log([*repeat_duel("a", "b", wins=4, losses=2), *repeat_duel("c", "d", wins=4, losses=2)])
    model = model_pairs(log, estimate(log), np.arange(4), np.zeros((4, 4), dtype=bool), METHOD)
    assert model is not None
    assert find_chance(model, 0, 1) is not None
    assert find_chance(model, 0, 2) is None


def test_pair_is_looked_up_from_either_side() -> None:
    log = write_log(
        [("b", "a", "left", "v"), ("a", "b", "tie", "v"), ("b", "a", "left", "v"), ("c", "a", "both_bad", "v")]
    )
    counts = open_packed(pack_pairs(log))
    assert counts.find("b", "a") == (2, 1, 0, 0)
    assert counts.find("a", "b") == (0, 1, 2, 0)
    assert counts.find("a", "c") == (0, 0, 0, 1)
    assert counts.find("b", "c") == counts.find("b", "nobody") == (0, 0, 0, 0)
