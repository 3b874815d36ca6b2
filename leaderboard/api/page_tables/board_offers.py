"""What better ratings cost: a board's contenders by price or time, and the best of each price band."""

from typing import Any, ClassVar

from rest_framework import serializers

from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.opening_boards import BoardAtQuery, open_asked
from leaderboard.api.page_tables.naming_rows import LineSerializer, Row, tell_line
from leaderboard.api.reading import PageQuery
from leaderboard.api.row_choice import RowsQuery, choose_lines
from leaderboard.presentation.comparing.price_and_time import COSTS, offer_rows
from leaderboard.presentation.comparing.price_bands import find_price_bands
from leaderboard.queries.comparing.verdicts import read_opinion


class OffersQuery(RowsQuery, BoardAtQuery, PageQuery):
    """Of which board, which of its lines, and by which cost."""

    by = serializers.ChoiceField(
        choices=tuple(COSTS), default="price", help_text="price: USD per image, list price. time: median seconds."
    )
    search = SearchField()
    sort = SortField(["cost", "elo"])


class OfferSerializer(LineSerializer):
    """A rated contender with its cost; what the filters hide still keeps others from the frontier."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    model_slug = serializers.CharField()
    cost = serializers.FloatField(help_text="USD per image, or seconds.")
    is_best = serializers.BooleanField(help_text="Whether none that costs as much or less is surely better.")


class OffersView(ListView):
    """List a board's rated contenders by price or time, cheapest first, and whether a cheaper one is surely better."""

    name = "offers"
    query = OffersQuery
    item = OfferSerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("cost", "elo")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them; those whose cost is not known are left out."""
        board = open_asked(query)
        shown = {row.contender_slug for row in choose_lines(board, query | {"sort": ""})}
        offers = offer_rows(board.rows, read_opinion(board), cost_of=COSTS[query["by"]]).only(shown)
        return [
            {
                "contender_slug": one.row.contender_slug,
                "contender_name": one.row.contender_name,
                "model_slug": one.row.model_slug,
                "cost": one.cost,
                "is_best": one.is_best,
                **tell_line(one.row.line),
            }
            for one in (*offers.free, *offers.offered)
        ]


class PriceBandsQuery(BoardAtQuery, PageQuery):
    """Of which board."""

    search = SearchField()
    sort = SortField(["price", "elo"])


class PriceBandSerializer(LineSerializer):
    """The best established contender of a band of list prices."""

    over = serializers.FloatField(allow_null=True, help_text="USD per image: the band begins above; null: free.")
    up_to = serializers.FloatField(allow_null=True, help_text="USD per image: the band ends with; null: no end.")
    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    price = serializers.FloatField()
    rivals = serializers.IntegerField(help_text="Others of the band that are not surely worse.")
    size = serializers.IntegerField(help_text="Established contenders with a price in the band.")


class PriceBandsView(ListView):
    """List the best contender of a board in each band of list prices, the cheapest band first."""

    name = "price-bands"
    query = PriceBandsQuery
    item = PriceBandSerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("price", "elo")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them."""
        board = open_asked(query)
        return [
            {
                "over": band.over,
                "up_to": band.up_to,
                "contender_slug": band.best.contender_slug,
                "contender_name": band.best.contender_name,
                "price": band.best.price,
                "rivals": band.rivals,
                "size": band.size,
                **tell_line(band.best.line),
            }
            for band in find_price_bands(board.rows, read_opinion(board))
        ]
