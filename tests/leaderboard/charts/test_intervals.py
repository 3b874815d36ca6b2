"""Geometry of interval cells and dot plots."""

import pytest

from leaderboard.charts.intervals import LEAST_SPAN, Interval, interval_cell, interval_domain, interval_plot

SURE = Interval("sure", 1100.0, 1080.0, 1120.0)
WIDE = Interval("wide", 1000.0, 400.0, 1600.0, faint=True)
BARE = Interval("bare", 950.0, None, None)


def test_interval_domain_ignores_the_ends_of_faint_intervals() -> None:
    low, high = interval_domain([SURE, WIDE])
    assert 900 < low < 1000
    assert 1120 < high < 1200


def test_interval_domain_of_faint_intervals_alone_shows_them_up_to_a_reach() -> None:
    low, high = interval_domain([WIDE, Interval("b", 1100.0, 1050.0, 1150.0, faint=True)])
    assert 700 < low <= 750
    assert 1250 <= high < 1300


def test_interval_domain_never_magnifies_small_differences() -> None:
    low, high = interval_domain([Interval("a", 1000.0, 999.0, 1001.0)])
    assert high - low >= LEAST_SPAN


def test_interval_cell_keeps_order_and_stays_inside() -> None:
    cell = interval_cell(SURE, domain=(1000.0, 1200.0), reference=1050.0, width=110)
    assert (cell.low, cell.centre, cell.high, cell.reference) == (45, 55, 65, 30)
    wide = interval_cell(WIDE, domain=(900.0, 1200.0), width=110)
    assert (wide.low, wide.high) == (5, 105)


def test_interval_cell_without_ends_is_a_point_and_hides_a_reference_outside() -> None:
    cell = interval_cell(BARE, domain=(900.0, 1200.0), reference=2000.0)
    assert cell.low == cell.centre == cell.high
    assert cell.reference is None


@pytest.mark.parametrize("gutter", [0, 200])
def test_interval_plot_gives_every_line_a_place_of_its_own(gutter: int) -> None:
    plot = interval_plot([SURE, WIDE, BARE], width=800, gutter=gutter, line_height=24, reference=1000.0)
    assert [line.interval.label for line in plot.lines] == ["sure", "wide", "bare"]
    assert [after.y - before.y for before, after in zip(plot.lines, plot.lines[1:], strict=False)] == [24, 24]
    assert all(plot.left <= line.low <= line.centre <= line.high <= plot.right for line in plot.lines)
    assert all(plot.top < line.y < plot.bottom < plot.height for line in plot.lines)
    assert all((line.label_y < line.y) == (gutter == 0) for line in plot.lines)
    assert all(plot.left <= tick.at <= plot.right for tick in plot.ticks)


@pytest.mark.parametrize("reach", [60.0, 165.0, 240.0, 410.0, 990.0])
def test_narrow_plot_has_ticks_enough_to_read_a_scale(reach: float) -> None:
    spread = [Interval("low", 1000.0 - reach, None, None), Interval("high", 1000.0 + reach, None, None)]
    assert len(interval_plot(spread, width=358, gutter=0, line_height=38).ticks) >= 2


def test_interval_plot_without_lines_is_an_empty_frame() -> None:
    plot = interval_plot([], width=400, gutter=0, line_height=30)
    assert plot.lines == ()
    assert plot.top == plot.bottom
