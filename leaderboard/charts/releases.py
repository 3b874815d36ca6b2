"""Geometry of ratings by day of release: points with whiskers, and the best rating known at each time as a stair."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from leaderboard.charts.intervals import LEAST_SPAN
from leaderboard.charts.labels import Label, Name, place_labels
from leaderboard.charts.scales import Scale, Tick, ticks_between, widen

# Models of one day stand in the middle of an axis of so many days on either side.
_LEAST_DAYS = 45
# Months between ticks.
_STEPS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True)
class Release:
    """A model: its name and address, the day from which it is told, and its rating with the interval (None: unknown).

    `faint` is one too unsure to be ranked.
    """

    label: str
    url: str
    day: date
    value: float
    low: float | None
    high: float | None
    faint: bool = False


@dataclass(frozen=True)
class ReleaseDot:
    """A point with the ends of its whisker (None: no interval) and its label, if there is room for one."""

    release: Release
    x: float
    y: float
    low: float | None
    high: float | None
    label: Label | None


@dataclass(frozen=True)
class ReleasePlot:
    """A plot in a width × height box; the plot area spans [left, right] × [top, bottom]. `stair` is SVG path data."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    days: tuple[Tick, ...]
    values: tuple[Tick, ...]
    dots: tuple[ReleaseDot, ...]
    stair: str


def release_plot(
    releases: Sequence[Release],
    best: Sequence[tuple[date, float]],
    *,
    width: int,
    height: int,
    write: Callable[[date], str],
) -> ReleasePlot:
    """Place at least one release; `best` are the days from which the field's best rating is a higher one, in order.

    The axis begins shortly before the first release; what was the best by then is the stair's first step. `write` gives
    the text of a month.
    """
    left, right, top, bottom = 46, width - 12, 12, height - 30
    known = [release.day.toordinal() for release in releases]
    last = max([*known, *(day.toordinal() for day, _value in best)])
    missing = max(0, 2 * _LEAST_DAYS - (last - min(known))) / 2
    across = Scale(min(known) - missing, last + missing, start=left + 12, end=right - 12)
    low, high = widen([*_values(releases), *(value for _day, value in best)], least=LEAST_SPAN)
    up = Scale(low, high, start=bottom, end=top)
    places = [(across.place(one.day.toordinal()), up.place(one.value)) for one in releases]
    names = [Name(one.label, is_faint=one.faint) for one in releases]
    labels = place_labels(names, places, area=(left, top, right, bottom))
    return ReleasePlot(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        days=tuple(_month_ticks(across, most=width // 130, write=write)),
        values=tuple(Tick(up.place(at), f"{at:.0f}") for at in ticks_between(low, high, most=height // 45)),
        dots=tuple(
            ReleaseDot(
                one,
                x,
                y,
                None if one.low is None else up.place(one.low),
                None if one.high is None else up.place(one.high),
                label,
            )
            for one, (x, y), label in zip(releases, places, labels, strict=True)
        ),
        stair=_draw_stair([(across.place(day.toordinal()), up.place(value)) for day, value in best], right),
    )


def _values(releases: Sequence[Release]) -> list[float]:
    """What the axis shows: of faint ones, whose intervals may be very wide, the values only."""
    ends = [end for one in releases if not one.faint for end in (one.low, one.high) if end is not None]
    return ends + [one.value for one in releases]


def _draw_stair(steps: Sequence[tuple[float, float]], right: float) -> str:
    """Go level until the next step, then up; the last step reaches the right end."""
    if not steps:
        return ""
    (x, y), *others = steps
    return f"M{x} {y}" + "".join(f"H{across}V{up}" for across, up in others) + f"H{right}"


def _month_ticks(across: Scale, *, most: int, write: Callable[[date], str]) -> Iterator[Tick]:
    """The first days of months, at most `most` of them, counted from January."""
    first, last = date.fromordinal(int(across.low)), date.fromordinal(int(across.high))
    months = range(12 * first.year + first.month, 12 * last.year + last.month)
    step = next((each for each in _STEPS if len(months) / each <= most), _STEPS[-1])
    for month in months:
        if month % step == 0:
            day = date(month // 12, month % 12 + 1, 1)
            yield Tick(across.place(day.toordinal()), write(day))
