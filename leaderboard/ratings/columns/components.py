"""Which contenders the votes connect: the parts of a board that can be compared at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE


@dataclass(frozen=True, eq=False)
class Connectivity:
    """Per contender: the number of its weakly connected part, and the two flags, bool[n].

    `disconnected`: outside the largest set that rated votes connect. `separated`: outside the largest set in which a
    chain of wins (ties count both ways) leads from each contender to each other; only the prior keeps the rating of
    such a contender finite. If two sets tie for the largest, all contenders are flagged.
    """

    part: NDArray[np.int64]
    disconnected: NDArray[np.bool_]
    separated: NDArray[np.bool_]


def connect(counts: NDArray[np.int64]) -> Connectivity:
    """Find the parts from the counts of `count_outcomes`."""
    ties = counts[TIE] + counts[TIE].T
    beats = (counts[LEFT] + counts[RIGHT].T + ties) > 0
    part = _label(_reach(beats | beats.T))
    reach = _reach(beats)
    ring = _label(reach & reach.T)
    return Connectivity(part, _outside_largest(part), _outside_largest(ring))


def are_joined(edges: NDArray[np.bool_], one: int, two: int) -> bool:
    """Whether one contender leads to the other over any number of edges of a symmetric table, bool[n, n]."""
    reached = edges[one]
    while not reached[two]:
        further = reached | edges[reached].any(axis=0)
        if np.array_equal(further, reached):
            return False
        reached = further
    return True


def _reach(edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which contender leads to which over any number of edges, by squaring: O(n³ log n) in fast matrix products."""
    reach = edges | np.eye(len(edges), dtype=bool)
    while True:
        # Single precision is exact enough: a sum of non-negative terms is positive if and only if one of them is.
        wide = reach.astype(np.float32)
        further = (wide @ wide) > 0
        if np.array_equal(further, reach):
            return reach
        reach = further


def _label(together: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number the classes of an equivalence relation by their first member."""
    return np.argmax(together, axis=1) if len(together) else np.zeros(0, dtype=np.int64)


def _outside_largest(label: NDArray[np.int64]) -> NDArray[np.bool_]:
    if not len(label):
        return np.zeros(0, dtype=bool)
    sizes = np.bincount(label)
    alone = np.count_nonzero(sizes == sizes.max()) == 1
    return np.asarray(label != np.argmax(sizes)) if alone else np.ones(len(label), dtype=bool)
