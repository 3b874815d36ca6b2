"""Packed errors of boards."""

import numpy as np
import pytest

from leaderboard.ratings.board_errors import BoardErrors, centre
from leaderboard.ratings.joint.error_blocks import MOST_CONTENDERS, open_own, open_shared, pack_boards


def draw_errors(n: int, seed: int) -> BoardErrors:
    draw = np.random.default_rng(seed).normal(size=(n, n))
    covariance = centre(draw @ draw.T / n)
    names = tuple(f"c{index}" for index in range(n))
    return BoardErrors(names, np.zeros(n), np.ones(n), np.arange(n), np.ones(n), covariance)


def test_blocks_keep_what_they_pack() -> None:
    one, two = draw_errors(7, 1), draw_errors(5, 2)
    common = 0.3 * np.sqrt(np.outer(np.diagonal(one.covariance), np.diagonal(two.covariance)))
    packed = pack_boards([one, two], {(0, 1): common})
    first, second = open_own(packed[0, 0]), open_own(packed[1, 1])
    assert first.names == one.names
    assert first.covariance == pytest.approx(one.covariance, rel=1e-6, abs=1e-7)
    assert open_shared(first, second, packed[0, 1]) == pytest.approx(common, rel=0.01)


def test_board_of_too_many_contenders_keeps_none() -> None:
    large = draw_errors(MOST_CONTENDERS + 1, 1)
    packed = pack_boards([large, draw_errors(3, 2)], {(0, 1): np.zeros((MOST_CONTENDERS + 1, 3))})
    assert open_own(packed[0, 0]).names == ()
    assert (0, 1) not in packed
