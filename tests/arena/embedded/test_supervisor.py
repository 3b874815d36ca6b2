"""Children of `up` are restarted when they crash; when `up` ends, it first asks each of them to end."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from arena.embedded.supervisor import Child, Supervisor
from tests.patience import HANGING
from tests.system.easel import wait_until

POLITE = """
import signal, sys
def end(*_):
    print("asked to end", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("started", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[IO[bytes]]:
    with (tmp_path / "child.log").open("ab") as file:
        yield file


def make_child(log: IO[bytes]) -> Child:
    return Child("polite", [sys.executable, "-c", POLITE], log, orphaned=signal.SIGKILL)


def words(log: IO[bytes]) -> list[str]:
    return Path(log.name).read_text().splitlines()


def test_restarted_child_is_asked_to_end(log: IO[bytes]) -> None:
    supervisor = Supervisor(tend_database=lambda: None)
    child = make_child(log)
    supervisor.start(child)
    assert wait_until(lambda: words(log) == ["started"])
    assert child.process is not None
    child.process.kill()
    assert wait_until(lambda: words(log) == ["started", "started"])
    supervisor.stop()
    assert words(log) == ["started", "started", "asked to end"]


def test_child_is_restarted_though_the_database_cannot_be_tended(log: IO[bytes]) -> None:
    tended = 0

    def fail_once() -> None:
        nonlocal tended
        tended += 1
        if tended == 1:
            raise OSError("no space left")

    supervisor = Supervisor(tend_database=fail_once)
    child = make_child(log)
    supervisor.start(child)
    assert wait_until(lambda: tended > 0 and words(log) == ["started"])
    assert child.process is not None
    child.process.kill()
    assert wait_until(lambda: words(log) == ["started", "started"])
    supervisor.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_fault_in_tending_ends_the_wait_and_children_are_still_asked(log: IO[bytes]) -> None:
    started = False

    def fail() -> None:
        if started:
            raise LookupError("a fault of ours")

    supervisor = Supervisor(tend_database=fail)
    supervisor.start(make_child(log))
    assert wait_until(lambda: words(log) == ["started"])
    started = True
    assert supervisor.stopping.wait(HANGING)
    supervisor.stop()
    assert words(log) == ["started", "asked to end"]
