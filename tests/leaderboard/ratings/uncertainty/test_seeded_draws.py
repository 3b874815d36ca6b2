import numpy as np
import pytest

from leaderboard.ratings.uncertainty.seeded_draws import draw_normals, mix_bits


def test_bits_are_those_of_splitmix() -> None:
    # The first output of SplitMix64 with the seed 0 (Vigna's reference implementation).
    assert int(mix_bits(np.array([0x9E3779B97F4A7C15], dtype=np.uint64))[0]) == 0xE220A8397B1DCDAF


def test_draws_are_normal_independent_and_always_the_same() -> None:
    draws = draw_normals(40, 2501)
    assert draws[0, :3] == pytest.approx([0.3211355185175647, 0.5444829661186904, 0.9165457867632931], abs=1e-9)
    assert np.mean(draws) == pytest.approx(0, abs=0.01)
    assert np.std(draws) == pytest.approx(1, abs=0.01)
    assert np.mean(np.abs(draws) > 1.959964) == pytest.approx(0.05, abs=0.005)
    off = np.corrcoef(draws) - np.eye(40)
    assert np.max(np.abs(off)) < 5 / np.sqrt(2501)
