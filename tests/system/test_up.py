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


def test_up_behind_a_proxy_ends_every_child_when_told_and_is_reset(easel: Callable[..., Easel]) -> None:
    # Other allowed host names, and a proxy for outgoing requests that does not exist.
    running = easel("--prompts", "1", ALLOWED_HOSTS="arena.example.org", http_proxy="http://127.0.0.1:1")
    running.wait_for("Easel runs at")
    assert running.stop(signal.SIGTERM) == 0
    assert wait_until(lambda: running.processes() == {})
    declined = subprocess.run(
        [sys.executable, "manage.py", "reset"],
        cwd=ROOT, env=running.environment, input="no\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (declined.returncode, running.folder.exists()) == (1, True)
    running.manage("reset", "--yes")
    assert not running.folder.exists()


def test_up_killed_takes_its_children_along_and_recovers(easel: Callable[..., Easel]) -> None:
    soon = {"CALL_SECONDS": "6", "LEASE_MARGIN_SECONDS": "2", "SWEEP_SECONDS": "2"}
    running = easel("--prompts", "1", **soon)
    # The login is printed as soon as it is made, so a user who stops before the first picture still has it.
    running.wait_for("Staff sign in")
    assert not any("Vote at" in line for line in running.said)
    running.wait_for("Vote at")
    running.process.kill()
    # The database writes its data to disk before it ends, which takes long on a busy disk.
    assert wait_until(lambda: running.processes() == {}), running.processes()
    again = easel("--prompts", "1", port=running.port, **soon)
    again.wait_for("Easel runs at")
    kill_all(again.processes())
    third = easel("--prompts", "1", port=running.port, **soon)
    third.wait_for("Easel runs at")
    assert third.is_served()
    assert "Staff sign in" not in "".join(third.said)
    assert third.stop(signal.SIGINT) == 0
    assert wait_until(lambda: third.processes() == {})


def test_up_ends_with_its_killed_runner(folder: Path) -> None:
    port = free_port()
    runner = subprocess.Popen(
        ["uv", "run", "--frozen", "manage.py", "up", "--prompts", "1", "--port", str(port)],
        cwd=ROOT, env=clean_environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    running = Easel(folder, port=port)
    assert wait_until(running.is_served)
    runner.kill()
    runner.wait()
    assert wait_until(lambda: running.processes() == {})


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


@pytest.mark.parametrize(
    "options", [("--prompts", "0"), ("--prompts", "-3"), ("--port", "0"), ("--port", "99999"), ("--demo", "-1")]
)
def test_up_with_absurd_numbers_is_refused_in_one_line(options: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=options[0]) as refused:
        call_command("up", *options)
    assert "\n" not in str(refused.value)


def test_up_for_https_without_a_proxy_is_refused_in_one_line(settings: Settings) -> None:
    settings.HTTPS, settings.TRUSTED_PROXY_COUNT = True, 0
    with pytest.raises(CommandError, match="HTTPS=0") as refused:
        call_command("up")
    assert "\n" not in str(refused.value)
