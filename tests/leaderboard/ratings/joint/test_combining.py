"""Several boards as one."""

import numpy as np
import pytest
from leaderboard.ratings.uncertainty.combining import NORMAL_95, Part, combine_parts
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.placing import place_chances


def gaps_of(errors: list[float]) -> NDArray[np.float64]:
    """Standard errors of the gaps between independent estimates."""
    variances = np.array(errors) ** 2
    gaps = np.sqrt(variances[:, None] + variances[None, :])
    np.fill_diagonal(gaps, 0.0)
    return np.asarray(gaps)


FIRST = Part(np.array([1100.0, 1040.0, 1000.0]), gaps_of([20.0, 25.0, 30.0]), 3.0)
SECOND = Part(np.array([980.0, 1060.0, 1000.0]), gaps_of([40.0, 10.0, 30.0]), 1.0)


def test_one_board_alone_keeps_its_own_chances() -> None:
    combined = combine_parts([FIRST])
    assert combined.rating.tolist() == FIRST.rating.tolist()
    assert combined.first == pytest.approx(place_chances(FIRST.rating, FIRST.gap_se)[:, 0])
    # Errors that are independent are their own quasi-standard errors.
    assert combined.half_width == pytest.approx(NORMAL_95 * np.array([20.0, 25.0, 30.0]))


def test_chances_agree_with_draws_from_both_boards() -> None:
    combined = combine_parts([FIRST, SECOND])
    draw = np.random.default_rng(7)
    first = draw.normal(FIRST.rating, [20.0, 25.0, 30.0], (200_000, 3))
    second = draw.normal(SECOND.rating, [40.0, 10.0, 30.0], (200_000, 3))
    weighed = 0.75 * first + 0.25 * second
    assert combined.rating == pytest.approx([1070.0, 1045.0, 1000.0])
    assert combined.gap_se[0, 1] == pytest.approx(np.std(weighed[:, 0] - weighed[:, 1]), rel=0.01)
    assert combined.first == pytest.approx(np.bincount(weighed.argmax(axis=1), minlength=3) / 200_000, abs=0.01)


def test_only_the_proportions_of_weights_count() -> None:
    once = combine_parts([FIRST, SECOND])
    doubled = combine_parts([Part(part.rating, part.gap_se, 2 * part.weight) for part in (FIRST, SECOND)])
    assert once.first == pytest.approx(doubled.first)


def test_single_contender_is_surely_the_best() -> None:
    combined = combine_parts([Part(np.array([1000.0]), np.zeros((1, 1)), 1.0)])
    assert combined.first.tolist() == [1.0]
    assert combined.half_width.tolist() == [0.0]
