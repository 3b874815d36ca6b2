"""Spreads work over processes, one for each core. They import this before Django is set up: no models here."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

import django
from django.conf import settings

from arena.errors import DomainError

# Below this many pictures, starting processes takes longer than it saves.
FEW = 24
# Tasks that wait for each process; more would only be held in memory.
AHEAD = 4

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def map_on_all_cores(work: Callable[[Task], Answer], tasks: Sequence[Task]) -> Iterator[Answer]:
    """Yield the answer to each task in order, with one process for each core unless there are few tasks.

    Memory stays flat: only some tasks are ahead of the reader. Raises DomainError if a process dies.
    """
    processes = min(os.cpu_count() or 1, 16) if len(tasks) >= FEW else 1
    if processes == 1:
        yield from map(work, tasks)
        return
    # Forked processes would share the database connection and the locks of other threads.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_set_up, initargs=(settings.STORAGES,)
    )
    waiting = iter(tasks)
    try:
        ahead = [pool.submit(work, task) for task in islice(waiting, processes * AHEAD)]
        while ahead:
            yield ahead.pop(0).result()
            ahead.extend(pool.submit(work, task) for task in islice(waiting, 1))
    except BrokenProcessPool as error:
        raise DomainError(
            "A process that worked on pictures was ended, perhaps for want of memory. Import again: what is in stays."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _set_up(storages: dict[str, object]) -> None:
    """Let a new process store files where the first one does."""
    settings.STORAGES = storages
    django.setup()
