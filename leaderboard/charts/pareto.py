"""Geometry of a rating against a price or a time: points with whiskers over a logarithmic axis, and their labels."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from leaderboard.charts.intervals import LEAST_SPAN
from leaderboard.charts.scales import Scale, Tick, ticks_between, widen

_RADIUS = 5.0
# About how wide a letter is, thin and bold, and how high a line, in the size that labels are written in.
_LETTER, _BOLD_LETTER, _LINE = 6.5, 7.5, 14.0
_LONGEST = 26
# Nothing is narrower than a factor of this: two equal prices must not fill the axis.
_LEAST_DECADES = 0.6


@dataclass(frozen=True)
class Offer:
    """A contender: its name and address, what it costs (more than 0), and its rating with the interval.

    `is_best` marks what stands on the frontier; `faint` is one too unsure to be ranked.
    """

    label: str
    url: str
    cost: float
    value: float
    low: float | None
    high: float | None
    is_best: bool
    faint: bool = False


@dataclass(frozen=True)
class Label:
    """A text at a place; `anchor` is SVG's."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class OfferDot:
    """A point with the ends of its whisker (None: no interval) and its label, if there is room for one."""

    offer: Offer
    x: float
    y: float
    low: float | None
    high: float | None
    label: Label | None


@dataclass(frozen=True)
class ParetoPlot:
    """A plot in a width × height box; the plot area spans [left, right] × [top, bottom]. `path` joins the chain."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    costs: tuple[Tick, ...]
    values: tuple[Tick, ...]
    dots: tuple[OfferDot, ...]
    path: str


def pareto_plot(
    offers: Sequence[Offer], chain: Sequence[int], *, width: int, height: int, write: Callable[[float], str]
) -> ParetoPlot:
    """Place at least one offer; `write` gives the text of a cost. Those on the frontier get their labels first."""
    left, right, top, bottom = 46, width - 12, 12, height - 30
    across = _Logarithm([offer.cost for offer in offers], start=left + 12, end=right - 12)
    low, high = widen(_values(offers), least=LEAST_SPAN)
    up = Scale(low, high, start=bottom, end=top)
    places = [(across.place(offer.cost), up.place(offer.value)) for offer in offers]
    labels = _label(offers, places, area=(left, top, right, bottom))
    dots = tuple(
        OfferDot(
            offer,
            x,
            y,
            None if offer.low is None else up.place(offer.low),
            None if offer.high is None else up.place(offer.high),
            labels[index],
        )
        for index, (offer, (x, y)) in enumerate(zip(offers, places, strict=True))
    )
    steps = [f"{dots[one].x} {dots[one].y}" for one in chain]
    return ParetoPlot(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        costs=tuple(Tick(across.place(cost), write(cost)) for cost in across.ticks(most=width // 80)),
        values=tuple(Tick(up.place(at), f"{at:.0f}") for at in ticks_between(low, high, most=height // 45)),
        dots=dots,
        path="M" + "L".join(steps) if len(steps) > 1 else "",
    )


def _values(offers: Sequence[Offer]) -> list[float]:
    """What the axis shows: of faint offers, whose intervals may be very wide, the values only."""
    ends = [end for offer in offers if not offer.faint for end in (offer.low, offer.high) if end is not None]
    return ends + [offer.value for offer in offers]


class _Logarithm:
    """A logarithmic axis over all costs, at least _LEAST_DECADES long."""

    def __init__(self, costs: Sequence[float], *, start: float, end: float) -> None:
        low, high = log10(min(costs)), log10(max(costs))
        missing = max(0.0, _LEAST_DECADES - (high - low)) / 2
        self.low, self.high = low - missing, high + missing
        self.scale = Scale(self.low, self.high, start=start, end=end)

    def place(self, cost: float) -> float:
        return self.scale.place(log10(cost))

    def ticks(self, *, most: int) -> tuple[float, ...]:
        """Round multiples of powers of ten, as many as there is room for."""
        powers = range(floor(self.low) - 1, ceil(self.high) + 1)
        for factors in ((1, 2, 3, 4, 5, 7), (1, 2, 5), (1, 3), (1,)):
            found = tuple(
                factor * 10.0**power
                for power in powers
                for factor in factors
                if self.low <= log10(factor * 10.0**power) <= self.high
            )
            if len(found) <= most:
                break
        return found


Box = tuple[float, float, float, float]


def _label(offers: Sequence[Offer], places: Sequence[tuple[float, float]], *, area: Box) -> list[Label | None]:
    """A label for each offer that has room for one, those on the frontier first; none covers another.

    Where there is no other room, a label of the frontier may cover points that are not on it.
    """
    points = [(x - _RADIUS, y - _RADIUS, x + _RADIUS, y + _RADIUS) for x, y in places]
    best = [point for point, offer in zip(points, offers, strict=True) if offer.is_best]
    labels: list[Box] = []
    found: list[Label | None] = [None] * len(offers)
    for index in sorted(range(len(offers)), key=lambda one: (not offers[one].is_best, offers[one].faint, one)):
        text = offers[index].label
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"
        broad = len(text) * (_BOLD_LETTER if offers[index].is_best else _LETTER)
        candidates = [each for each in _candidates(text, broad, *places[index]) if _lies_within(each[1], area)]
        for obstacles in [points, best] if offers[index].is_best else [points]:
            free = [each for each in candidates if not any(_touch(each[1], box) for box in (*obstacles, *labels))]
            if free:
                found[index] = free[0][0]
                labels.append(free[0][1])
                break
    return found


def _candidates(text: str, broad: float, x: float, y: float) -> Iterable[tuple[Label, Box]]:
    """Beside the point, then above, then below it."""
    near = _RADIUS + 3
    yield Label(text, x + near, y + 4, "start"), (x + near, y - _LINE / 2, x + near + broad, y + _LINE / 2)
    yield Label(text, x - near, y + 4, "end"), (x - near - broad, y - _LINE / 2, x - near, y + _LINE / 2)
    for middle in (y - near - _LINE / 2, y + near + _LINE / 2):
        box = (x - broad / 2, middle - _LINE / 2, x + broad / 2, middle + _LINE / 2)
        yield Label(text, x, middle + 4, "middle"), box


def _lies_within(box: Box, area: Box) -> bool:
    return box[0] >= area[0] and box[1] >= area[1] and box[2] <= area[2] and box[3] <= area[3]


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
