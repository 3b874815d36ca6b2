"""Scales and ticks."""

from itertools import pairwise

import pytest

from leaderboard.charts.scales import Scale, round_step, ticks_between, widen


def test_scale_places_ends_middle_and_outsiders() -> None:
    scale = Scale(1000, 1200, start=10, end=110)
    assert [scale.place(value) for value in (1000, 1100, 1200, 900, 1300)] == [10, 60, 110, 10, 110]


@pytest.mark.parametrize(("span", "most", "step"), [(100, 5, 20), (100, 4, 50), (7, 6, 2), (0.3, 3, 0.1), (90, 10, 10)])
def test_round_step_is_the_smallest_that_fits(span: float, most: int, step: float) -> None:
    assert round_step(span, most) == pytest.approx(step)


@pytest.mark.parametrize(("low", "high"), [(870.0, 1330.0), (-0.4, 0.9), (1000.0, 1000.5), (1, 10_000)])
def test_ticks_are_inside_evenly_spaced_and_few(low: float, high: float) -> None:
    ticks = ticks_between(low, high, most=6)
    assert 2 <= len(ticks) <= 7
    assert low <= ticks[0] <= ticks[-1] <= high
    gaps = [after - before for before, after in pairwise(ticks)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps))


def test_widen_keeps_a_least_width_and_a_centre() -> None:
    low, high = widen([1000.0], least=100.0)
    assert (low + high) / 2 == pytest.approx(1000)
    assert high - low > 100
    assert widen([], least=10.0)[0] == -widen([], least=10.0)[1]
