"""Counts the CPU time of a test run: that of every process that it started, however they ended."""

import contextlib
import ctypes
import os
import resource
import sys
import threading

import psutil
import pytest

_PR_SET_CHILD_SUBREAPER = 36
_LOOK_SECONDS = 0.2


class Cost:
    """The plugin of the process that runs the tests, or that distributes them to others."""

    def __init__(self, *, adopts: bool) -> None:
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        if adopts and sys.platform == "linux":
            # A process whose parent was killed becomes a child of this one, so it is still counted.
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            self._thread = threading.Thread(target=self._bury, name="cost", daemon=True)
            self._thread.start()

    def _bury(self) -> None:
        """Reap processes that have ended: the kernel then adds their time to that of this process's children."""
        while not self._ending.wait(_LOOK_SECONDS):
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the CPU time."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        terminalreporter.write_line(f"CPU time of all processes: {cpu_seconds():.0f} s")


def cpu_seconds() -> float:
    """Return the CPU time, in seconds, of this process and all its descendants: ended ones and running ones.

    A server that is still running, such as the embedded PostgreSQL, counts as a running one.
    """
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    total = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total
