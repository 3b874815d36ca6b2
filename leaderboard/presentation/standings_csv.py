"""Standings and pairs as CSV."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any

from django.utils.text import slugify

from leaderboard.queries.pair_table import PairLine
from leaderboard.queries.standings import COLUMNS, BoardView, StandingRow

# A spreadsheet runs a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_standings(rows: Iterable[StandingRow]) -> str:
    """Return standings as CSV, with a header line; what is not known is empty, flags are joined by spaces."""
    return _write_csv(COLUMNS, (row.as_columns().values() for row in rows))


def write_pairs(pairs: Iterable[PairLine]) -> str:
    """Return pairs as CSV, likewise."""
    return _write_csv([field.name for field in fields(PairLine)], map(astuple, pairs))


def _write_csv(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(map(as_cell, row) for row in rows)
    return buffer.getvalue()


def name_file(what: str, board: BoardView) -> str:
    """What a download of a board is called; a label of an imported ledger may hold what no file name may."""
    value = slugify(board.slice_value.replace("/", "-"))
    days = f"{board.days}-days" if board.days else ""
    return "-".join(filter(None, [what, board.ledger_slug, board.modality, board.slice, value, days])) + ".csv"


def as_cell(value: Any) -> Any:
    """A value as a cell of CSV: tuples joined by spaces, text that a spreadsheet would run made text again."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        # An apostrophe makes it text again; numbers of ours are not strings and stay as they are.
        return f"'{value}"
    return value
