"""Two boards of many votes at a time: NumPy and the compiled loops let another thread run while they count."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Each thread holds a board's working memory, and between their large steps only one of them runs at a time.
_MOST_THREADS = 2
# Of fewer votes most time goes into many small steps, which threads only take from each other.
_LEAST_VOTES = 400_000


def run_all(run: Callable[[Item], Result], items: Sequence[Item], *, votes: int) -> list[Result]:
    """What `run` gives for each item, in their order, by threads if there are votes enough to be worth it.

    An error is raised when what had begun has ended; what had not is left.
    """
    if votes < _LEAST_VOTES:
        return [run(item) for item in items]
    waiting, results = deque(enumerate(items)), dict[int, Result]()

    def work() -> None:
        try:
            while (taken := _take(waiting)) is not None:
                index, item = taken
                results[index] = run(item)
        finally:
            # Nothing is left, unless this thread was stopped: then the other one stops too.
            waiting.clear()

    helpers = min(_MOST_THREADS, _count_cores()) - 1
    with ThreadPoolExecutor(max(1, helpers)) as pool:
        others = [pool.submit(work) for _ in range(helpers)]
        # This thread takes its part: what others allocate they keep to themselves.
        work()
        for other in others:
            other.result()
    return [results[index] for index in range(len(items))]


def _count_cores() -> int:
    # Only Linux tells which cores are this process's.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _take(waiting: deque[tuple[int, Item]]) -> tuple[int, Item] | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None
