"""Rows as CSV: the fields of a dataclass (a StandingRow, a PairLine) as columns, in their order."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any, TypeVar

from django.utils.text import slugify

from leaderboard.queries.pair_table import PairLine
from leaderboard.queries.standings import BoardView, StandingRow

Row = TypeVar("Row", StandingRow, PairLine)

# A spreadsheet runs a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Row], kind: type[Row]) -> str:
    """Return a header line and one line per row of a kind; what is not known is empty, flags are joined by spaces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(kind))
    writer.writerows([as_cell(value) for value in astuple(row)] for row in rows)
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
