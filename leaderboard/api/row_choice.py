"""Which lines of a board are sent, and in which order: the filters of the board's page."""

from typing import Any

from rest_framework import serializers

from leaderboard.api.lists import SearchField, SortField
from leaderboard.api.reading import Query
from leaderboard.models import Standing
from leaderboard.presentation.board_rows import RowChoice, choose_rows
from leaderboard.queries.row_order import SORTED
from leaderboard.queries.standings import BoardView, StandingRow

# From the least certain level to the most certain one.
_LEVELS = [Standing.Level.THIN, Standing.Level.PRELIMINARY, Standing.Level.ESTABLISHED]
_ORDER = (
    "The order of rows; falling with a leading minus. Without it, that of the page: by the lower end of the Elo "
    "interval, contenders without an interval after the others."
)
_MOST = 5_000


class RowsQuery(Query):
    """Which lines of a board are sent."""

    level = serializers.ChoiceField(choices=_LEVELS, required=False, help_text="Lines of this level or a surer one.")
    organization = serializers.SlugField(max_length=80, required=False, help_text="Of this organization, by its slug.")
    max_price = serializers.DecimalField(
        max_digits=12, decimal_places=6, min_value=0, required=False, help_text="USD for one image, list price."
    )


class LinesQuery(RowsQuery):
    """Which lines of a board are sent, and in which order."""

    search = SearchField()
    sort = SortField(SORTED, help_text=_ORDER)
    first = serializers.IntegerField(
        min_value=1, max_value=_MOST, required=False, help_text="Only so many lines of each board, in this order."
    )


def choose_lines(board: BoardView, query: dict[str, Any]) -> tuple[StandingRow, ...]:
    """Return the lines of a board that a LinesQuery, or a part of one, asks for."""
    price = query.get("max_price")
    choice = RowChoice(
        level=query.get("level", ""),
        organization=query.get("organization", ""),
        max_price="" if price is None else str(price),
        q=query.get("search", ""),
        sort=query.get("sort", ""),
    )
    return choose_rows(board.rows, choice)[: query.get("first")]
