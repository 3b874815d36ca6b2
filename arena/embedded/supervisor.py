"""Child processes of `manage.py up`: started in order, restarted when they crash, ended with us."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

import structlog

from arena.embedded.postgres import die_with_parent
from arena.installation import BASE_DIR

LOOK_SECONDS = 0.25
TROUBLE_SECONDS = 2.0
STOP_SECONDS = 20.0
LONGEST_PAUSE = 30.0

log = structlog.get_logger(__name__)


@dataclass
class Child:
    """One program in a session of its own: a terminal's Ctrl-C reaches only us, and we end the programs in order.

    `orphaned` is the signal that it gets when we are killed. It is the only one, since nobody is left to send another.
    """

    name: str
    command: list[str]
    log: IO[bytes]
    orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    crashes: int = 0
    started_at: float = 0.0
    start_after: float = 0.0

    def start(self) -> None:
        """Start the program, after ending whatever a killed predecessor left in its session."""
        self._signal(signal.SIGKILL)
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            # Python looks for modules in the current folder first: in a user's folder it might find other modules.
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=die_with_parent(self.orphaned),
        )

    def tend(self) -> None:
        """Restart the program if it has ended: at once the first time, then after growing pauses."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.start_after:
            self.crashes = 1 if now - self.started_at > 60 else self.crashes + 1
            self.start_after = now + min(LONGEST_PAUSE, 2.0 ** (self.crashes - 1) - 1)
        if now >= self.start_after:
            self.start_after = 0.0
            self.start()

    def ask(self) -> None:
        """Ask the program to end."""
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Wait for a program that was asked to end; kill it if it takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self.process.wait()

    def _signal(self, sig: signal.Signals) -> None:
        if self.process is not None:
            # The group outlives its leader: a killed server's own workers are still in it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sig)


@dataclass
class Supervisor:
    """Keeps children running, and calls `tend_database`, from a thread, so that the caller can work meanwhile.

    `stopping` is also set when an error ends that thread: a caller that waits for it should then end, too.
    """

    tend_database: Callable[[], object]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _idle: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self, child: Child) -> None:
        """Start one more child and keep it running from now on."""
        child.start()
        self.children.append(child)
        if self._thread is None:
            self._thread = threading.Thread(target=self._tend, name="supervisor", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End all children at the same time: some need seconds to disconnect from the broker."""
        self.stopping.set()
        if self._thread is not None:
            self._idle.wait()
        for child in self.children:
            child.ask()
        for child in self.children:
            child.stop()
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _tend(self) -> None:
        try:
            while not self.stopping.wait(LOOK_SECONDS):
                try:
                    self._look_once()
                except (OSError, subprocess.SubprocessError) as error:
                    # The machine lacks some resource; at the next attempt it may be there.
                    log.warning("cannot_tend", error=str(error))
                    self.stopping.wait(TROUBLE_SECONDS)
        finally:
            self.stopping.set()
            self._idle.set()
            # For Linux, a child's parent is the thread that started it: children restarted here would be killed with
            # it.
            self._stopped.wait()

    def _look_once(self) -> None:
        self.tend_database()
        for child in self.children:
            child.tend()


class Stopped(BaseException):
    """A request to end this process; raised in the main thread wherever it is."""


def stop_on_signals() -> None:
    """Raise Stopped at the first Ctrl-C, SIGTERM or closed terminal; a second one kills the process."""

    def stop(number: int, frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_DFL)
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def end_with_runner() -> None:
    """End with `uv run` when it is killed: it would not tell us, and we would go on without a terminal."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError), open(f"/proc/{os.getppid()}/comm") as name:  # noqa: PTH123 - a kernel file.
        if name.read().strip() == "uv":
            arm = die_with_parent(signal.SIGTERM)
            if arm is not None:
                arm()
