"""From values to places: linear scales, round values and the ticks of an axis."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

# This share of a range is left free on either side of it.
_MARGIN = 0.04


@dataclass(frozen=True)
class Scale:
    """Maps values of [low, high] linearly onto [start, end], in units of the drawing; needs low < high."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """The place of a value, rounded to a hundredth; values outside the range stay at the nearer end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what is written beside it."""

    at: float
    label: str


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 × 10^k that divides a positive span into at most `most` steps."""
    rough = span / most
    magnitude = 10.0 ** floor(log10(rough))
    return next((factor * magnitude for factor in (1, 2, 5) if factor * magnitude >= rough), 10 * magnitude)


def ticks_between(low: float, high: float, *, most: int = 6) -> tuple[float, ...]:
    """Round values that lie in [low, high], at most `most` + 1."""
    step = round_step(high - low, most)
    return tuple(index * step for index in range(ceil(low / step), floor(high / step) + 1))


def widen(values: Iterable[float], *, least: float) -> tuple[float, float]:
    """The range of the values with a margin on both sides, at least `least` wide; centred on 0 without values."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    missing = max(least - (high - low), 0.0) / 2
    room = _MARGIN * max(high - low, least)
    return low - missing - room, high + missing + room
