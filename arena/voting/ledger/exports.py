"""Reading an exported ledger (CSV or JSONL, plain or gzipped): its rows, and the chain they carry; pure."""

import csv
import gzip
import json
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from arena.errors import DomainError
from arena.installation import command_name
from arena.voting.ledger.chain import FORMATS, Entry, Sealed, Walk, walk_chain

# A row of an export: the number of its line in the file, and its values by column, the position as a number.
Line = tuple[int, dict[str, Any]]

# Rankings do not need these columns; checking the chain does.
_CHAIN_ONLY = ("propensity", "cast_on", "salt", "leaf", "chain")
# How CSV and JSONL write what an imported file does not say.
_UNKNOWN = ("", None)
# A CSV has an apostrophe before text that begins so, because a spreadsheet would run it.
_ESCAPED = re.compile(r"'+[=+@\t\r-]")
_REQUIRED = tuple(name for name in FORMATS[1] if name not in _CHAIN_ONLY)


class BadExport(DomainError):
    """An export cannot be read, or is not what was sealed; the message names the line or position at fault."""

    code = "bad_export"


def read_lines(path: Path) -> Iterator[Line]:
    """Yield an export's rows in the file's order, with all their columns, excluded rows too; an empty file has none.

    The content decides the format, not the name: JSONL starts with a brace. Raises BadExport, also for a file that
    cannot be opened, a damaged archive, or text that is not UTF-8.
    """
    with open_text(path) as text:
        yield from _parse_lines(text)


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open UTF-8 text, plain or gzipped, line ends untouched. Raises BadExport when it cannot be opened or read."""
    try:
        with _open_text(path) as text:
            yield text
    except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadExport(f"damaged or not UTF-8 text: {error}") from error
    except OSError as error:
        raise BadExport(f"cannot be read: {error.strerror}") from error


def carries_chain(path: Path) -> bool:
    """Tell whether an export has its whole chain, from position 1 on, or no rows. Raises BadExport."""
    first = next(read_lines(path), None)
    return first is None or (first[1]["position"] == 1 and first[1].keys() >= set(_CHAIN_ONLY))


def walk_export(path: Path) -> Walk:
    """Follow the chain of a whole export to its end. Raises BadExport, also at the first position that does not fit."""
    walk = walk_chain(_seal(row, number) for number, row in read_lines(path))
    if walk.bad_position is not None:
        raise BadExport(f"position {walk.bad_position} is bad: {walk.reason}")
    return walk


def _open_text(path: Path) -> TextIO:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _parse_lines(text: TextIO) -> Iterator[Line]:
    first = text.readline()
    if not first:
        return
    read = _read_json if first.lstrip().startswith("{") else _read_csv
    for number, row in read(chain([first], text)):
        row["position"] = _read_position(row["position"], number)
        yield number, row


def _read_csv(text: Iterator[str]) -> Iterator[Line]:
    rows = csv.reader(text, strict=True)
    try:
        names = next(rows)
        _refuse_missing(names, 1)
        for row in rows:
            if len(row) != len(names):
                raise BadExport(f"line {rows.line_num}: {len(row)} values for {len(names)} columns")
            yield rows.line_num, dict(zip(names, map(_take_apostrophe, row), strict=True))
    except csv.Error as error:
        raise BadExport(f"line {rows.line_num}: {error}") from error


def _take_apostrophe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def _read_json(text: Iterator[str]) -> Iterator[Line]:
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadExport(f"line {number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadExport(f"line {number}: not a JSON object")
        _refuse_missing(row, number)
        yield number, row


def _refuse_missing(names: Collection[str], number: int, wanted: Collection[str] = _REQUIRED) -> None:
    if missing := [name for name in wanted if name not in names]:
        what = f". Every export of a ledger has them; `{command_name()} rank` ranks other files." if number == 1 else ""
        raise BadExport(f"line {number}: missing {', '.join(missing)}{what}")


def _read_position(value: Any, number: int) -> int:
    try:
        position = int(value) if isinstance(value, str | int) else -1
    except ValueError:
        position = -1
    if not 0 <= position < 2**63:
        raise BadExport(f"line {number}: position {value!r} is not a whole number")
    return position


def _read_version(value: Any) -> int:
    """Return a format version. Raises ValueError for what only resembles one, such as 1.5, true or " 1"."""
    if type(value) is int or (isinstance(value, str) and value.isascii() and value.isdecimal()):
        return int(value)
    raise ValueError(f"version {value!r} is not a whole number")


def _seal(row: dict[str, Any], number: int) -> Sealed:
    _refuse_missing(row, number, _CHAIN_ONLY)
    # A file may lack columns of later formats; they then have the value of earlier entries.
    columns = {name: row[name] for name in Entry._fields if name in row}
    try:
        columns["version"] = 1 if row.get("version") in _UNKNOWN else _read_version(row["version"])
        columns["propensity"] = None if row["propensity"] in _UNKNOWN else float(row["propensity"])
        columns["cast_on"] = None if row["cast_on"] in _UNKNOWN else date.fromisoformat(row["cast_on"])
    except (TypeError, ValueError, OverflowError) as error:
        raise BadExport(f"line {number}: {error}") from error
    return Sealed(Entry(**columns), salt=str(row["salt"]), leaf=str(row["leaf"]), chain=str(row["chain"]))
