"""Exports of every format can be read again; a faulty file is refused, with the position of the fault."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arena.voting.ledger.chain import FORMATS, GENESIS, Sealed, Walk
from arena.voting.ledger.exports import BadExport, carries_chain, read_lines, walk_export
from tests.arena.voting.ledger.test_chain import sealed

Row = dict[str, Any]
Form = Callable[[list[Row]], bytes]
COLUMNS = (*FORMATS[1], "salt", "leaf", "chain")


def as_row(each: Sealed) -> Row:
    columns = {name: getattr(each.entry, name) for name in FORMATS[1]}
    return columns | {"cast_on": str(each.entry.cast_on)} | dict(zip(COLUMNS[-3:], each[1:], strict=True))


def as_csv(rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_jsonl(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "export"
    path.write_bytes(content)
    return path


ROWS = [as_row(each) for each in sealed(3)]
ROW, NEXT = ROWS[:2]
CSV, JSONL = as_csv([ROW]), as_jsonl([ROW])


@pytest.mark.parametrize("pack", [bytes, gzip.compress, b"\xef\xbb\xbf".__add__])
@pytest.mark.parametrize("form", [as_csv, as_jsonl])
def test_export_in_any_form_carries_its_chain(form: Form, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = write(tmp_path, pack(form(ROWS)))
    assert carries_chain(path)
    assert walk_export(path) == Walk(length=3, head=ROWS[-1]["chain"])
    with pytest.raises(BadExport, match="position 2 is bad"):
        walk_export(write(tmp_path, pack(form([ROW, *ROWS[2:], NEXT]))))


@pytest.mark.parametrize("form", [as_csv, as_jsonl])
def test_export_without_entries_ends_where_a_chain_begins(form: Form, tmp_path: Path) -> None:
    path = write(tmp_path, form([]))
    assert (carries_chain(path), walk_export(path)) == (True, Walk(length=0, head=GENESIS))


@pytest.mark.parametrize("rows", [ROWS[1:], [{name: ROW[name] for name in ROW if name != "salt"}]])
def test_part_of_an_export_carries_no_chain(rows: list[Row], tmp_path: Path) -> None:
    assert not carries_chain(write(tmp_path, as_jsonl(rows)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n", "line 1: missing position"),
        (b"position,left\n1,a\n", "line 1: missing right, outcome.*`manage.py rank` ranks other files"),
        (CSV + b"1,2\n", "line 3: 2 values for 14 columns"),
        (CSV + b'5,"a', "line 3: "),
        (b"x" * 200_000, "line 1: field larger"),
        (JSONL + b"{", "line 2: not JSON"),
        (b'{"a":' * 100_000, "line 1: not JSON"),
        (b"x" * 200_000, "line 1: field larger than field limit"),
        (JSONL + b"[]", "line 2: not a JSON object"),
        (JSONL + b'{"position": 5}', "line 2: missing left"),
        (as_jsonl([ROW, NEXT | {"position": 5.5}]), "line 2: position 5.5"),
        (CSV + b"\xff\xfe", "damaged or not UTF-8"),
        (gzip.compress(CSV, mtime=0)[:-9], "damaged"),
        (gzip.compress(CSV, mtime=0)[:-8] + b"12345678", "damaged"),
    ],
)
def test_unreadable_export_is_refused_with_its_place(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadExport, match=message):
        list(read_lines(write(tmp_path, content)))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({name: NEXT[name] for name in NEXT if name != "salt"}, "line 2: missing salt"),
        (NEXT | {"propensity": "x"}, "line 2: could not convert"),
        (NEXT | {"propensity": 10**400}, "line 2: int too large"),
        (NEXT | {"cast_on": 3}, "line 2: "),
        (NEXT | {"leaf": 3}, "position 2 is bad"),
        (NEXT | {"version": 1.5}, "line 2: version 1.5 is not a whole number"),
        (NEXT | {"version": True}, "line 2: version True is not a whole number"),
        (NEXT | {"version": " 1"}, "line 2: version ' 1' is not a whole number"),
        (NEXT | {"version": -1}, "position 2 is bad: its format version -1 is not known"),
        (NEXT | {"version": 10**100}, "position 2 is bad: its format version 10+ is not known"),
        (NEXT | {"voter": "\ud800"}, "position 2 is bad: its columns are not valid text"),
    ],
)
def test_row_that_cannot_be_sealed_is_refused_with_its_place(row: Row, message: str, tmp_path: Path) -> None:
    with pytest.raises(BadExport, match=message):
        walk_export(write(tmp_path, as_jsonl([ROW, row])))


def test_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="cannot be read: No such file"):
        list(read_lines(tmp_path / "none.csv"))
