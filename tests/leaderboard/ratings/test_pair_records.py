"""Records of pairs: counted as the head-to-head is, and unpacked as they were packed."""

import numpy as np
import pytest

from leaderboard.ratings.boards import HeadToHead, head_to_head
from leaderboard.ratings.methods import METHOD, estimate
from leaderboard.ratings.pair_chances import find_chance, model_pairs
from leaderboard.ratings.pair_records import PairRecord, pack_pairs, unpack_pairs
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log


def test_packed_pairs_are_the_head_to_head() -> None:
    log = simulate([0.0, 0.3, 1.0, 0.2], votes=500, voters=20, seed=5)
    unpacked = unpack_pairs(pack_pairs(log))
    assert len(unpacked) == 6
    for pair in unpacked:
        own = head_to_head(log)[pair.first, pair.second]
        assert own == HeadToHead(pair.wins, pair.ties, pair.losses, pair.both_bad)


def test_pairs_that_never_met_take_no_room() -> None:
    log = write_log([*repeat_duel("a", "b\n", wins=2, bad=1), *repeat_duel("d", "c", losses=1, ties=3)])
    assert unpack_pairs(pack_pairs(log)) == (PairRecord("a", "b\n", 2, 0, 0, 1), PairRecord("c", "d", 1, 3, 0, 0))
    assert unpack_pairs(pack_pairs(log.select(slice(0, 0)))) == ()


def test_chances_mirror_each_other_and_hold_their_intervals() -> None:
    log = simulate([0.0, 0.3, 1.0], votes=900, voters=60, seed=6).compact()
    estimates = estimate(log)
    model = model_pairs(log, estimates, np.arange(3), METHOD)
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
    model = model_pairs(log, estimate(log), np.arange(4), METHOD)
    assert model is not None
    assert find_chance(model, 0, 1) is not None
    assert find_chance(model, 0, 2) is None
