"""Spreads work over processes, one for each core. They import this before Django is set up: no models here."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

import django
from django.conf import settings
from django.utils.translation import gettext as _

from arena.errors import DomainError

# CPU seconds of work below which starting processes takes longer than it saves.
WORTH = 5.0
# Tasks that wait for each process; more would only be held in memory.
AHEAD = 4

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def map_on_all_cores(work: Callable[[Task], Answer], tasks: Sequence[Task], *, seconds: float) -> Iterator[Answer]:
    """Yield the answer to each task in order, with one process for each core unless there are few tasks.

    `seconds` is about what a task takes. Memory stays flat: only some tasks are ahead of the reader. Raises DomainError
    if a process dies.
    """
    processes = min(os.cpu_count() or 1, 16) if len(tasks) * seconds >= WORTH else 1
    if processes == 1:
        yield from map(work, tasks)
        return
    # Forked processes would share the database connection and the locks of other threads.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=partial(_set_up, settings.STORAGES)
    )
    waiting = iter(tasks)
    try:
        ahead = [pool.submit(work, task) for task in islice(waiting, processes * AHEAD)]
        while ahead:
            yield ahead.pop(0).result()
            ahead.extend(pool.submit(work, task) for task in islice(waiting, 1))
    except BrokenProcessPool as error:
        raise DomainError(
            _(
                "A process that worked on pictures was ended, perhaps for want of memory. Import again: what is in "
                "stays."
            )
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _set_up(storages: dict[str, Any]) -> None:
    """Let a new process store files where the first one does."""
    # Ctrl-C reaches every process of the terminal: the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings.STORAGES = storages
    django.setup()
