"""Fixtures that run Easel in separate processes, and end whatever a failed test leaves running."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.patience import HANGING
from tests.system.easel import ROOT, Easel, clean_environment, kill_all, processes_of, wait_until


@pytest.fixture(scope="session")
def prepared() -> Path:
    """A data folder as `prepare` leaves it, for all processes that share the tests; the first that asks makes it."""
    shared = Path(os.environ["EASEL_DATA_DIR"])
    folder = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            # It gets its final name only once it is complete and no server uses it any more.
            draft = shared / "draft"
            (shared / "preparations.json").write_text(json.dumps(prepare_twice_at_once(draft)))
            assert wait_until(lambda: not any(processes_of(draft)))
            draft.rename(folder)
    return folder


def prepare_twice_at_once(folder: Path) -> list[tuple[int, str, str]]:
    """Prepare a new data folder with two processes at once; return the status and output of each."""
    environment = clean_environment(folder, EASEL_DURABLE="0")
    started = [
        subprocess.Popen(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=HANGING) for process in started]
    return [(process.returncode, *words) for process, words in zip(started, said, strict=True)]


@pytest.fixture
def preparations(prepared: Path) -> list[tuple[int, str, str]]:
    """How the two processes that prepared the folder at once ended: status, standard output, standard error."""
    return [tuple(each) for each in json.loads((prepared.parent / "preparations.json").read_text())]


@pytest.fixture
def new_folder(tmp_path: Path) -> Path:
    """Where a newcomer's data will be; the folder does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def folder(prepared: Path, new_folder: Path) -> Path:
    """A prepared data folder: preparing takes longer than everything after it."""
    return shutil.copytree(prepared, new_folder)


@pytest.fixture
def easel(folder: Path) -> Iterator[Callable[..., Easel]]:
    """Return a function that starts `up` on this test's prepared data folder."""
    yield from start_and_end(folder, EASEL_DURABLE="0")


@pytest.fixture
def new_easel(new_folder: Path) -> Iterator[Callable[..., Easel]]:
    """Return a function that starts `up` as a newcomer does, where nothing is prepared."""
    yield from start_and_end(new_folder)


def start_and_end(folder: Path, **usual: str) -> Iterator[Callable[..., Easel]]:
    """Yield a function that starts `up` on a folder; in the end, stop what it started and any process left over.

    `usual` is the environment unless the caller gives another.
    """
    started: list[Easel] = []

    def start(*options: str, port: int | None = None, **environment: str) -> Easel:
        started.append(Easel(folder, *options, port=port, **(usual | environment)).start())
        return started[-1]

    yield start
    for each in started:
        each.stop(signal.SIGTERM)
    kill_all([pid for pid, _ in processes_of(folder)])
