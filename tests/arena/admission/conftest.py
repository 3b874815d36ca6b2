"""A clock that stands still, so that no test runs over the end of a period, and a process that has counted nothing."""

from collections.abc import Iterator

import pytest

from arena.admission.request_counting import COUNTER


class Clock:
    """A time that only tests change, in seconds."""

    def __init__(self) -> None:
        self.now = 3600.0 * 24 * 20_000

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Let the process count by a clock that stands at the beginning of an hour."""
    real, still = COUNTER.clock, Clock()
    COUNTER.clock = still
    COUNTER.forget()
    yield still
    COUNTER.clock = real
    COUNTER.forget()
