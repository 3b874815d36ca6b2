"""Reads files of votes into numbered columns: CSV, JSON Lines or a JSON array, plain or packed; Parquet (extra)."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Numbering
from leaderboard.votefiles.answer_hints import as_option
from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.opening.json_rows import BLOCK, ArrayText, open_single, parse_array, parse_lines
from leaderboard.votefiles.opening.packed_text import open_text, read_start

# Picks the wanted columns from the names that the file has.
Choose = Callable[[Sequence[str]], Iterable[str]]

# Conversations are long; a field longer than this means that a quotation mark was forgotten.
_LONGEST_FIELD = 1 << 28
# The header is looked for so many lines further down.
_MOST_ABOVE = 20


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


def read_coded(path: Path, choose: Choose, *, skip_lines: int = 0) -> dict[str, Coded]:
    """Read the columns that `choose` picks, by name; the content decides the format, and blank lines are skipped.

    A JSON object's missing value is None. `skip_lines` lines of text are left out above the header. Raises BadVoteFile
    or BadExport, and whatever `choose` raises.
    """
    if read_start(path).startswith(b"PAR1"):
        return _read_parquet(path, choose)
    with open_text(path) as text:
        for _ in range(skip_lines):
            next(text, "")
        above, first = skip_lines, next(text, "")
        while first.isspace():
            above, first = above + 1, next(text, "")
        if "\0" in first:
            raise BadVoteFile("the file is UTF-16 text or no text at all: save it as UTF-8")
        lines = chain([first], text)
        if first.lstrip().startswith("{"):
            return _code_objects(open_single(parse_lines(lines), path, partial(_can_choose, choose)), choose)
        if first.lstrip().startswith("["):
            return _code_objects(parse_array(ArrayText(first, text)), choose)
        return _read_csv(lines, choose, above)


class _Coder:
    """One growing column."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows = 0
        self._numbers = Numbering()
        self._parts = [np.zeros(0, dtype=np.int32)]

    @classmethod
    def after(cls, name: str, rows: int) -> Self:
        """A column that the first rows do not have."""
        coder = cls(name)
        coder.append([None] * rows)
        return coder

    def append(self, values: Sequence[Any]) -> None:
        try:
            ids = self._numbers.code(values)
        except TypeError:
            ids = self._numbers.code([nest(value) if isinstance(value, list | dict) else value for value in values])
        self._parts.append(ids)
        self.rows += len(values)

    def join(self) -> Coded:
        return Coded(list(self._numbers), np.concatenate(self._parts))


def _can_choose(choose: Choose, names: Sequence[str]) -> bool:
    try:
        return bool(list(choose(names)))
    except BadVoteFile:
        return False


def _find_delimiter(header: str) -> str:
    return max(",\t;|", key=header.count)


def _read_csv(lines: Iterator[str], choose: Choose, above: int) -> dict[str, Coded]:
    """`above` lines were skipped before the header."""
    header = next(lines)
    usual = csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(chain([header], lines), delimiter=_find_delimiter(header), skipinitialspace=True, strict=True)
    try:
        names = next(reader, [])
        try:
            chosen = list(choose(names))
        except BadVoteFile:
            _look_for_header(lines, choose, above)
            raise
        coders = [(names.index(name), _Coder(name)) for name in chosen]
        done = 0
        while block := list(islice(reader, BLOCK)):
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


def _look_for_header(lines: Iterator[str], choose: Choose, above: int) -> None:
    """Raise BadVoteFile if one of the lines that follow the first has the columns of a file of votes."""
    for number, line in enumerate(islice(lines, _MOST_ABOVE), start=above + 1):
        names = next(csv.reader([line], delimiter=_find_delimiter(line), skipinitialspace=True), [])
        if len(names) > 2 and _can_choose(choose, names):
            raise BadVoteFile(
                f"line {number + 1} looks like the header, not line {above + 1}. "
                f"{as_option('skip-lines', str(number))} leaves out what is above it"
            )


def _refuse_uneven(block: list[list[str]], width: int, done: int) -> list[list[str]]:
    """The rows of a block without blank lines. Raises BadVoteFile at the first row of another width."""
    if set(map(len, block)) == {width}:
        return block
    # A comma at the end of each row but the header adds an empty value.
    rows = [row[:width] if len(row) > width and not any(row[width:]) else row for row in block if row]
    for number, row in enumerate(rows, start=done + 1):
        if len(row) != width:
            # R's write.table numbers its rows and names no column for that.
            lacks = number == 1 and len(row) == width + 1
            why = "; does the header lack the name of the first column?" if lacks else ""
            raise BadVoteFile(f"{len(row)} values for {width} columns{why}", row=number)
    return rows


def _code_objects(blocks: Iterator[list[Any]], choose: Choose) -> dict[str, Coded]:
    """Code blocks of JSON objects; a key that is first seen in a later block was missing in the rows before."""
    first = _refuse_others(next(blocks, []), 0)
    found = dict.fromkeys(chain.from_iterable(first))
    coders = {name: _Coder(name) for name in _choose_keys(choose, first, found)}
    done = 0
    for block in chain([first], blocks):
        rows = _refuse_others(block, done)
        seen = len(found)
        for row in rows:
            if not found.keys() >= row.keys():
                found |= dict.fromkeys(row)
        if len(found) > seen:
            coders = {name: coders.get(name) or _Coder.after(name, done) for name in choose(list(found))}
        done += len(rows)
        for coder in coders.values():
            try:
                coder.append(list(map(itemgetter(coder.name), rows)))
            except KeyError:
                coder.append([row.get(coder.name) for row in rows])
    return {name: coder.join() for name, coder in coders.items()}


def _choose_keys(choose: Choose, rows: Sequence[dict[str, Any]], found: Mapping[str, Any]) -> list[str]:
    """What `choose` picks; its refusal lists the keys inside objects, too, since these can be named."""
    try:
        return list(choose(list(found)))
    except BadVoteFile:
        inner = [f"{name}.{key}" for name in found for key in _keys(rows[0].get(name))]
        if inner:
            choose([*found, *inner])
        raise


def _keys(value: Any) -> Iterable[str]:
    return [key for key, each in value.items() if not isinstance(each, list | dict)] if isinstance(value, dict) else ()


def _refuse_others(block: list[Any], done: int) -> list[dict[str, Any]]:
    if set(map(type, block)) - {dict}:
        number = next(number for number, row in enumerate(block, start=done + 1) if type(row) is not dict)
        raise BadVoteFile("not a JSON object; lists of objects, and an object on each line, can be read", row=number)
    return block


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
