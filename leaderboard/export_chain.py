"""The hash chain of an exported ledger, checked from the file alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from arena.errors import DomainError
from arena.voting.chain import Entry, Sealed, Walk, walk_chain
from leaderboard.ratings.export_reader import Line, read_lines

_SEALED = ("propensity", "cast_on", "salt", "leaf", "chain")


class BrokenChain(DomainError):
    """An export is not the ledger that was sealed."""

    code = "broken_chain"


def verify_chain(path: Path) -> Walk | None:
    """Follow the chain of a whole export; None if it does not carry one. Raises BrokenChain or BadVoteLog.

    An export that begins behind position 1 has no link to begin with, and counts as carrying none.
    """
    lines = read_lines(path)
    first = next(lines, None)
    if first is None or any(name not in first[1] for name in _SEALED) or str(first[1]["position"]) != "1":
        return None
    walk = walk_chain(_seal(line) for line in _chain(first, lines))
    if walk.bad_position is not None:
        raise BrokenChain(f"position {walk.bad_position}: {walk.reason}")
    return walk


def _chain(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


def _seal(line: Line) -> Sealed:
    number, row = line
    columns: dict[str, Any] = {name: row[name] for name in Entry._fields}
    try:
        columns |= {
            "position": int(row["position"]),
            "propensity": float(row["propensity"]),
            "cast_on": date.fromisoformat(row["cast_on"]),
        }
    except (TypeError, ValueError) as error:
        raise BrokenChain(f"line {number}: {error}") from error
    return Sealed(Entry(**columns), str(row["salt"]), str(row["leaf"]), str(row["chain"]))
