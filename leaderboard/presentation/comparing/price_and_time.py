"""What better ratings cost: the contenders of a board against their price or their time, and who is worth it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaderboard.queries.comparing.verdicts import Opinion, lines_of
from leaderboard.queries.standings import StandingRow


def _price(row: StandingRow) -> float | None:
    return None if row.price is None else float(row.price)


def _time(row: StandingRow) -> float | None:
    return row.reliability.median_seconds or None


# What a contender costs, in USD per image or in seconds; None where that is not known.
COSTS: Mapping[str, Callable[[StandingRow], float | None]] = {"price": _price, "time": _time}


@dataclass(frozen=True)
class Offered:
    """A contender with its cost, and whether it stands on the frontier."""

    row: StandingRow
    cost: float
    is_best: bool


@dataclass(frozen=True)
class OfferedRows:
    """The rated contenders of a board by one kind of cost, cheapest first.

    `chain` are places in `offered` of those of the frontier of which each is surely better than the one before. What
    is free, and whose cost is not known, cannot stand on a logarithmic axis. `best` is how many the frontier has, `top`
    the highest rated, and `cheapest` who costs least of those that are not surely worse than it.
    """

    offered: tuple[Offered, ...]
    chain: tuple[int, ...]
    free: tuple[Offered, ...]
    unknown: tuple[StandingRow, ...]
    best: int
    top: Offered | None
    cheapest: Offered | None

    def only(self, slugs: Collection[str]) -> "OfferedRows":
        """The same with only some contenders shown."""
        places = [place for place, one in enumerate(self.offered) if one.row.contender_slug in slugs]
        return replace(
            self,
            offered=tuple(self.offered[place] for place in places),
            chain=tuple(new for new, place in enumerate(places) if place in self.chain),
            free=tuple(one for one in self.free if one.row.contender_slug in slugs),
            unknown=tuple(row for row in self.unknown if row.contender_slug in slugs),
        )


def find_frontier(costs: Sequence[float], is_better: Callable[[int, int], bool]) -> frozenset[int]:
    """Return whom no other that costs as much or less surely beats; `is_better(i, j)` says that i surely beats j."""
    order = sorted(range(len(costs)), key=lambda index: costs[index])
    return frozenset(
        one
        for one in order
        if not any(costs[other] <= costs[one] and other != one and is_better(other, one) for other in order)
    )


def find_chain(costs: Sequence[float], best: Iterable[int], is_better: Callable[[int, int], bool]) -> tuple[int, ...]:
    """Return those of the frontier, cheapest first, of which each surely beats the one before it."""
    chain: list[int] = []
    for one in sorted(best, key=lambda index: costs[index]):
        if not chain or is_better(one, chain[-1]):
            chain.append(one)
    return tuple(chain)


def offer_rows(
    rows: Sequence[StandingRow], opinion: Opinion, *, cost_of: Callable[[StandingRow], float | None]
) -> OfferedRows:
    """Return a board's rated contenders by a cost; a free one may beat one that has a price.

    Only established contenders stand on the frontier, and only they can keep another from it.
    """
    rated = [row for row in rows if row.line.elo is not None]
    known = sorted(((cost, row) for row in rated if (cost := cost_of(row)) is not None), key=_by_cost)
    ranked = [(cost, row) for cost, row in known if row.line.level == "established"]
    lines = lines_of(row for _cost, row in ranked)

    def is_better(one: int, other: int) -> bool:
        return opinion.is_better(ranked[one][1].contender_slug, ranked[other][1].contender_slug, lines)

    costs = [cost for cost, _row in ranked]
    frontier = find_frontier(costs, is_better)
    slugs = {ranked[one][1].contender_slug for one in frontier}
    offered = {row.contender_slug: Offered(row, cost, row.contender_slug in slugs) for cost, row in known}
    chained = {ranked[one][1].contender_slug for one in find_chain(costs, frontier, is_better)}
    ends = _find_cheapest(ranked, is_better)
    priced = tuple(one for one in offered.values() if one.cost > 0)
    return OfferedRows(
        offered=priced,
        chain=tuple(place for place, one in enumerate(priced) if one.row.contender_slug in chained),
        free=tuple(one for one in offered.values() if one.cost <= 0),
        unknown=tuple(row for row in rated if cost_of(row) is None),
        best=len(frontier),
        top=offered[ranked[ends[0]][1].contender_slug] if ends else None,
        cheapest=offered[ranked[ends[1]][1].contender_slug] if ends else None,
    )


def _by_cost(known: tuple[float, StandingRow]) -> tuple[float, float]:
    return known[0], -(known[1].line.elo or 0.0)


def _find_cheapest(
    ranked: Sequence[tuple[float, StandingRow]], is_better: Callable[[int, int], bool]
) -> tuple[int, int] | None:
    """The places of the highest rated, and of who costs least of those that are not surely worse than it."""
    if len(ranked) < 2:
        return None
    top = max(range(len(ranked)), key=lambda one: ranked[one][1].line.elo or 0.0)
    return top, next(one for one in range(len(ranked)) if not is_better(top, one))


def state_price(offers: OfferedRows, write: Callable[[float], str]) -> str:
    """Who is the cheapest of those that are not surely worse than the best, in one sentence; empty if nobody is."""
    if offers.top is None or offers.cheapest is None:
        return ""
    if offers.top is offers.cheapest:
        text = _("{name} has the highest rating, and everything that costs less than its {cost} is surely worse.")
    else:
        text = _("{name} ({cost}) is the cheapest that is not surely worse than the highest rated, {top} ({top_cost}).")
    return _fill(text, offers.cheapest, offers.top, write)


def state_time(offers: OfferedRows, write: Callable[[float], str]) -> str:
    """The same of times."""
    if offers.top is None or offers.cheapest is None:
        return ""
    if offers.top is offers.cheapest:
        text = _("{name} has the highest rating, and everything that takes less than its {cost} is surely worse.")
    else:
        text = _("{name} ({cost}) is the fastest that is not surely worse than the highest rated, {top} ({top_cost}).")
    return _fill(text, offers.cheapest, offers.top, write)


def _fill(text: str, cheapest: Offered, top: Offered, write: Callable[[float], str]) -> str:
    return text.format(
        name=cheapest.row.contender_name,
        cost=write(cheapest.cost),
        top=top.row.contender_name,
        top_cost=write(top.cost),
    )


def count_price(offers: OfferedRows) -> str:
    """How many stand on the frontier, and what that means, in one sentence."""
    text = ngettext(
        "{n} contender is marked: none that costs as much or less is surely better.",
        "{n} contenders are marked: none that costs as much or less is surely better.",
        offers.best,
    )
    return text.format(n=offers.best)


def count_time(offers: OfferedRows) -> str:
    """The same of times."""
    text = ngettext(
        "{n} contender is marked: none that is as fast or faster is surely better.",
        "{n} contenders are marked: none that is as fast or faster is surely better.",
        offers.best,
    )
    return text.format(n=offers.best)
