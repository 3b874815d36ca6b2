"""The two errors of each contender as a table: pooled over the board as published, and from its own votes alone."""

from typing import Any

from leaderboard.presentation.tables.board_tables import BOARD_COLUMNS, name_board_in_row
from leaderboard.presentation.tables.table_files import Table
from leaderboard.queries.audits import AuditView
from leaderboard.queries.standings import BoardView
from leaderboard.votefiles.parquet_writing import Kind

_FIGURES = ("pooled", "clustered", "between_voters", "between_prompts")
ERROR_COLUMNS: tuple[tuple[str, Kind], ...] = (
    *BOARD_COLUMNS,
    ("audited_snapshot", "integer"),
    ("contender_slug", "text"),
    *((name, "number") for name in _FIGURES),
)


def tabulate_errors(board: BoardView, audit: AuditView) -> Table:
    """One row for each contender of the audit, half-widths and spreads in Elo; none before version 4 of audits."""
    variance = audit.facts.get("variance") or {"lines": ()}
    named = (*name_board_in_row(board), audit.snapshot_id)
    rows: list[tuple[Any, ...]] = [
        (*named, line["contender"], *(line.get(name) for name in _FIGURES)) for line in variance["lines"]
    ]
    return Table(ERROR_COLUMNS, rows)
