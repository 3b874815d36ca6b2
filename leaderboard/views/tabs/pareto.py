"""The tab of price and time: what a better rating costs, and whom no cheaper contender surely beats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leaderboard.presentation.board_page.figure_texts import money, seconds
from leaderboard.presentation.board_rows import choose_rows
from leaderboard.presentation.comparing.price_and_time import (
    COSTS,
    Offered,
    OfferedRows,
    count_price,
    count_time,
    offer_rows,
    state_price,
    state_time,
)
from leaderboard.queries.comparing.verdicts import read_opinion
from leaderboard.views.tabs.asking import Asked


@dataclass(frozen=True)
class Axis:
    """One kind of cost: what is shown of it, how it is written, who is worth it, and how many are on the frontier."""

    name: str
    label: str
    shown: OfferedRows
    write: Callable[[float], str]
    urls: Mapping[str, str]
    finding: str
    count: str

    @property
    def lines(self) -> list[tuple[Offered, str, str]]:
        """All contenders with a cost, cheapest first: with the cost's text and the address of the model."""
        return [
            (one, self.write(one.cost), self.urls.get(one.row.contender_slug, ""))
            for one in (*self.shown.free, *self.shown.offered)
        ]


def fill_pareto(asked: Asked) -> dict[str, Any]:
    """Prices and times against ratings. What the filters hide still keeps others from the frontier."""
    shown = {row.contender_slug for row in choose_rows(asked.board.rows, asked.address)}
    opinion = read_opinion(asked.board)
    urls = {
        row.contender_slug: reverse("model", args=[row.model_slug]) + asked.model_query
        for row in asked.board.rows
        if row.model_slug
    }
    prices = offer_rows(asked.board.rows, opinion, cost_of=COSTS["price"])
    times = offer_rows(asked.board.rows, opinion, cost_of=COSTS["time"])
    axes = [
        Axis(
            "price", _("List price of an image"), prices.only(shown), _write_price, urls,
            state_price(prices, _write_price), count_price(prices),
        ),
        Axis(
            "time", _("Median time to an image"), times.only(shown), seconds, urls,
            state_time(times, seconds), count_time(times),
        ),
    ]  # fmt: skip
    return {"axes": axes, "api_query": asked.rows_query(rated=True)}


def _write_price(cost: float) -> str:
    return money(Decimal(f"{cost:.6f}"))
