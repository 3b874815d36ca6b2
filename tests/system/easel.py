"""Runs Easel as its users do: `manage.py up` in a separate process with its own data folder."""

import contextlib
import json
import os
import queue
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg

from arena.embedded.postgres import Cluster
from tests.patience import HANGING

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return an unused port outside the range of ephemeral ports."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def clean_environment(folder: Path, **extra: str) -> dict[str, str]:
    """Return a newcomer's environment: no variable of Easel is set but the data folder."""
    own = {
        "DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "EASEL_EMBEDDED", "DJANGO_ALLOW_ASYNC_UNSAFE",
        "EASEL_PROGRAM",
    }  # fmt: skip
    kept = {key: value for key, value in os.environ.items() if key not in own}
    # On a busy machine a healthy database may be slow, and tests send more in a minute than people.
    usual = {"EASEL_DATA_DIR": str(folder), "COLUMNS": "200", "DATABASE_SECONDS": "60", "LIMITS": "0"}
    return kept | usual | extra


class Easel:
    """One running `manage.py up`, and what can be done with it from outside."""

    # A caller may start another program, in another folder.
    program: Sequence[str | Path] = (sys.executable, "manage.py")
    start_in = ROOT

    def __init__(self, folder: Path, *options: str, port: int | None = None, **environment: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.options = options
        self.environment = clean_environment(folder, **environment)
        self.address = f"http://127.0.0.1:{self.port}"
        self.lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []

    def start(self) -> "Easel":
        """Start `up`; what it prints is collected."""
        self.process = subprocess.Popen(
            [*self.program, "up", "--port", str(self.port), *self.options],
            cwd=self.start_in, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        return self

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def wait_for(self, pattern: str) -> str:
        """Return the first line from now on that matches; fail with the whole output."""
        limit = time.monotonic() + HANGING
        while time.monotonic() < limit:
            try:
                line = self.lines.get(timeout=0.2)
            except queue.Empty:
                assert self.process.poll() is None, f"up ended with {self.process.returncode}:\n{''.join(self.said)}"
                continue
            self.said.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no {pattern!r} within {HANGING} s:\n{''.join(self.said)}")

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> int:
        """Ask `up` to end; return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        status = self.process.wait(HANGING)
        self.reader.join(HANGING)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data folder."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=HANGING,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def get(self, path: str) -> bytes:
        """Fetch a path."""
        with urllib.request.urlopen(f"{self.address}{path}", timeout=HANGING) as response:  # noqa: S310 - loopback.
            body: bytes = response.read()
            return body

    def get_json(self, path: str) -> Any:
        """Fetch a path of the API."""
        return json.loads(self.get(path))

    def database(self) -> psycopg.Connection[Any]:
        """Connect to its database."""
        return psycopg.connect(Cluster(self.folder).url, autocommit=True)

    def is_served(self, probe: str = "/healthz") -> bool:
        """Tell whether the site answers a health probe with 200: it is alive, or at `/readyz` ready."""
        try:
            return b"ok" in self.get(probe)
        except OSError:
            return False

    def processes(self) -> dict[int, str]:
        """Return every process of this installation by pid: up, web, worker, keeper, server."""
        return dict(processes_of(self.folder))

    def pids(self, word: str) -> list[int]:
        """Return the pids of processes whose command line contains a word."""
        return [pid for pid, line in self.processes().items() if word in line]


def processes_of(folder: Path) -> Iterator[tuple[int, str]]:
    """Yield pid and command line of each process that belongs to a data folder."""
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            own = process.environ().get("EASEL_DATA_DIR") == str(folder) or str(folder) in line
            if own and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                yield process.pid, line
        except psutil.Error:
            continue


def kill_all(pids: Iterable[int]) -> int:
    """End each with SIGKILL; return how many of them still existed: the death of the first may end others."""
    ended = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            ended += 1
    return ended


def wait_until(condition: Any, seconds: float = HANGING) -> bool:
    """Wait until a condition holds; tell whether it does. Looking takes at most a tenth of the time."""
    limit = time.monotonic() + seconds
    looked = time.monotonic()
    while not (holds := condition()) and looked < limit:
        time.sleep(max(0.05, 9 * (time.monotonic() - looked)))
        looked = time.monotonic()
    return bool(holds)
