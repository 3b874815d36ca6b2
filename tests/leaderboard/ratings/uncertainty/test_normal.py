import numpy as np
import pytest
from scipy import special, stats

from leaderboard.ratings.speed import trueskill_updates
from leaderboard.ratings.uncertainty.normal import (
    draw_moments,
    mass_over_density,
    normal_mass,
    scaled_erfc,
    win_moments,
)


def test_scaled_erfc_equals_scipy() -> None:
    x = np.concatenate([np.linspace(-26, 60, 20_001), [0.46875, -0.46875, 4.0, -4.0, 0.0]])
    assert scaled_erfc(x) == pytest.approx(special.erfcx(x), rel=2e-15)
    assert scaled_erfc(np.array([-40.0])).tolist() == [np.inf]


def test_normal_mass_equals_scipy_far_into_the_tail() -> None:
    x = np.linspace(-37, 9, 5001)
    assert normal_mass(x) == pytest.approx(stats.norm.cdf(x), rel=1e-12)
    assert mass_over_density(x) == pytest.approx(np.exp(stats.norm.logcdf(x) - stats.norm.logpdf(x)), rel=1e-10)


def test_moments_equal_those_of_one_game() -> None:
    x = np.linspace(-60, 30, 4001)
    v, w = win_moments(x)
    one = np.array([trueskill_updates.win_moments(float(value)) for value in x])
    assert v == pytest.approx(one[:, 0], rel=1e-11)
    assert w == pytest.approx(one[:, 1], abs=1e-9)
    for band in (0.0, 0.05, 0.125, 0.7):
        v, w = draw_moments(x, band)
        one = np.array([trueskill_updates.draw_moments(float(value), band) for value in x])
        assert v == pytest.approx(one[:, 0], abs=1e-10)
        assert w == pytest.approx(one[:, 1], abs=1e-9)
