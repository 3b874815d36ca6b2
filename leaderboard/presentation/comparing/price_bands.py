"""The best contender of each price band of a board."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from leaderboard.presentation.board_page.figure_texts import money
from leaderboard.queries.comparing.verdicts import Opinion, lines_of
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import StandingRow

# Upper ends in USD for one image.
BANDS = tuple(map(Decimal, ("0.01", "0.03", "0.06", "0.12")))


@dataclass(frozen=True)
class PriceBand:
    """A band with its highest rated contender; `rivals` are how many others there are not surely worse than it.

    It has prices in USD above `over` (None: free only) up to `up_to` (None: without end).
    """

    label: str
    over: Decimal | None
    up_to: Decimal | None
    best: StandingRow
    rivals: int
    size: int


def find_price_bands(rows: Sequence[StandingRow], opinion: Opinion) -> tuple[PriceBand, ...]:
    """Return the bands in which an established contender has a list price, the cheapest first."""
    known = [row for row in sort_rows(rows, "") if row.line.level == "established" and row.price is not None]
    edges = [(None, Decimal(0)), *zip((Decimal(0), *BANDS), (*BANDS, None), strict=True)]
    bands = []
    for low, high in edges:
        within = [row for row in known if row.price is not None and _lies_in(row.price, low, high)]
        if within:
            lines, best = lines_of(within), within[0].contender_slug
            rivals = sum(not opinion.is_better(best, row.contender_slug, lines) for row in within[1:])
            bands.append(PriceBand(_name(low, high), low, high, within[0], rivals, len(within)))
    return tuple(bands)


def _lies_in(price: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or price > low) and (high is None or price <= high)


def _name(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return _("Free")
    if high is None:
        return _("Over {price}").format(price=money(low))
    return _("Up to {price}").format(price=money(high))
