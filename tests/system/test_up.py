"""`manage.py up` starts everything, stops everything, and recovers by itself."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.system.easel import ROOT, Easel, clean_environment, free_port, kill_all, wait_until

pytestmark = pytest.mark.system


def test_two_preparations_at_once_follow_each_other(preparations: list[tuple[int, str, str]]) -> None:
    assert [status for status, _, _ in preparations] == [0, 0], preparations
    assert sorted("loaded: 0 changes" in out for _, out, _ in preparations) == [False, True]


@pytest.mark.long
def test_up_ends_whole_and_recovers_whoever_is_killed(folder: Path, easel: Callable[..., Easel]) -> None:
    soon = {"CALL_SECONDS": "6", "LEASE_MARGIN_SECONDS": "2", "SWEEP_SECONDS": "2"}
    under_a_runner = Easel(folder, "--prompts", "1", port=None, EASEL_DURABLE="0", **soon)
    under_a_runner.program = ("uv", "run", "--frozen", "manage.py")
    under_a_runner.start()
    # The login is printed as soon as it is made, so a user who stops before the first picture still has it.
    under_a_runner.wait_for("Staff sign in")
    assert not any("Vote at" in line for line in under_a_runner.said)
    under_a_runner.wait_for("Vote at")
    under_a_runner.process.kill()
    # The database writes its data to disk before it ends, which takes long on a busy disk.
    assert wait_until(lambda: under_a_runner.processes() == {}), under_a_runner.processes()
    under_a_runner.stop()

    running = easel("--prompts", "1", port=under_a_runner.port, **soon)
    running.wait_for("Easel runs at")
    assert "Staff sign in" not in "".join(running.said)
    protects_its_folder(running)
    restarts_what_crashes(running)
    running.process.kill()
    assert wait_until(lambda: running.processes() == {}), running.processes()

    # Other allowed host names, and a proxy for outgoing requests that does not exist.
    proxied = {"ALLOWED_HOSTS": "arena.example.org", "http_proxy": "http://127.0.0.1:1"}
    last = easel("--prompts", "1", port=running.port, **(soon | proxied))
    last.wait_for("Easel runs at")
    assert last.stop(signal.SIGINT) == 0
    assert wait_until(lambda: last.processes() == {})
    is_reset_only_with_consent(last)


def protects_its_folder(running: Easel) -> None:
    second = running.manage("up", "--port", str(free_port()), check=False)
    assert second.returncode == 1
    assert second.stderr.strip() == f"CommandError: Easel already runs at {running.address}/."
    refused = running.manage("reset", "--yes", check=False)
    assert (refused.returncode, "end it first" in refused.stderr) == (1, True)


def restarts_what_crashes(running: Easel) -> None:
    for word in ("granian", "generation@", "easel@", " beat ", "arena.embedded.keeper"):
        before = set(running.pids(word))
        assert before, word
        kill_all(before)
        assert wait_until(lambda word=word, before=before: set(running.pids(word)) - before), word
    assert wait_until(lambda: running.is_served("/readyz"))


def is_reset_only_with_consent(ended: Easel) -> None:
    declined = subprocess.run(
        [sys.executable, "manage.py", "reset"],
        cwd=ROOT, env=ended.environment, input="no\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (declined.returncode, ended.folder.exists()) == (1, True)
    ended.manage("reset", "--yes")
    assert not ended.folder.exists()


def test_up_on_a_busy_port_is_a_one_line_error(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(taken.getsockname()[1])],
            cwd=ROOT, env=clean_environment(folder), capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert found.returncode == 1
    assert (found.stderr.count("\n"), "--port" in found.stderr) == (1, True)


@pytest.mark.parametrize("options", [("--prompts", "-3"), ("--port", "0"), ("--port", "99999"), ("--demo", "-1")])
def test_up_with_absurd_numbers_is_refused_in_one_line(options: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=options[0]) as refused:
        call_command("up", *options)
    assert "\n" not in str(refused.value)


def test_up_for_https_without_a_proxy_is_refused_in_one_line(settings: Settings) -> None:
    settings.HTTPS, settings.TRUSTED_PROXY_COUNT = True, 0
    with pytest.raises(CommandError, match="HTTPS=0") as refused:
        call_command("up")
    assert "\n" not in str(refused.value)
