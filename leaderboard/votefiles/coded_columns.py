"""Reads files of votes into numbered columns: CSV, JSON Lines or a JSON array, plain or gzipped; Parquet (extra)."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from arena.errors import DomainError
from arena.voting.ledger.exports import BadExport, open_text
from leaderboard.ratings.columns.numbering import Numbering

# Picks the wanted columns from the names that the file has.
Choose = Callable[[Sequence[str]], Iterable[str]]

# A block of so few rows stays in the processor's cache until it is numbers, which halves the time.
_ROWS = 250
# The first bytes of files that are neither text nor Parquet, and what to do with them.
_FOREIGN = {
    b"PK\x03\x04": "packed by zip: unpack it, or pack it by gzip",
    b"BZh": "packed by bzip2: unpack it, or pack it by gzip",
    b"\xfd7zXZ": "packed by xz: unpack it, or pack it by gzip",
    b"\x28\xb5\x2f\xfd": "packed by zstd: unpack it, or pack it by gzip",
    b"\xff\xfe": "UTF-16 text: save it as UTF-8",
    b"\xfe\xff": "UTF-16 text: save it as UTF-8",
}
_DECODER = json.JSONDecoder()
_SPACES = re.compile(r"[ \t\r\n]*")
# An array is read this many characters at a time.
_PIECE = 1 << 20
# Conversations are long; a field longer than this means that a quotation mark was forgotten.
_LONGEST_FIELD = 1 << 28
# A file that is one object is read as a whole.
_LARGEST_OBJECT = 1 << 28


class BadVoteFile(DomainError):
    """A file of votes cannot be used; the message names row (counted from 1, without the header) and column."""

    code = "bad_vote_file"

    def __init__(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        place = ", ".join([f"row {row}"] * (row is not None) + [f"column {column}"] * (column is not None))
        super().__init__(f"{place}: {message}" if place else message)
        self.row, self.column = row, column


class Nested(str):
    """A list or an object in a cell, as JSON text; `kind` is the type it had."""

    __slots__ = ("kind",)
    kind: str


def nest(value: Any) -> Nested:
    """A list or an object as text."""
    text = Nested(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))
    text.kind = type(value).__name__
    return text


@dataclass(frozen=True, eq=False)
class Coded:
    """One column: the value of row r is `values[ids[r]]`. Ids are int32[rows]; equal values have one number."""

    values: list[Any]
    ids: NDArray[np.int32]


def read_coded(path: Path, choose: Choose) -> dict[str, Coded]:
    """Read the columns that `choose` picks, by name; the content decides the format, and blank lines are skipped.

    A JSON object's missing value is None. Raises BadVoteFile or BadExport, and whatever `choose` raises.
    """
    start = _read_start(path)
    if start.startswith(b"PAR1"):
        return _read_parquet(path, choose)
    for mark, what in _FOREIGN.items():
        if start.startswith(mark):
            raise BadVoteFile(f"the file is {what}")
    with open_text(path) as text:
        first = next((line for line in text if not line.isspace()), "")
        if "\0" in first:
            raise BadVoteFile("the file is UTF-16 text or no text at all: save it as UTF-8")
        lines = chain([first], text)
        if first.lstrip().startswith("{"):
            return _code_objects(_open_single(_parse_lines(lines), path, choose), choose)
        if first.lstrip().startswith("["):
            return _code_objects(_parse_array(_ArrayText(first, text)), choose)
        return _read_csv(lines, max(",\t;", key=first.count), choose)


class _Coder:
    """One growing column."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = 0
        self._numbers = Numbering()
        self._parts = [np.zeros(0, dtype=np.int32)]

    def append(self, values: Sequence[Any]) -> None:
        try:
            ids = self._numbers.code(values)
        except TypeError:
            ids = self._numbers.code([nest(value) if isinstance(value, list | dict) else value for value in values])
        self._parts.append(ids)
        self.rows += len(values)

    def join(self) -> Coded:
        return Coded(list(self._numbers), np.concatenate(self._parts))


def _read_csv(lines: Iterable[str], delimiter: str, choose: Choose) -> dict[str, Coded]:
    usual = csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(reader, [])
        coders = [(names.index(name), _Coder(name)) for name in choose(names)]
        done = 0
        while block := list(islice(reader, _ROWS)):
            rows = _refuse_uneven(block, len(names), done)
            done += len(rows)
            columns = list(zip(*rows, strict=True))
            for place, coder in coders if rows else []:
                coder.append(columns[place])
        return {coder.name: coder.join() for _, coder in coders}
    except csv.Error as error:
        # An open quotation mark makes the rest of the file one field.
        torn = str(error) == "unexpected end of data"
        why = "; a quotation mark is never closed" if torn else ""
        raise BadVoteFile(f"line {reader.line_num}: {error}{why}") from error
    finally:
        # The limit holds for the whole process.
        csv.field_size_limit(usual)


def _refuse_uneven(block: list[list[str]], width: int, done: int) -> list[list[str]]:
    """The rows of a block without blank lines. Raises BadVoteFile at the first row of another width."""
    if set(map(len, block)) == {width}:
        return block
    rows = [row for row in block if row]
    for number, row in enumerate(rows, start=done + 1):
        if len(row) != width:
            # R's write.table numbers its rows and names no column for that.
            lacks = number == 1 and len(row) == width + 1
            why = "; does the header lack the name of the first column?" if lacks else ""
            raise BadVoteFile(f"{len(row)} values for {width} columns{why}", row=number)
    return rows


def _code_objects(blocks: Iterator[list[Any]], choose: Choose) -> dict[str, Coded]:
    """Code blocks of JSON objects; the columns are the keys that the first block has."""
    first = _refuse_others(next(blocks, []), 0)
    coders = [_Coder(name) for name in choose(list(dict.fromkeys(chain.from_iterable(first))))]
    done = 0
    for block in chain([first], blocks):
        rows = _refuse_others(block, done)
        done += len(rows)
        for coder in coders:
            try:
                coder.append(list(map(itemgetter(coder.name), rows)))
            except KeyError:
                coder.append([row.get(coder.name) for row in rows])
    return {coder.name: coder.join() for coder in coders}


def _refuse_others(block: list[Any], done: int) -> list[dict[str, Any]]:
    if set(map(type, block)) - {dict}:
        number = next(number for number, row in enumerate(block, start=done + 1) if type(row) is not dict)
        raise BadVoteFile("not a JSON object", row=number)
    return block


def _parse_lines(lines: Iterable[str]) -> Iterator[list[Any]]:
    """Parse JSON Lines in blocks; a block is parsed as a whole if that must give the same as line by line."""
    done = 0
    full = (line for line in lines if not line.isspace())
    while block := list(islice(full, _ROWS)):
        joined = ",".join(block)
        rows = None
        # Without a list in it, a line that ends an object and a next one that begins one can only be two rows.
        if "[" not in joined and joined.count("}\n,{") == len(block) - 1:
            rows = _try_json(f"[{joined}]")
        if rows is None or len(rows) != len(block):
            rows = [_parse_line(line, number) for number, line in enumerate(block, start=done + 1)]
        done += len(rows)
        yield rows


def _open_single(blocks: Iterator[list[Any]], path: Path, choose: Choose) -> Iterator[list[Any]]:
    """The blocks, or the rows of the only list of objects where the file is one object that is no row itself."""
    try:
        first = next(blocks, [])
    except BadVoteFile as error:
        if error.row != 1 or (whole := _read_whole(path)) is None:
            raise
        first = [whole]
    following = next(blocks, None)
    if len(first) == 1 and following is None and isinstance(first[0], dict):
        lists = [value for value in first[0].values() if isinstance(value, list) and value and _are_objects(value)]
        first = lists[0] if len(lists) == 1 and not _is_row(first[0], choose) else first
    return chain([first], [] if following is None else [following], blocks)


def _is_row(value: dict[str, Any], choose: Choose) -> bool:
    try:
        choose(list(value))
    except BadVoteFile:
        return False
    return True


def _are_objects(values: list[Any]) -> bool:
    return set(map(type, values)) == {dict}


def _read_whole(path: Path) -> Any:
    """The file as one JSON object, None if it is none or so large that it must be a list of rows."""
    if path.stat().st_size > _LARGEST_OBJECT:
        return None
    with open_text(path) as text:
        whole = _try_json(text.read())
    return whole if isinstance(whole, dict) else None


def _try_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _parse_line(line: str, row: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        what = "; one object on each line, or a list of objects, can be read" if row == 1 else ""
        raise BadVoteFile(f"not JSON: {error}{what}", row=row) from error


class _ArrayText:
    """The text of a JSON array; only what is not parsed yet is kept."""

    def __init__(self, text: str, file: TextIO) -> None:
        self._text, self._file, self._place = text, file, 0

    def take_mark(self) -> str:
        """The next character that is not a space, "" at the end."""
        while True:
            match = _SPACES.match(self._text, self._place)
            self._place = match.end() if match else self._place
            if self._place < len(self._text) or not self._grow():
                self._place += 1
                return self._text[self._place - 1 : self._place]

    def put_back(self) -> None:
        self._place -= 1

    def take_value(self) -> Any:
        """The value that begins here. Raises ValueError or RecursionError."""
        while True:
            try:
                value, self._place = _DECODER.raw_decode(self._text, self._place)
            except (ValueError, RecursionError):
                if not self._grow():
                    raise
            else:
                return value

    def _grow(self) -> bool:
        """Read on: twice as far as before if nothing could be parsed in between."""
        rest = self._text[self._place :]
        more = self._file.read(max(_PIECE, len(rest)))
        self._text, self._place = rest + more, 0
        return bool(more)


def _parse_array(text: _ArrayText) -> Iterator[list[Any]]:
    """The values of a JSON array in blocks."""
    done, block = 0, list[Any]()
    mark = text.take_mark() and text.take_mark()
    while mark != "]":
        if done == 0 or mark == ",":
            done += 1
            mark = text.take_mark() if done > 1 else mark
            text.put_back()
        else:
            raise BadVoteFile("not JSON: neither a comma nor the end of the list follows", row=done)
        try:
            block.append(text.take_value())
        except (ValueError, RecursionError) as error:
            raise BadVoteFile(f"not JSON: {getattr(error, 'msg', error)}", row=done) from error
        if len(block) == _ROWS:
            yield block
            block = []
        mark = text.take_mark()
    if text.take_mark():
        raise BadVoteFile("not JSON: something follows the end of the list")
    yield block


def _read_start(path: Path) -> bytes:
    try:
        with path.open("rb") as raw:
            return raw.read(8)
    except OSError as error:
        raise BadExport(f"cannot be read: {error.strerror}") from error


def load_arrow() -> tuple[Any, Any]:
    """The modules `pyarrow` and `pyarrow.parquet`. Raises BadVoteFile where they are not installed."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise BadVoteFile(
            "Parquet needs pyarrow, which is missing; run this with `uv run --extra parquet manage.py …`, "
            "or install `easel[parquet]`."
        ) from error


def _read_parquet(path: Path, choose: Choose) -> dict[str, Coded]:
    arrow, parquet = load_arrow()
    try:
        with parquet.ParquetFile(path) as file:
            names = list(choose(file.schema_arrow.names))
            table = file.read(columns=names)
            nested = {name for name in names if arrow.types.is_nested(table.column(name).type)}
            return {
                name: _code_nested(table.column(name)) if name in nested else _code_arrow(table.column(name))
                for name in names
            }
    except (arrow.ArrowException, OSError) as error:
        raise BadVoteFile(f"not read as Parquet: {' '.join(str(error).split())}") from error


def _code_nested(column: Any) -> Coded:
    coder = _Coder("")
    coder.append([None if value is None else nest(value) for value in column.to_pylist()])
    return coder.join()


def _code_arrow(column: Any) -> Coded:
    # A dictionary column has one dictionary per chunk; cast to plain values first, it gets a single one.
    plain = column.cast(column.type.value_type) if hasattr(column.type, "index_type") else column
    coded = plain.combine_chunks().dictionary_encode("encode")
    return Coded(coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int32))
