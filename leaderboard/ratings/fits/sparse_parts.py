"""Which contenders a list of pairs connects, as `components` finds it in a table."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.fits.sparse_strengths import Pairs

Ids = NDArray[np.int64]


def outside_largest_part(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether each contender is outside the largest set that rated votes connect, bool[n]."""
    return _outside(_spread_labels(pairs))


def outside_largest_ring(pairs: Pairs) -> NDArray[np.bool_]:
    """Whether each contender is outside the largest set in which wins or ties lead from each to each, bool[n]."""
    up = pairs.points > 0
    down = pairs.points < pairs.games
    source = np.concatenate([pairs.first[up], pairs.second[down]]).astype(np.int64)
    target = np.concatenate([pairs.second[up], pairs.first[down]]).astype(np.int64)
    return _outside(_find_rings(source, target, pairs.n))


def _spread_labels(pairs: Pairs) -> Ids:
    """The smallest contender of each part, by passing smaller labels on until none changes."""
    label = np.arange(pairs.n)
    while True:
        least = np.minimum(label[pairs.first], label[pairs.second])
        after = label.copy()
        np.minimum.at(after, pairs.first, least)
        np.minimum.at(after, pairs.second, least)
        after = after[after]
        if np.array_equal(after, label):
            return label
        label = after


def _find_rings(source: Ids, target: Ids, n: int) -> Ids:
    """The strongly connected component of each contender, by two searches (Kosaraju and Sharir, 1981)."""
    onward, back = _neighbours(source, target, n), _neighbours(target, source, n)
    ring = [-1] * n
    for root in reversed(_finish(onward)):
        work = [root] if ring[root] < 0 else []
        while work:
            at = work.pop()
            if ring[at] < 0:
                ring[at] = root
                work += [each for each in back[at] if ring[each] < 0]
    return np.array(ring, dtype=np.int64)


def _neighbours(source: Ids, target: Ids, n: int) -> list[list[int]]:
    order = np.argsort(source, kind="stable")
    bounds = np.searchsorted(source[order], np.arange(n + 1)).tolist()
    targets = target[order].tolist()
    return [targets[bounds[each] : bounds[each + 1]] for each in range(n)]


def _finish(onward: list[list[int]]) -> list[int]:
    """All contenders in the order in which a depth-first search leaves them."""
    seen, order = [False] * len(onward), list[int]()
    for root in range(len(onward)):
        work = [] if seen[root] else [(root, iter(onward[root]))]
        seen[root] = True
        while work:
            at, rest = work[-1]
            following = next((each for each in rest if not seen[each]), None)
            if following is None:
                order.append(at)
                work.pop()
            else:
                seen[following] = True
                work.append((following, iter(onward[following])))
    return order


def _outside(label: Ids) -> NDArray[np.bool_]:
    sizes = np.bincount(label, minlength=1)
    alone = np.count_nonzero(sizes == sizes.max()) == 1
    return np.asarray(label != np.argmax(sizes)) if alone else np.ones(len(label), dtype=bool)
