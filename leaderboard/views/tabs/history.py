"""The tab of history: one contender's line over time as a chart, and every snapshot in a table."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator

from leaderboard.presentation.board_address import board_address, history_url
from leaderboard.queries.histories import as_point, draw_points, find_named, list_lines, name_methods
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import list_boards
from leaderboard.views.tabs.asking import Asked

LINES_PER_PAGE = 50


def fill_history(asked: Asked) -> dict[str, Any]:
    """The history of the contender that `contender` names, or of the first on the board. `page` turns the table.

    Raises NotFound for a contender that is not known. A board without rows has no history to show.
    """
    board, address = asked.board, asked.address
    rows = sort_rows(board.rows, "")
    slug = asked.query.get("contender", "") or (rows[0].contender_slug if rows else "")
    if not slug:
        return {"contender": None}
    named = find_named(board.ledger_slug, slug)
    points = draw_points(board, named)
    lines = Paginator(list_lines(board, named), LINES_PER_PAGE).get_page(asked.query.get("page"))
    shown = [as_point(standing) for standing in lines]
    methods = name_methods([*points, *shown])
    table = address.canonical.but(view="")
    boards = list_boards(ledger=board.ledger_slug, modality=address.modality)
    return {
        "contender": named,
        "contenders": rows,
        "hidden": address.kept,
        "points": points,
        "page": lines,
        "lines": [(point, methods[point.parameters_hash], table.but(at=str(point.snapshot)).url) for point in shown],
        "here": history_url(address, named.slug),
        "other_boards": [
            (other, history_url(board_address(other, ledger=address.ledger), named.slug))
            for other in boards
            if other.votes
        ],
        "csv_url": asked.api_url("api-history.csv", contender=named.slug),
        "json_url": asked.api_url("api-history", contender=named.slug),
        "snapshot_days": settings.SNAPSHOT_DAYS,
    }
