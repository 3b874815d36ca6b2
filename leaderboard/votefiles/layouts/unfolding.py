"""Unfolds the rows of a file with a known layout into columns by role, as if each comparison had a row of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Numbering
from leaderboard.votefiles.coded_columns import Coded, nest
from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, OddRow, Row, open_cell
from leaderboard.votefiles.opening.bad_files import BadVoteFile

_ROLES = {"left": "left", "right": "right", "winner": "answer", "count": "times"} | {
    role: role for role in ("weight", "voter", "prompt", "category", "language")
}


@dataclass(frozen=True, eq=False)
class Unfolded:
    """Columns by role, what each was read from, the row of the file behind each comparison, and rows without any."""

    coded: dict[str, Coded]
    columns: dict[str, str]
    origin: NDArray[np.int64]
    empty: int


def unfold(layout: Layout, coded: Mapping[str, Coded], names: Names) -> Unfolded:
    """The comparisons of all rows. Raises BadVoteFile for a row that the layout cannot be."""
    found = {name: Coded([open_cell(value) for value in column.values], column.ids) for name, column in coded.items()}
    rows = list(_rows(found))
    pairs = list(_join(layout, rows) if layout.join_rows else _each(layout, rows, names))
    origin = np.array([row for row, _ in pairs], dtype=np.int64)
    duels = [duel for _, duel in pairs]
    columns = {
        role: name
        for role, name in layout.reads.items()
        if role in ("left", "right", "winner") or any(part in coded for part in name.split(" or "))
    }
    columns |= {role: names[role] for role in names if names[role] and role in columns}
    values = {role: [getattr(duel, _ROLES[role]) for duel in duels] for role in columns if role in _ROLES}
    values |= _amounts(duels, columns)
    if layout.together and not {"voter", "prompt"} & columns.keys() and len(set(origin.tolist())) < len(duels):
        columns["voter"] = "each row"
        values["voter"] = [f"row {row}" for row in origin.tolist()]
    return Unfolded(
        coded={role: _code(column) for role, column in values.items()},
        columns=columns,
        origin=origin,
        empty=0 if layout.spread else len(rows) - len(set(origin.tolist())),
    )


def look_up(coded: Mapping[str, Coded], name: str) -> Coded:
    """A column, or what lies under a key of its objects: `data.rating`, or `data.models.0` in a list."""
    if name in coded:
        return coded[name]
    column, *keys = name.split(".")
    values = [open_cell(value) for value in coded[column].values]
    for key in keys:
        values = [_under(value, key) for value in values]
    numbers = Numbering()
    places = numbers.code([nest(value) if isinstance(value, list | dict) else value for value in values])
    return Coded(list(numbers), places[coded[column].ids])


def _under(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    at = int(key) if key.isascii() and key.isdigit() else -1
    return value[at] if isinstance(value, list) and 0 <= at < len(value) else None


def _amounts(duels: Sequence[Duel], columns: dict[str, str]) -> dict[str, list[float]]:
    """The counts and weights, where they are not all one."""
    amounts: dict[str, list[float]] = {
        "count": [duel.times for duel in duels],
        "weight": [duel.weight for duel in duels],
    }
    kept = {role: values for role, values in amounts.items() if role in columns or any(each != 1 for each in values)}
    for role in kept:
        columns.setdefault(role, columns["winner"])
    return kept


def _rows(coded: Mapping[str, Coded]) -> Iterator[Row]:
    names = list(coded)
    columns = [map(column.values.__getitem__, column.ids.tolist()) for column in coded.values()]
    return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))


def _each(layout: Layout, rows: Sequence[Row], names: Names) -> Iterator[tuple[int, Duel]]:
    for number, row in enumerate(rows, start=1):
        try:
            for duel in layout.duels(row, names):
                yield number, duel
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise BadVoteFile(f"not as {layout.title} lays it out ({_explain(error)})", row=number) from error


def _explain(error: Exception) -> str:
    """Say in plain words why a row could not be read; Python's own words would tell a reader nothing."""
    if isinstance(error, OddRow):
        return str(error)
    if isinstance(error, KeyError):
        return f"“{error.args[0]}” is missing"
    return "a value is missing, or is text, a number or a list where another kind is expected"


def _join(layout: Layout, rows: Sequence[Row]) -> Iterator[tuple[int, Duel]]:
    assert layout.join_rows is not None
    try:
        yield from layout.join_rows(rows)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise BadVoteFile(f"not as {layout.title} lays it out ({_explain(error)})") from error


def _code(values: Sequence[object]) -> Coded:
    numbers = Numbering()
    ids = numbers.code(
        ["" if value is None else nest(value) if isinstance(value, list | dict) else value for value in values]
    )
    return Coded(list(numbers), ids)
