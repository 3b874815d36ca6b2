"""Rows of JSON: lines of objects, a list of objects, or one object that holds such a list or a table."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.opening.packed_text import open_text

_DECODER = json.JSONDecoder()
_SPACES = re.compile(r"[ \t\r\n]*")
# An array is read this many characters at a time.
_PIECE = 1 << 20
# A file that is one object is read as a whole.
_LARGEST_OBJECT = 1 << 28
# A block of so few rows stays in the processor's cache until it is numbers, which halves the time.
BLOCK = 250


def parse_lines(lines: Iterable[str]) -> Iterator[list[Any]]:
    """Parse JSON Lines in blocks; a block is parsed as a whole if that must give the same as line by line."""
    done = 0
    full = (line for line in lines if not line.isspace())
    while block := list(islice(full, BLOCK)):
        joined = ",".join(block)
        rows = None
        # Without a list in it, a line that ends an object and a next one that begins one can only be two rows.
        if "[" not in joined and joined.count("}\n,{") == len(block) - 1:
            rows = _try_json(f"[{joined}]")
        if rows is None or len(rows) != len(block):
            rows = [_parse_line(line, number) for number, line in enumerate(block, start=done + 1)]
        done += len(rows)
        yield rows


def open_single(blocks: Iterator[list[Any]], path: Path, is_row: Callable[[list[str]], bool]) -> Iterator[list[Any]]:
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
        if table := _read_table(first[0]):
            first = table
        elif len(lists) == 1 and not is_row(list(first[0])):
            first = lists[0]
    return chain([first], [] if following is None else [following], blocks)


def _read_table(whole: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table as pandas writes one, by column and row number or split; none if it is no such table."""
    if {"columns", "data"} <= whole.keys() <= {"columns", "index", "data"}:
        return [dict(zip(whole["columns"], row, strict=False)) for row in whole["data"]]
    columns = list(whole.values())
    if len(columns) < 2 or not _are_objects(columns) or not all(key.isdecimal() for key in columns[0]):
        return []
    same = all(column.keys() == columns[0].keys() for column in columns)
    return [{name: column[key] for name, column in whole.items()} for key in columns[0]] if same else []


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


class ArrayText:
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


def parse_array(text: ArrayText) -> Iterator[list[Any]]:
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
        if len(block) == BLOCK:
            yield block
            block = []
        mark = text.take_mark()
    if text.take_mark():
        raise BadVoteFile("not JSON: something follows the end of the list")
    yield block
