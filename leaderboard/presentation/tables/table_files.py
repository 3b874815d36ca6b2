"""Tables as files: CSV, JSONL and Parquet of the same columns and values."""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, BinaryIO, Literal, get_args, get_origin

from leaderboard.votefiles.parquet_writing import Kind, ParquetWriter
from leaderboard.votefiles.spreadsheet_cells import BYTE_ORDER_MARK, FORMULA_START

Form = Literal["csv", "jsonl", "parquet"]
MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
# A row group of a Parquet file: what is in memory twice while it is written.
_GROUP = 20_000
_FORMULA = re.compile(FORMULA_START)

Columns = Sequence[tuple[str, Kind]]
Groups = Iterable[Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Table:
    """Columns by name with their kinds, and rows of values in that order; None is unknown."""

    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[Sequence[Any]]

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [name for name, _kind in self.columns]

    def only(self, names: Sequence[str]) -> "Table":
        """The same with these of its columns, in this order."""
        chosen = [self.names.index(name) for name in names]
        columns = tuple(self.columns[place] for place in chosen)
        return Table(columns, [[row[place] for place in chosen] for row in self.rows])


def write_table(table: Table, form: Form, *, excel: bool = False) -> bytes:
    """Return the table as a file; `excel` puts a byte order mark before a CSV."""
    buffer = io.BytesIO()
    groups = (table.rows[at : at + _GROUP] for at in range(0, len(table.rows), _GROUP))
    write_groups(buffer, table.columns, groups, form, excel=excel)
    return buffer.getvalue()


def write_groups(out: BinaryIO, columns: Columns, groups: Groups, form: Form, *, excel: bool = False) -> None:
    """Write a table of which each group of rows is in memory only while it is written; see `write_table`."""
    if form == "parquet":
        write_parquet(out, columns, groups)
        return
    names = [name for name, _kind in columns]
    if form == "csv":
        head = f"{BYTE_ORDER_MARK}{_csv_lines([names])}" if excel else _csv_lines([names])
        out.write(head.encode())
    for rows in groups:
        lines = _csv_lines(map(as_cell, row) for row in rows) if form == "csv" else _json_lines(names, rows)
        out.write(lines.encode())


def _csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _json_lines(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = (json.dumps(dict(zip(names, map(_as_json, row), strict=True)), ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines)


def write_parquet(out: BinaryIO, columns: Columns, groups: Groups) -> None:
    """Write groups of rows, each of which is in memory only while it is written."""
    writer = ParquetWriter(out, columns)
    for rows in groups:
        writer.write([[_as_stored(value) for value in row] for row in rows])
    writer.close()


def kind_of(hint: Any) -> Kind:
    """The kind of a column whose values have this type; flags and other tuples are text, joined by spaces."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    types = [each for each in (get_args(hint) or (hint,)) if each is not NoneType]
    named: list[tuple[type, Kind]] = [
        (bool, "boolean"), (int, "integer"), (float, "number"), (Decimal, "number"), (datetime, "moment"),
        (date, "date"),
    ]  # fmt: skip
    return next((kind for known, kind in named if types[0] is known), "text")


def as_cell(value: Any) -> Any:
    """A value as a CSV cell: `Table`'s values as text; text that a spreadsheet would run as a formula is escaped.

    An apostrophe before it makes it text. It is put before text that begins with any number of apostrophes and then
    a formula, so taking one away always gives the text back.
    """
    # Most cells are numbers or empty.
    if value is None or type(value) in (float, int):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    value = value if isinstance(value, str) else _as_json(value)
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _as_json(value: Any) -> Any:
    value = _as_stored(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _as_stored(value: Any) -> Any:
    if isinstance(value, tuple):
        return " ".join(value)
    return float(value) if isinstance(value, Decimal) else value
