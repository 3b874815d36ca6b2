"""Geometry of a capability profile: one line for each axis, also for those with too few votes."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaderboard.charts.intervals import Interval, IntervalPlot, PlotLine, interval_plot


@dataclass(frozen=True)
class ProfileLine:
    """One axis of the plot: y of its line and of its name, and where its interval lies; without a rating, a note."""

    name: str
    note: str
    y: float
    label_y: float
    at: PlotLine | None


@dataclass(frozen=True)
class ProfilePlot:
    """The frame of a dot plot, and one line for each axis."""

    frame: IntervalPlot
    lines: tuple[ProfileLine, ...]


def profile_plot(
    rows: Sequence[tuple[str, Interval | None, str]],
    *,
    width: int,
    gutter: int,
    line_height: int,
    reference: float,
) -> ProfilePlot:
    """Place axes below each other in the order given; each has a name, and an interval or a note in its place."""
    rated = [interval for _, interval, _ in rows if interval]
    # A row without a rating takes the reference's place in the frame, so that it makes the axis of values no wider.
    filled = [interval or Interval(name, reference, None, None, faint=bool(rated)) for name, interval, _ in rows]
    frame = interval_plot(filled, width=width, gutter=gutter, line_height=line_height, reference=reference)
    lines = tuple(
        ProfileLine(name, note, line.y, line.label_y, line if interval else None)
        for (name, interval, note), line in zip(rows, frame.lines, strict=True)
    )
    return ProfilePlot(frame, lines)
