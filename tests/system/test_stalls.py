"""While the database stands still, pages are refused and probes tell the truth; afterwards all goes on."""

import contextlib
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.patience import HANGING
from tests.system.easel import Easel, wait_until

pytestmark = pytest.mark.system
READERS = 40


def status_of(easel: Easel, path: str) -> int:
    try:
        with urllib.request.urlopen(f"{easel.address}{path}", timeout=HANGING) as response:  # noqa: S310 - loopback.
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


@contextlib.contextmanager
def standing_still(easel: Easel) -> Iterator[None]:
    """Stop every process of the database: it accepts connections and answers nothing."""
    processes = [psutil.Process(pid) for pid in easel.pids("postgres") if "keeper" not in easel.processes()[pid]]
    stopped = [*processes, *(child for process in processes for child in process.children(recursive=True))]
    for process in stopped:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)


def test_site_goes_on_after_a_database_that_stood_still(easel: Callable[..., Easel]) -> None:
    running = easel("--prompts", "1", DATABASE_SECONDS="1")
    running.wait_for("Easel runs at")
    assert status_of(running, "/vote/") == 200
    assert wait_until(lambda: status_of(running, "/readyz") == 200)
    with standing_still(running), ThreadPoolExecutor(READERS) as readers:
        refused = [readers.submit(status_of, running, "/vote/") for _ in range(READERS)]
        assert status_of(running, "/healthz") == 200
        assert {each.result() for each in refused} == {503}
        assert status_of(running, "/readyz") == 503
        assert status_of(running, "/healthz") == 200
    assert wait_until(lambda: status_of(running, "/vote/") == 200)
    assert wait_until(lambda: status_of(running, "/readyz") == 200)
