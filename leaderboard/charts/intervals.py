"""Geometry of intervals: one as a table cell, many as a dot plot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from leaderboard.charts.scales import Scale, Tick, ticks_between, widen

# No axis is narrower than this many Elo: negligible differences must not fill a chart.
LEAST_SPAN = 100.0
# Where all intervals are faint, this many Elo of each are shown on either side. More would squeeze the values together.
FAINT_REACH = 250.0
_CELL_HEIGHT = 20


@dataclass(frozen=True)
class Interval:
    """A value with its interval (None: unknown), its name, and whether it is drawn faintly because it is too unsure."""

    label: str
    value: float
    low: float | None
    high: float | None
    faint: bool = False


@dataclass(frozen=True)
class IntervalCell:
    """One interval in a width × height box: x of its ends and value, y of the line, x of the reference (or None)."""

    width: int
    height: int
    low: float
    centre: float
    high: float
    y: float
    reference: float | None


@dataclass(frozen=True)
class PlotLine:
    """One interval of a plot: y of the line and of its label, and x of its ends and value."""

    interval: Interval
    y: float
    label_y: float
    low: float
    centre: float
    high: float


@dataclass(frozen=True)
class IntervalPlot:
    """A dot plot in a width × height box; the plot area spans [left, right] × [top, bottom]."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    reference: float | None
    ticks: tuple[Tick, ...]
    lines: tuple[PlotLine, ...]


def interval_domain(intervals: Iterable[Interval], *, including: Sequence[float] = ()) -> tuple[float, float]:
    """The range that shows every value, every interval and what is `including`, at least LEAST_SPAN wide.

    Faint intervals may be very wide. Beside others only their values count; alone they count up to FAINT_REACH on
    either side. The rest is cut off at the edge.
    """
    shown = list(intervals)
    reach = FAINT_REACH if all(interval.faint for interval in shown) else 0.0
    values = list(including)
    for interval in shown:
        least, most = (interval.value - reach, interval.value + reach) if interval.faint else (-inf, inf)
        values += [
            min(max(end, least), most) for end in (interval.value, interval.low, interval.high) if end is not None
        ]
    return widen(values, least=LEAST_SPAN)


def interval_cell(
    interval: Interval,
    *,
    domain: tuple[float, float],
    reference: float | None = None,
    width: int = 120,
) -> IntervalCell:
    """Place one interval in a cell; if its ends are unknown, the line shrinks to the value."""
    scale = Scale(*domain, start=5, end=width - 5)
    low, high = _ends(interval)
    return IntervalCell(
        width=width,
        height=_CELL_HEIGHT,
        low=scale.place(low),
        centre=scale.place(interval.value),
        high=scale.place(high),
        y=_CELL_HEIGHT / 2,
        reference=_reference(reference, domain, scale),
    )


def interval_plot(
    intervals: Sequence[Interval],
    *,
    width: int,
    gutter: int,
    line_height: int,
    reference: float | None = None,
    including: Sequence[float] = (),
) -> IntervalPlot:
    """Place intervals below each other in the order given, with names in a gutter on the left.

    Without a gutter each name stands above its line, for narrow screens. The axis shows what is `including`.
    """
    domain = interval_domain(intervals, including=including)
    top, axis, right = 8, 28, width - 12
    scale = Scale(*domain, start=gutter + 12, end=right)
    bottom = top + line_height * len(intervals)
    drop = 0 if gutter else line_height // 4
    lines = []
    for index, interval in enumerate(intervals):
        middle = top + line_height * (index + 0.5)
        low, high = (scale.place(end) for end in _ends(interval))
        lines.append(
            PlotLine(
                interval=interval,
                y=middle + drop,
                label_y=middle - drop,
                low=low,
                centre=scale.place(interval.value),
                high=high,
            )
        )
    ticks = (Tick(scale.place(value), f"{value:.0f}") for value in ticks_between(*domain, most=width // 70))
    return IntervalPlot(
        width=width,
        height=bottom + axis,
        left=gutter + 12,
        right=right,
        top=top,
        bottom=bottom,
        reference=_reference(reference, domain, scale),
        ticks=tuple(ticks),
        lines=tuple(lines),
    )


def _ends(interval: Interval) -> tuple[float, float]:
    low = interval.value if interval.low is None else interval.low
    high = interval.value if interval.high is None else interval.high
    return low, high


def _reference(value: float | None, domain: tuple[float, float], scale: Scale) -> float | None:
    return scale.place(value) if value is not None and domain[0] < value < domain[1] else None
