import numpy as np
import pytest

from leaderboard.ratings.uncertainty.placing import place_chances, quasi_variances


def test_two_contenders_have_the_normal_chance() -> None:
    gap_se = np.array([[0.0, 0.5], [0.5, 0.0]])
    chances = place_chances(np.array([0.5, 0.0]), gap_se, places=2)
    # One standard error ahead: Phi(1).
    assert chances[0].tolist() == pytest.approx([0.8413447461, 1.0], abs=1e-6)
    assert chances[1, 0] == pytest.approx(1 - 0.8413447461, abs=1e-6)


def test_quasi_variances_recover_independent_errors() -> None:
    own = np.array([0.1, 0.4, 0.2, 0.3])
    gap_se = np.sqrt(own[:, None] + own[None, :])
    assert quasi_variances(gap_se) == pytest.approx(own)


def test_chances_equal_a_simulation() -> None:
    rng = np.random.default_rng(3)
    theta, own = rng.normal(0, 0.4, 6), rng.uniform(0.05, 0.3, 6)
    draws = theta + rng.normal(size=(200_000, 6)) * np.sqrt(own)
    rank = (draws[:, :, None] < draws[:, None, :]).sum(axis=2)
    found = place_chances(theta, np.sqrt(own[:, None] + own[None, :]), places=6)
    for places in range(6):
        assert found[:, places] == pytest.approx((rank <= places).mean(axis=0), abs=0.006)
    assert found[:, 0].sum() == pytest.approx(1, abs=1e-6)
    assert found[:, -1] == pytest.approx(1)


def test_sure_leader_and_equal_contenders() -> None:
    assert place_chances(np.array([9.0, 0.0, 0.0]), np.full((3, 3), 0.3))[:, 0] == pytest.approx([1, 0, 0], abs=1e-9)
    assert place_chances(np.zeros(4), np.full((4, 4), 0.3))[:, 0] == pytest.approx([0.25] * 4)
    assert place_chances(np.zeros(1), np.zeros((1, 1)))[0, 0] == pytest.approx(1)
    assert place_chances(np.zeros(0), np.zeros((0, 0))).shape == (0, 1)


@pytest.mark.parametrize("spread", [0.3, 0.01, 0.001])
def test_one_known_far_better_than_the_others_keeps_its_chance(spread: float) -> None:
    own = np.array([spread, 0.5, 0.5, 0.5]) ** 2
    found = place_chances(np.array([0.4, 0.0, 0.0, 0.0]), np.sqrt(own[:, None] + own[None, :]))[:, 0]
    # It is first when all three others are below it. For a contender known almost exactly, that is Phi(0.8) for each.
    assert found.sum() == pytest.approx(1, abs=1e-9)
    if spread < 0.1:
        assert found[0] == pytest.approx(0.7881446014**3, abs=1e-3)
