"""Fixtures that run Easel as processes of its own, and end what a failed test leaves."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.easel import Easel, processes_of


@pytest.fixture
def easel(tmp_path: Path) -> Iterator[Callable[..., Easel]]:
    """Return a function that starts `up` on the test's own data folder."""
    started: list[Easel] = []
    folder = tmp_path / "data"

    def start(*options: str, port: int | None = None, **environment: str) -> Easel:
        started.append(Easel(folder, *options, port=port, **environment).start())
        return started[-1]

    yield start
    for each in started:
        each.stop(signal.SIGTERM)
    for pid, _ in list(processes_of(folder)):
        os.kill(pid, signal.SIGKILL)
