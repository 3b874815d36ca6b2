"""What a layout of a file is: the columns that it is recognised by, and the comparisons that a row holds."""

import json
from ast import literal_eval
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

# One row of a file by column; lists and objects are read out of their text.
Row = Mapping[str, Any]
# The caller's own names of columns or keys, by role.
Names = Mapping[str, str]


class OddRow(ValueError):
    """A row is not what its layout asks for; the text says in plain words what is wrong."""


class Duel(NamedTuple):
    """One comparison of two: who stood where, and the answer. An empty answer is none.

    `times` is how many votes it stands for, `weight` what each of them weighs.
    """

    left: Any
    right: Any
    answer: str
    times: int = 1
    weight: float = 1.0
    voter: Any = ""
    prompt: Any = ""
    category: Any = ""
    language: Any = ""


@dataclass(frozen=True)
class Layout:
    """How one kind of file is laid out.

    A file has it if it has all columns of `needs`; of `may_have`, those that it has are read, too. `reads` says from
    which columns a role comes; roles that no column of the file gives are left out. `duels` gives the comparisons of
    a row, none if it holds none. Where one row gives several, `together` makes them one cluster unless the file names
    voters or prompts. `note` is printed. `join_rows`, if given, takes the place of `duels`: it reads all rows at once
    and gives the number of the row that a comparison begins with; `spread`: it may be spread over several rows.
    """

    title: str
    needs: tuple[str, ...]
    reads: Mapping[str, str]
    duels: Callable[[Row, Names], Iterable[Duel]]
    may_have: tuple[str, ...] = ()
    together: bool = False
    note: str = ""
    join_rows: Callable[[Sequence[Row]], Iterator[tuple[int, Duel]]] | None = field(default=None)
    spread: bool = False


def rank_pairs(contenders: Sequence[Any], ranks: Sequence[float], **labels: Any) -> Iterator[Duel]:
    """Every pair of a ranked list, the better rank being the lower; equal ranks are a tie.

    The one that the file lists first stands on the left. Raises ValueError if the lists differ in length.
    """
    for (one, rank), (two, other) in combinations(list(zip(contenders, ranks, strict=True)), 2):
        yield Duel(one, two, "left" if rank < other else "right" if rank > other else "tie", **labels)


def choose_best(best: Any, others: Iterable[Any], **labels: Any) -> Iterator[Duel]:
    """The best of several against each of the others."""
    return (Duel(best, other, "left", **labels) for other in others if other != best)


def grade(left: Any, right: Any, share: float, **labels: Any) -> Iterator[Duel]:
    """A graded answer: `share` from 0, wholly the left side, to 1, wholly the right; in between, a part of a win each.

    The middle is a tie. Raises OddRow outside.
    """
    if not 0 <= share <= 1:
        raise OddRow("the grade lies outside of its scale")
    if share in (0.0, 0.5, 1.0):
        yield Duel(left, right, {0.0: "left", 0.5: "tie", 1.0: "right"}[share], **labels)
        return
    yield Duel(left, right, "left", weight=1 - share, **labels)
    yield Duel(left, right, "right", weight=share, **labels)


def open_cell(value: Any) -> Any:
    """A list or an object out of its text, JSON or as Python prints it; any other value unchanged."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        try:
            return literal_eval(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return value
