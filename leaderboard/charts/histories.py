"""Geometry of values over time: one line and band per method, never joined across methods."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from math import ceil

from leaderboard.charts.scales import Scale, Tick, ticks_between, widen

# Steps between ticks of time, in seconds: minutes, hours, days, and about months and years.
_STEPS = (
    60,
    300,
    900,
    3600,
    10_800,
    21_600,
    43_200,
    *(days * 86_400 for days in (1, 2, 7, 14, 28, 91, 182, 365, 1826)),
)


@dataclass(frozen=True)
class Moment:
    """A value at a time with its interval (None: unknown); `mark` names a marker drawn there, empty for none."""

    when: datetime
    value: float | None
    low: float | None
    high: float | None
    mark: str = ""


@dataclass(frozen=True)
class Series:
    """The moments of one method, in rising order of time, and its name."""

    label: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Mark:
    """The place of a marked moment, or of a lone moment that no line can show; `kind` is empty for the latter."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class Line:
    """A series as SVG path data: its line, its band, its marks, and where the line ends (None: there is no line)."""

    label: str
    path: str
    band: str
    marks: tuple[Mark, ...]
    end: tuple[float, float] | None


@dataclass(frozen=True)
class TimePlot:
    """Lines in a width × height box; the plot area spans [left, right] × [top, bottom]."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    times: tuple[Tick, ...]
    values: tuple[Tick, ...]
    lines: tuple[Line, ...]
    events: tuple[Tick, ...]


def time_plot(
    series: Sequence[Series],
    *,
    width: int,
    height: int,
    least: float,
    falling: bool = False,
    whole: bool = False,
    events: Sequence[tuple[datetime, str]] = (),
) -> TimePlot:
    """Place series over time; the axis of values spans at least `least`, and `falling` puts the smallest value on top.

    `whole` keeps ticks at positive whole numbers only. Without a known value there are axes and no lines. Named events
    stand at their time, or at the nearest end of the axis.
    """
    left, right, top, bottom = 44, width - 14, 10, height - 26
    moments = [moment for each in series for moment in each.moments]
    start, end = _time_span(moment.when for moment in moments)
    across = Scale(start, end, start=left, end=right)
    known = [value for moment in moments for value in (moment.value, moment.low, moment.high) if value is not None]
    low, high = widen(known, least=least)
    up = Scale(low, high, start=top if falling else bottom, end=bottom if falling else top)
    values = [value for value in ticks_between(low, high, most=height // 30) if not whole or value == int(value) > 0]
    return TimePlot(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        times=tuple(_time_ticks(start, end, across, most=width // 150)),
        values=tuple(Tick(up.place(value), f"{value:.0f}") for value in values),
        lines=tuple(_line(each, across, up) for each in series),
        events=tuple(Tick(across.place(min(max(when.timestamp(), start), end)), name) for when, name in events),
    )


def _time_span(times: Iterable[datetime]) -> tuple[float, float]:
    """The first and the last time, in seconds; at least a minute apart, around the epoch if there are none."""
    seconds = [when.timestamp() for when in times] or [0.0]
    first, last = min(seconds), max(seconds)
    return (first, last) if last - first >= 60 else (first - 30, last + 30)


def _time_ticks(start: float, end: float, across: Scale, *, most: int) -> Iterable[Tick]:
    step = next((each for each in _STEPS if (end - start) / each <= most), _STEPS[-1])
    for index in range(ceil(start / step), int(end // step) + 1):
        when = datetime.fromtimestamp(index * step, UTC)
        is_day = step >= 86_400 or index * step % 86_400 == 0
        yield Tick(across.place(index * step), f"{when:%Y-%m-%d}" if is_day else f"{when:%H:%M}")


def _line(series: Series, across: Scale, up: Scale) -> Line:
    strokes, bands, marks = [], [], []
    end = None
    for run in _runs(series.moments, lambda moment: moment.value is not None):
        places = [(across.place(each.when.timestamp()), up.place(each.value or 0.0)) for each in run]
        strokes.append("M" + "L".join(f"{x} {y}" for x, y in places))
        marks += [Mark(*place, each.mark) for place, each in zip(places, run, strict=True) if each.mark]
        if len(run) == 1 and not run[0].mark:
            marks.append(Mark(*places[0], ""))
        end = places[-1]
    for run in _runs(series.moments, lambda moment: moment.low is not None and moment.high is not None):
        there = [(across.place(each.when.timestamp()), up.place(each.high or 0.0)) for each in run]
        back = [(across.place(each.when.timestamp()), up.place(each.low or 0.0)) for each in reversed(run)]
        bands.append("M" + "L".join(f"{x} {y}" for x, y in there + back) + "Z")
    return Line(series.label, "".join(strokes), "".join(bands), tuple(marks), end)


def _runs(moments: Iterable[Moment], is_known: Callable[[Moment], bool]) -> list[list[Moment]]:
    """The longest runs of known neighbours; an unknown moment leaves a gap."""
    return [list(run) for known, run in groupby(moments, key=is_known) if known]
