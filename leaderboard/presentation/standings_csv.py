"""Standings and pairs as CSV."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any

from django.utils.text import slugify

from leaderboard.queries.ledger_export import BYTE_ORDER_MARK, FORMULA_STARTS
from leaderboard.queries.pair_table import PairLine
from leaderboard.queries.standings import COLUMNS, BoardView, StandingRow


def write_standings(rows: Iterable[StandingRow], *, excel: bool = False) -> str:
    """Return standings as CSV with a header line; unknown values are empty, flags are joined by spaces."""
    return _write_csv(COLUMNS, (row.as_columns().values() for row in rows), excel)


def write_pairs(pairs: Iterable[PairLine], *, excel: bool = False) -> str:
    """Return pairs as CSV with a header line; unknown values are empty."""
    return _write_csv([field.name for field in fields(PairLine)], map(astuple, pairs), excel)


def _write_csv(names: Iterable[str], rows: Iterable[Iterable[Any]], excel: bool) -> str:
    buffer = io.StringIO()
    if excel:
        buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(map(as_cell, row) for row in rows)
    return buffer.getvalue()


def name_file(what: str, board: BoardView) -> str:
    """The file name of a board's download; labels of imported ledgers are made safe for file names."""
    value = slugify(board.slice_value.replace("/", "-"))
    days = f"{board.days}-days" if board.days else ""
    return "-".join(filter(None, [what, board.ledger_slug, board.modality, board.slice, value, days])) + ".csv"


def as_cell(value: Any) -> Any:
    """A value as a CSV cell: tuples are joined by spaces, text that a spreadsheet would run is escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        # An apostrophe makes it text again. Our own numbers are not strings, so they stay unchanged.
        return f"'{value}"
    return value
