"""Label tables: which number stands for which label in a column."""

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = tuple[str, ...]
Ids = NDArray[np.int32]


# Numbers below this fit into bytes, which become an array in three quarters of the time.
_BYTE = 256


class Numbering(dict[Any, int]):
    """The number of each value, given out in the order in which values are first looked up."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        super().__init__()
        for value in values:
            self[value]

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number

    def code(self, values: Sequence[Any]) -> Ids:
        """The number of each value, int32[n_values]. Raises TypeError for an unhashable value."""
        numbers = list(map(self.__getitem__, values))
        if len(self) <= _BYTE:
            return np.frombuffer(bytes(numbers), dtype=np.uint8).astype(np.int32)
        return np.fromiter(numbers, dtype=np.int32, count=len(numbers))


def number_labels(labels: Sequence[str]) -> tuple[list[str], Ids]:
    """The distinct labels in order of appearance, and the number of each label, int32[n_labels]."""
    numbers = Numbering()
    ids = numbers.code(labels)
    return list(numbers), ids


def join_tables(one: Labels, two: Labels) -> tuple[list[str], Ids]:
    """A joint table that begins with `one`, and the number in it of each label of `two`, int32[n_two]."""
    numbers = Numbering(one)
    moved = numbers.code(two)
    return list(numbers), moved


def drop_unused(table: Labels, *columns: Ids) -> tuple[Labels, list[Ids]]:
    """The labels that some column uses, and the columns renumbered; unchanged if all labels are used."""
    used = np.zeros(len(table), dtype=bool)
    for column in columns:
        used[column] = True
    if used.all():
        return table, list(columns)
    moved = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return tuple(compress(table, used.tolist())), [moved[column] for column in columns]
