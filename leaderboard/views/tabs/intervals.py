"""The tab of intervals: all ratings as a chart, the gaps between neighbours, and who is among the first."""

from typing import Any

from leaderboard.presentation.auditing.error_lines import list_errors
from leaderboard.presentation.auditing.sureness import list_neighbours, list_places, name_contenders
from leaderboard.presentation.board_rows import choose_rows
from leaderboard.presentation.contenders.series_lines import list_series
from leaderboard.views.tabs.asking import Asked


def fill_intervals(asked: Asked) -> dict[str, Any]:
    """The rows shown, series, and what the audit says of pairs and places; without an audit, only the chart."""
    board = asked.board
    found: dict[str, Any] = {
        "rows": choose_rows(board.rows, asked.address),
        "series": list_series(board.rows),
        "model_query": asked.model_query,
        "api_query": asked.rows_query(rated=True),
        "board_query": asked.board_query(),
    }
    audit = asked.audit
    if audit is None:
        return found
    names = name_contenders(board.rows)
    return found | {
        "audit": audit,
        "audit_url": asked.address.but(at=str(audit.snapshot_id)).url,
        "neighbours": list_neighbours(audit.facts, names),
        "places": list_places(audit.facts, names),
        "errors": list_errors(audit.facts, names),
    }
