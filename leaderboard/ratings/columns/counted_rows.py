"""Rows that stand for several equal votes each, and the columns that these would be with a row for each vote."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

# About so many votes are written out at once.
_PIECE = 1 << 20


def number_votes(position: Counts, times: Counts) -> Counts:
    """The position of each vote, where `position` is that of each row's first one."""
    starts = np.cumsum(times) - times
    return np.asarray(np.repeat(position - starts, times) + np.arange(int(times.sum())))


def walk_votes(column: NDArray[Any], times: Counts | None) -> Iterator[NDArray[Any]]:
    """The column with a row for each vote, piece by piece; without `times` it is that column already."""
    if times is None:
        yield column
        return
    for rows, own, _ in _cut(times):
        yield np.repeat(column[rows], own)


def walk_positions(position: Counts, times: Counts | None) -> Iterator[Counts]:
    """The positions of all votes, piece by piece."""
    if times is None:
        yield position
        return
    for rows, own, before in _cut(times):
        yield number_votes(position[rows] + before, own)


def _cut(times: Counts) -> Iterator[tuple[Counts, Counts, Counts]]:
    """Rows, how many of their votes come next, and how many of them came before; a row may come several times."""
    parts = -(-times // _PIECE)
    rows = np.repeat(np.arange(len(times)), parts)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(parts) - parts, parts)
    own = np.minimum(times[rows] - number * _PIECE, _PIECE)
    ends = np.searchsorted(np.cumsum(own), np.arange(_PIECE, int(times.sum()) + _PIECE, _PIECE), side="left") + 1
    start = 0
    for end in np.unique(np.minimum(ends, len(rows))).tolist():
        yield rows[start:end], own[start:end], number[start:end] * _PIECE
        start = end
