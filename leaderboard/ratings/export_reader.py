"""Exported ledgers (CSV or JSONL, plain or gzipped) back into vote logs, one per modality; no database needed."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from leaderboard.ratings.votelog import OUTCOMES, BadVoteLog, VoteLog, VoteRow

# A line of an export: its number in the file, and its values by column.
Line = tuple[int, dict[str, Any]]

_TEXTS = ("left", "right", "voter", "prompt", "category", "language")
_REQUIRED = ("position", "outcome", "modality", *_TEXTS)


def read_export(path: Path) -> dict[str, VoteLog]:
    """Read an export into a VoteLog per modality, without the rows that are `excluded`; further columns are ignored.

    A modality all of whose rows are excluded is there with an empty log.
    The content tells the format, not the name: JSONL starts with a brace. Raises BadVoteLog naming the line at fault,
    also for a damaged archive or text that is not UTF-8, and OSError when the file cannot be opened.
    """
    return _gather(read_lines(path))


def read_lines(path: Path) -> Iterator[Line]:
    """Yield an export's lines with all their columns, excluded ones too; raises as `read_export` does."""
    with _open_text(path) as text:
        try:
            yield from _parse_lines(text)
        except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadVoteLog(f"{path.name} is damaged or not UTF-8 text: {error}") from error


def _open_text(path: Path) -> TextIO:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _parse_lines(text: TextIO) -> Iterator[Line]:
    first = text.readline()
    if first.lstrip().startswith("{"):
        return _read_json(first, text)
    return _read_csv(first, text)


def _read_csv(header: str, text: TextIO) -> Iterator[Line]:
    names = next(csv.reader([header]), [])
    _refuse_missing(names, 1)
    rows = csv.reader(text, strict=True)
    try:
        for row in rows:
            number = rows.line_num + 1
            if len(row) != len(names):
                raise BadVoteLog(f"line {number}: {len(row)} values for {len(names)} columns")
            yield number, dict(zip(names, row, strict=True))
    except csv.Error as error:
        raise BadVoteLog(f"line {rows.line_num + 1}: {error}") from error


def _read_json(first: str, text: TextIO) -> Iterator[Line]:
    for number, line in enumerate(_chain(first, text), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except ValueError as error:
            raise BadVoteLog(f"line {number}: not JSON: {error}") from error
        if not isinstance(entry, dict):
            raise BadVoteLog(f"line {number}: not a JSON object")
        _refuse_missing(list(entry), number)
        yield number, entry


def _chain(first: str, text: TextIO) -> Iterator[str]:
    yield first
    yield from text


def _gather(lines: Iterator[Line]) -> dict[str, VoteLog]:
    columns: dict[str, dict[str, list[Any]]] = {}
    last = -1
    for number, entry in lines:
        position = _read_position(entry, last, number)
        last = position
        _refuse_bad_values(entry, number)
        own = columns.setdefault(entry["modality"], {name: [] for name in VoteRow._fields})
        if entry.get("excluded"):
            continue
        own["position"].append(position)
        own["outcome"].append(entry["outcome"])
        for name in _TEXTS:
            own[name].append(entry[name])
    return {modality: VoteLog.from_columns(**columns[modality]) for modality in sorted(columns)}


def _read_position(entry: dict[str, Any], last: int, number: int) -> int:
    value = entry["position"]
    try:
        position = int(value) if isinstance(value, str | int) else -1
    except ValueError:
        position = -1
    if not 0 <= position < 2**63:
        raise BadVoteLog(f"line {number}: position {value!r} is not a whole number")
    if position <= last:
        raise BadVoteLog(f"line {number}: position {position} does not follow {last}")
    return position


def _refuse_missing(names: list[str], number: int) -> None:
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise BadVoteLog(f"line {number}: missing {', '.join(missing)}")


def _refuse_bad_values(entry: dict[str, Any], number: int) -> None:
    for name in ("modality", *_TEXTS):
        if not isinstance(entry[name], str):
            raise BadVoteLog(f"line {number}: {name} {entry[name]!r} is not text")
    if entry["outcome"] not in OUTCOMES:
        raise BadVoteLog(f"line {number}: outcome {entry['outcome']!r} is none of {', '.join(OUTCOMES)}")
    if not entry["left"] or not entry["right"]:
        raise BadVoteLog(f"line {number}: a contender has no name")
    if entry["left"] == entry["right"]:
        raise BadVoteLog(f"line {number}: a contender cannot meet itself")
