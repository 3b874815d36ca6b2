"""Boards by two processes: two threads would take Python's one lock from each other between their small steps."""

import logging
import os
import pickle
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Of fewer votes a board is done before another process would pay.
MANY_VOTES = 100_000
# Any pipe takes so many bytes; boards beyond that have hardly a vote, and wait until the others are done.
_MOST_SHARED = 4096
_THREADS = Path("/proc/self/task")
_DESCRIPTORS = Path("/proc/self/fd")
_STDERR = 2

log = logging.getLogger(__name__)


def run_all(run: Callable[[Item], Result], items: Sequence[Item], *, sizes: Sequence[int]) -> list[Result]:
    """What `run` gives for each item, in their order; where the largest has many votes, a second process helps.

    `sizes` are the items' votes: this process takes the largest that is left, the other one the smallest. The other is
    a copy of this one, with all that was read and nothing that was open, so `run` must ask nothing of a database or a
    file. What it does not give, because it met an error or was ended, is run here, where an error is raised.
    """
    order = sorted(range(len(items)), key=sizes.__getitem__, reverse=True)
    shared = len(items) > 1 and max(sizes) >= MANY_VOTES and _may_fork()
    results = _run_by_two(run, items, order[:_MOST_SHARED]) if shared else {}
    return [results[index] if index in results else run(item) for index, item in enumerate(items)]


def _may_fork() -> bool:
    """Whether there is a second core, and no other thread, whose locks nobody would ever open in a copy."""
    # Only Linux tells, and only there is all the linear algebra made for being copied.
    return _THREADS.is_dir() and len(list(_THREADS.iterdir())) == 1 and len(os.sched_getaffinity(0)) > 1


def _run_by_two(run: Callable[[Item], Result], items: Sequence[Item], order: Sequence[int]) -> dict[int, Result]:
    """What both processes gave, by index: this one began at the start of `order`, the other at its end."""
    turns, given = os.pipe()
    # Whoever reads one of these bytes may run one item more, so that none is run twice.
    os.write(given, bytes(len(order)))
    os.close(given)
    answer, sent = os.pipe()
    own, results = os.getpid(), dict[int, Result]()
    with os.fdopen(turns, "rb", buffering=0) as turn, os.fdopen(answer, "rb") as answered:
        try:
            copy = os.fork()
        except OSError:
            # No memory or no process is left for it: then this one runs everything.
            os.close(sent)
            return results
        if copy == 0:
            _help(run, items, order, original=own, turns=turns, sent=sent)
        os.close(sent)
        try:
            for index in order:
                if not turn.read(1):
                    break
                results[index] = run(items[index])
            results |= _load(answered.read())
        except BaseException:
            with suppress(ProcessLookupError):
                os.kill(copy, signal.SIGKILL)
            _wait(copy)
            raise
        if status := _wait(copy):
            # Nobody would miss it otherwise: what it did not give is run here.
            log.warning("the second process ended early, with status %s", status)
        return results


def _help(
    run: Callable[[Item], Result], items: Sequence[Item], order: Sequence[int], *, original: int, turns: int, sent: int
) -> NoReturn:
    """The copy's whole life: run items from the end of `order`, then send what they gave."""
    status = 1
    try:
        # What it would hold open, a database held open for the original after that one's end.
        _close_all_but(turns, sent)
        results = {}
        for index in reversed(order):
            # Of an original that is gone nobody waits for an answer.
            if os.getppid() != original or not os.read(turns, 1):
                break
            results[index] = run(items[index])
        with os.fdopen(sent, "wb") as file:
            pickle.dump(results, file)
        status = 0
    finally:
        # Without all that Python does at its end, which is the original's to do.
        os._exit(status)


def _close_all_but(*kept: int) -> None:
    for descriptor in [int(file.name) for file in _DESCRIPTORS.iterdir()]:
        if descriptor > _STDERR and descriptor not in kept:
            with suppress(OSError):
                os.close(descriptor)


def _load(answer: bytes) -> dict[int, Result]:
    """What a copy sent; nothing if it did not come to the end of that."""
    with suppress(EOFError, pickle.UnpicklingError):
        return dict(pickle.loads(answer))  # noqa: S301  # its own copy's
    return {}


def _wait(copy: int) -> int:
    """The status that a copy ended with."""
    # Where a process's children are not waited for, the system buries them.
    with suppress(ChildProcessError):
        return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    return 0
