"""Boards as tables: standings, and pairs both ways; each row names its board."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, get_type_hints

from django.utils.text import slugify

from leaderboard.presentation.tables.table_files import Table, kind_of
from leaderboard.queries.figures import Reliability
from leaderboard.queries.pair_table import PairLine, PairTable
from leaderboard.queries.standings import COLUMNS, BoardView, StandingRow
from leaderboard.ratings.results import Line
from leaderboard.votefiles.parquet_writing import Kind

# What a row says of its board, by column; the snapshot's hashes say what was computed from what.
BOARD_COLUMNS: tuple[tuple[str, Kind], ...] = (
    ("ledger", "text"),
    ("modality", "text"),
    ("slice", "text"),
    ("slice_value", "text"),
    ("days", "integer"),
    ("tiers", "text"),
    ("snapshot", "integer"),
    ("position", "integer"),
    ("computed_at", "moment"),
    ("output_hash", "text"),
)
_CHANGES = ("elo_change", "elo_change_low", "elo_change_high", "moved")
_HINTS = {
    name: hint
    for kind in (StandingRow, Line, Reliability)
    for name, hint in get_type_hints(kind, include_extras=True).items()
}
STANDING_COLUMNS: tuple[tuple[str, Kind], ...] = tuple((name, kind_of(_HINTS[name])) for name in COLUMNS)
# What a snapshot keeps of a line. All else, such as prices, names and times of calls, is of today.
PUBLISHED = tuple(
    name for name in COLUMNS if name in {each.name for each in fields(Line)} or name in ("contender_slug", *_CHANGES)
)
PAIR_COLUMNS: tuple[tuple[str, Kind], ...] = (
    *BOARD_COLUMNS,
    ("audited_snapshot", "integer"),
    *((each.name, kind_of(get_type_hints(PairLine)[each.name])) for each in fields(PairLine)),
)


def name_board_in_row(board: BoardView) -> tuple[Any, ...]:
    """The values of BOARD_COLUMNS."""
    return (
        board.ledger_slug,
        board.modality,
        board.slice,
        board.slice_value,
        board.days,
        board.counts,
        board.snapshot_id,
        board.position,
        board.computed_at,
        board.output_hash,
    )


def tabulate_standings(boards: Iterable[tuple[BoardView, Sequence[StandingRow]]], *, published: bool = False) -> Table:
    """One row for each board and contender. `published` leaves out what is of today, so that a row never changes."""
    names = PUBLISHED if published else COLUMNS
    columns = tuple((name, kind) for name, kind in STANDING_COLUMNS if name in names)
    rows = [
        (*named, *(values[name] for name in names))
        for board, lines in boards
        for named in [name_board_in_row(board)]
        for values in (line.as_columns() for line in lines)
    ]
    return Table((*BOARD_COLUMNS, *columns), rows)


def tabulate_pairs(tables: Iterable[PairTable]) -> Table:
    """One row for each board, contender and opponent, so two for each pair: the whole matrix."""
    return Table(PAIR_COLUMNS, [row for table in tables for row in list_pairs(table)])


def list_pairs(table: PairTable) -> list[tuple[Any, ...]]:
    """The rows of one board's matrix, as PAIR_COLUMNS names them."""
    names = [each.name for each in fields(PairLine)]
    named = (*name_board_in_row(table.board), table.audited_snapshot)
    return [(*named, *(getattr(line, name) for name in names)) for line in table.told]


def name_file(what: str, board: BoardView) -> str:
    """The name of a board's file, without its ending; no two boards or snapshots share one."""
    days = f"{board.days}-days" if board.days else ""
    snapshot = f"snapshot-{board.snapshot_id}" if board.snapshot_id else ""
    parts = [what, board.ledger_slug, board.modality, board.slice, name_label(board.slice_value), days]
    parts += ["all-votes" if board.tiers else "", snapshot]
    return "-".join(filter(None, parts))


def name_label(label: str) -> str:
    """A label in a file name; one that changes by being made safe gets a part of its hash."""
    plain = slugify(label.replace("/", "-"))
    if plain == label:
        return plain
    return "-".join(filter(None, [plain, hashlib.sha256(label.encode()).hexdigest()[:8]]))
