"""Several boards as one."""

import numpy as np
import pytest
from numpy.typing import NDArray

from leaderboard.ratings.joint.combining import NORMAL_95, Part, combine_parts
from leaderboard.ratings.uncertainty.placing import place_chances

FIRST = Part(np.array([1100.0, 1040.0, 1000.0]), np.diag([400.0, 625.0, 900.0]), 3.0)
SECOND = Part(np.array([980.0, 1060.0, 1000.0]), np.diag([1600.0, 100.0, 900.0]), 1.0)
SHARED = np.diag([600.0, 150.0, 500.0])
DRAWS = 400_000


def draw_both(shared: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw the weighted mean of both boards, float64[DRAWS, 3]."""
    joint = np.block([[FIRST.covariance, shared], [shared.T, SECOND.covariance]])
    mean = np.concatenate([FIRST.rating, SECOND.rating])
    drawn = np.random.default_rng(7).multivariate_normal(mean, joint, DRAWS)
    return np.asarray(0.75 * drawn[:, :3] + 0.25 * drawn[:, 3:])


def test_one_board_alone_keeps_its_own_chances_and_intervals() -> None:
    combined = combine_parts([FIRST], {})
    variance = np.diagonal(FIRST.covariance)
    gap_se = np.sqrt(variance[:, None] + variance)
    np.fill_diagonal(gap_se, 0.0)
    assert combined.rating.tolist() == FIRST.rating.tolist()
    assert combined.gap_se == pytest.approx(gap_se)
    # Errors that are independent are their own quasi-standard errors, for which the board's quadrature is exact.
    assert combined.first == pytest.approx(place_chances(FIRST.rating, gap_se)[:, 0], abs=0.01)
    assert combined.half_width == pytest.approx(NORMAL_95 * np.array([20.0, 25.0, 30.0]))


@pytest.mark.parametrize("shared", [np.zeros((3, 3)), SHARED])
def test_chances_and_intervals_are_those_of_the_joint_draws(shared: NDArray[np.float64]) -> None:
    combined = combine_parts([FIRST, SECOND], {(0, 1): shared})
    weighed = draw_both(shared)
    assert combined.rating == pytest.approx([1070.0, 1045.0, 1000.0])
    assert combined.gap_se[0, 1] == pytest.approx(np.std(weighed[:, 0] - weighed[:, 1]), rel=0.01)
    assert combined.first == pytest.approx(np.bincount(weighed.argmax(axis=1), minlength=3) / DRAWS, abs=0.012)


def test_what_boards_share_makes_the_best_less_sure() -> None:
    alone, joint = combine_parts([FIRST, SECOND], {}), combine_parts([FIRST, SECOND], {(0, 1): SHARED})
    assert joint.first[0] < alone.first[0] - 0.02
    assert joint.gap_se[0, 1] > 1.15 * alone.gap_se[0, 1]


def test_common_error_of_all_contenders_changes_nothing() -> None:
    moved = Part(FIRST.rating, FIRST.covariance + 5000.0, FIRST.weight)
    one, two = combine_parts([FIRST], {}), combine_parts([moved], {})
    assert two.first.tolist() == one.first.tolist()
    assert two.gap_se == pytest.approx(one.gap_se)


def test_only_the_proportions_of_weights_count() -> None:
    once = combine_parts([FIRST, SECOND], {(0, 1): SHARED})
    doubled = [Part(part.rating, part.covariance, 2 * part.weight) for part in (FIRST, SECOND)]
    assert once.first.tolist() == combine_parts(doubled, {(0, 1): SHARED}).first.tolist()


def test_single_contender_is_surely_the_best() -> None:
    combined = combine_parts([Part(np.array([1000.0]), np.zeros((1, 1)), 1.0)], {})
    assert combined.first.tolist() == [1.0]
    assert combined.half_width.tolist() == [0.0]
