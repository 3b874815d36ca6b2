"""A running `manage.py up`, shared by these tests: it protects its folder and restarts what crashes."""

import pytest

from tests.system.easel import Easel, free_port, kill_all, wait_until

pytestmark = pytest.mark.system


def test_second_up_says_that_one_runs(shared_easel: Easel) -> None:
    second = shared_easel.manage("up", "--port", str(free_port()), check=False)
    assert second.returncode == 1
    assert second.stderr.strip() == f"CommandError: Easel already runs at {shared_easel.address}/."
    refused = shared_easel.manage("reset", "--yes", check=False)
    assert (refused.returncode, "end it first" in refused.stderr) == (1, True)


def test_up_restarts_what_crashes(shared_easel: Easel) -> None:
    for word in ("granian", "generation@", "easel@", " beat ", "arena.embedded.keeper"):
        before = set(shared_easel.pids(word))
        assert before, word
        kill_all(before)
        assert wait_until(lambda word=word, before=before: set(shared_easel.pids(word)) - before), word
    assert wait_until(lambda: shared_easel.is_served("/readyz"))
