"""Time plots: separate lines for methods, gaps where nothing is known, round ticks."""

from datetime import UTC, datetime, timedelta

import pytest

from leaderboard.charts.histories import Moment, Series, TimePlot, time_plot

START = datetime(2026, 11, 1, tzinfo=UTC)


def moment(day: float, value: float | None = 1000.0, *, half: float | None = 20.0, mark: str = "") -> Moment:
    """A value this many days after the start, with its interval."""
    known = value is not None and half is not None
    low, high = (value - half, value + half) if value is not None and half is not None and known else (None, None)
    return Moment(START + timedelta(days=day), value, low, high, mark)


def plot(*series: Series, falling: bool = False) -> TimePlot:
    return time_plot(series, width=880, height=260, least=100.0, falling=falling)


def test_nothing_draws_axes_and_no_line() -> None:
    empty = plot()
    assert (empty.lines, len(empty.values) > 0) == ((), True)
    (line,) = plot(Series("2", (moment(0, None),))).lines
    assert (line.path, line.band, line.marks, line.end) == ("", "", (), None)


def test_single_moment_is_a_dot_in_the_middle() -> None:
    drawn = plot(Series("2", (moment(0),)))
    (mark,) = drawn.lines[0].marks
    assert (mark.kind, mark.x) == ("", (drawn.left + drawn.right) / 2)


def test_each_method_has_a_line_of_its_own() -> None:
    one, two = Series("1", (moment(0), moment(1))), Series("2", (moment(2), moment(3)))
    lines = plot(one, two).lines
    assert [line.path.count("M") for line in lines] == [1, 1]
    assert lines[0].path.split("L")[-1] != lines[1].path.split("L")[0].removeprefix("M")
    assert [line.label for line in lines] == ["1", "2"]


def test_unknown_values_and_intervals_leave_gaps() -> None:
    run = (moment(0), moment(1), moment(2, None), moment(3), moment(4, half=None), moment(5))
    (line,) = plot(Series("2", run)).lines
    assert line.path.count("M") == 2
    assert line.band.count("Z") == 3


def test_marks_stand_at_their_moments() -> None:
    drawn = plot(Series("2", (moment(0), moment(1, 1100.0, mark="up"), moment(2, 1100.0))))
    (mark,) = drawn.lines[0].marks
    assert mark.kind == "up"
    assert drawn.top < mark.y < (drawn.top + drawn.bottom) / 2


def test_falling_axis_has_the_smallest_on_top() -> None:
    drawn = time_plot([Series("2", (moment(0, 1.0, half=0.0), moment(1, 9.0, half=0.0)))], width=880, height=120,
                      least=2.0, falling=True, whole=True)  # fmt: skip
    assert [tick.label for tick in drawn.values] == [
        tick.label for tick in sorted(drawn.values, key=lambda tick: tick.at)
    ]
    assert all(float(tick.label) == int(tick.label) > 0 for tick in drawn.values)


@pytest.mark.parametrize(
    ("days", "first"), [(0.01, "00:00"), (0.5, "2026-11-01"), (9, "2026-11-0"), (300, "202"), (9000, "20")]
)
def test_times_have_few_round_ticks(days: float, first: str) -> None:
    ticks = plot(Series("2", (moment(0), moment(days)))).times
    assert 1 <= len(ticks) <= 7
    assert all(len(tick.label) in (5, 10) for tick in ticks)
    assert ticks[0].label.startswith(first[:2]) or ticks[0].label.startswith("20")
