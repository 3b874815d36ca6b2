"""Numbers for labels, and tables of labels: what a column of numbers stands for."""

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = tuple[str, ...]
Ids = NDArray[np.int32]


# Numbers below this are made to bytes, and those to an array, in three quarters of the time.
_BYTE = 256


class Numbering(dict[Any, int]):
    """The number of each value, given out in the order in which they are first asked for."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        super().__init__()
        for value in values:
            self[value]

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number

    def code(self, values: Sequence[Any]) -> Ids:
        """The number of each value, int32[n_values]. Raises TypeError for one that cannot be a key."""
        numbers = list(map(self.__getitem__, values))
        if len(self) <= _BYTE:
            return np.frombuffer(bytes(numbers), dtype=np.uint8).astype(np.int32)
        return np.fromiter(numbers, dtype=np.int32, count=len(numbers))


def number_labels(labels: Sequence[str]) -> tuple[list[str], Ids]:
    """The distinct labels as they come, and the number of each, int32[n_labels]."""
    numbers = Numbering()
    ids = numbers.code(labels)
    return list(numbers), ids


def join_tables(one: Labels, two: Labels) -> tuple[list[str], Ids]:
    """One table for both, which begins with the first, and the ids in it of the second's labels."""
    numbers = Numbering(one)
    moved = numbers.code(two)
    return list(numbers), moved


def drop_unused(table: Labels, *columns: Ids) -> tuple[Labels, list[Ids]]:
    """The labels that any of the columns uses, and the columns renumbered; as they are where all are used."""
    used = np.zeros(len(table), dtype=bool)
    for column in columns:
        used[column] = True
    if used.all():
        return table, list(columns)
    moved = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return tuple(compress(table, used.tolist())), [moved[column] for column in columns]
