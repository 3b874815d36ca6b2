"""Geometry of a rating against a price or a time: points with whiskers over a logarithmic axis, and their labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from leaderboard.charts.intervals import LEAST_SPAN
from leaderboard.charts.labels import Label, Name, place_labels
from leaderboard.charts.scales import Scale, Tick, ticks_between, widen

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
    names = [Name(offer.label, offer.is_best, offer.faint) for offer in offers]
    labels = place_labels(names, places, area=(left, top, right, bottom))
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
