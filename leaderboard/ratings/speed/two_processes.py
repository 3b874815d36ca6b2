"""Computing boards in two processes: two threads would wait for each other at Python's global interpreter lock."""

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

# A board with fewer votes is computed before a second process would pay off.
MANY_VOTES = 100_000
# Every pipe holds this many bytes, one per board. Boards beyond that are the smallest; they are computed last.
_MOST_SHARED = 4096
_THREADS = Path("/proc/self/task")
_DESCRIPTORS = Path("/proc/self/fd")
_STDERR = 2

log = logging.getLogger(__name__)


def run_all(run: Callable[[Item], Result], items: Sequence[Item], *, sizes: Sequence[int]) -> list[Result]:
    """What `run` returns for each item, in their order; if the largest item has many votes, a second process helps.

    `sizes` are the items' votes. This process always takes the largest item left, the second one the smallest. The
    second is a fork of this one: it has the same memory, but no open files or connections, so `run` must use neither
    a database nor a file. Items that the fork did not finish, because of an error or because it was killed, are run
    here, where an error is raised.
    """
    order = sorted(range(len(items)), key=sizes.__getitem__, reverse=True)
    shared = len(items) > 1 and max(sizes) >= MANY_VOTES and _may_fork()
    results = _run_by_two(run, items, order[:_MOST_SHARED]) if shared else {}
    return [results[index] if index in results else run(item) for index, item in enumerate(items)]


def _may_fork() -> bool:
    """True with a second core and no other thread: a fork would inherit locked locks."""
    # Only Linux lists the threads, and only there does the linear algebra survive a fork.
    return _THREADS.is_dir() and len(list(_THREADS.iterdir())) == 1 and len(os.sched_getaffinity(0)) > 1


def _run_by_two(run: Callable[[Item], Result], items: Sequence[Item], order: Sequence[int]) -> dict[int, Result]:
    """The results of both processes, by index: this one starts at the beginning of `order`, the fork at its end."""
    turns, given = os.pipe()
    # Each byte allows its reader to run one more item, so that no item is run twice.
    os.write(given, bytes(len(order)))
    os.close(given)
    answer, sent = os.pipe()
    own, results = os.getpid(), dict[int, Result]()
    with os.fdopen(turns, "rb", buffering=0) as turn, os.fdopen(answer, "rb") as answered:
        try:
            copy = os.fork()
        except OSError:
            # There is no memory or no process left for a fork: this process runs everything.
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
            # Only the log tells: the items that it did not finish are run here.
            log.warning("the second process ended early, with status %s", status)
        return results


def _help(
    run: Callable[[Item], Result], items: Sequence[Item], order: Sequence[int], *, original: int, turns: int, sent: int
) -> NoReturn:
    """All that the fork does: run items from the end of `order`, then send the results."""
    status = 1
    try:
        # Otherwise the fork would keep the original's connections open after the original ended.
        _close_all_but(turns, sent)
        results = {}
        for index in reversed(order):
            # If the original is gone, nobody waits for the results.
            if os.getppid() != original or not os.read(turns, 1):
                break
            results[index] = run(items[index])
        with os.fdopen(sent, "wb") as file:
            pickle.dump(results, file)
        status = 0
    finally:
        # Skip what Python does at exit: that is left to the original.
        os._exit(status)


def _close_all_but(*kept: int) -> None:
    for descriptor in [int(file.name) for file in _DESCRIPTORS.iterdir()]:
        if descriptor > _STDERR and descriptor not in kept:
            with suppress(OSError):
                os.close(descriptor)


def _load(answer: bytes) -> dict[int, Result]:
    """The results that a fork sent; none if it did not finish sending."""
    with suppress(EOFError, pickle.UnpicklingError):
        return dict(pickle.loads(answer))  # noqa: S301  # its own fork's
    return {}


def _wait(copy: int) -> int:
    """The exit status of a fork; 0 if it is not known."""
    # Where SIGCHLD is ignored, the system reaps children itself.
    with suppress(ChildProcessError):
        return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    return 0
