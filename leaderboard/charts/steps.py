"""Geometry of a rating by step: a line with its band over a numeric axis, such as training steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaderboard.charts.scales import Scale, Tick, ticks_between, widen


@dataclass(frozen=True)
class Step:
    """A value at a step, with its interval (None: unknown); `faint` if it is too unsure to be ranked."""

    at: float
    value: float
    low: float | None
    high: float | None
    faint: bool = False


@dataclass(frozen=True)
class StepDot:
    """A step's place, the ends of its interval (None: unknown), and whether it is drawn faintly."""

    x: float
    y: float
    low: float | None
    high: float | None
    faint: bool


@dataclass(frozen=True)
class StepPlot:
    """A line through dots in a width × height box; the plot area spans [left, right] × [top, bottom]."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    steps: tuple[Tick, ...]
    values: tuple[Tick, ...]
    path: str
    dots: tuple[StepDot, ...]


def step_plot(steps: Sequence[Step], *, width: int, height: int, least: float) -> StepPlot:
    """Place steps in rising order; the axis of values spans at least `least`. Needs at least one step."""
    left, right, top, bottom = 44, width - 14, 10, height - 26
    first, last = min(step.at for step in steps), max(step.at for step in steps)
    start, end = (first, last) if last > first else (first - 1, last + 1)
    known = [value for step in steps for value in (step.value, step.low, step.high) if value is not None]
    low, high = widen(known, least=least)
    across, up = Scale(start, end, start=left + 8, end=right - 8), Scale(low, high, start=bottom, end=top)
    dots = tuple(
        StepDot(
            across.place(step.at),
            up.place(step.value),
            None if step.low is None else up.place(step.low),
            None if step.high is None else up.place(step.high),
            step.faint,
        )
        for step in sorted(steps, key=lambda step: step.at)
    )
    return StepPlot(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        steps=tuple(Tick(across.place(at), f"{at:.15g}") for at in ticks_between(start, end, most=width // 90)),
        values=tuple(Tick(up.place(at), f"{at:.0f}") for at in ticks_between(low, high, most=height // 30)),
        path="M" + "L".join(f"{dot.x} {dot.y}" for dot in dots),
        dots=dots,
    )
