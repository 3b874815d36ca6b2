"""The command line: whatever stops a command, it prints one line and a status other than zero, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import ManagementUtility, get_commands

from arena.command_line import needs_database
from arena.embedded.postgres import write_secret
from tests.patience import HANGING

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.system


def manage(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run a command without input; None unsets a variable."""
    wanted = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=HANGING, stdin=subprocess.DEVNULL,
        env={key: value for key, value in wanted.items() if value is not None},
    )  # fmt: skip


def the_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a failed command printed."""
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def unprepared() -> str:
    """The address of an empty database."""
    return os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres"


@pytest.mark.parametrize("folder", ["/dev/null", "/dev/null/below", "/proc/nowhere"])
def test_data_folder_unusable_is_named(folder: str) -> None:
    line = the_line(manage("verify", DATABASE_URL=None, EASEL_DATA_DIR=folder))
    assert folder in line
    assert "EASEL_DATA_DIR" in line


def test_data_folder_that_leads_nowhere_is_one_line(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    for folder in (str(circle), "~nobody-of-this-name/data"):
        assert "Set EASEL_DATA_DIR" in the_line(manage("version", EASEL_DATA_DIR=folder))


def test_reset_of_a_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("not a folder")
    assert str(file) in the_line(manage("reset", "--yes", DATABASE_URL=None, EASEL_DATA_DIR=str(file)))
    assert file.read_text() == "not a folder"


def test_reset_of_a_servers_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "image").touch()
    line = the_line(manage("reset", "--yes", EASEL_DATA_DIR=str(tmp_path)))
    assert "DATABASE_URL is set" in line
    assert (tmp_path / "media" / "image").exists()


@pytest.mark.parametrize("command", [["verify"], ["generate"], ["load_catalogue"], ["remove_demo", "--yes"]])
def test_unprepared_database_says_what_to_run(command: list[str]) -> None:
    assert "manage.py prepare" in the_line(manage(*command, DATABASE_URL=unprepared()))


@pytest.mark.parametrize("name", sorted(get_commands()))
def test_help_of_a_command_asks_for_no_database(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        [name, "--help"],
        [name, "-h"],
        [name, "--hel"],
        ["help", name],
        [name, "x", "--name", "y", "-h"],
    ):
        assert not needs_database(arguments)
    # A query would fail here, because this test has not requested the database.
    command = ManagementUtility(["manage.py"]).fetch_command(name)
    command.print_help("manage.py", name)
    assert "usage: manage.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], ["-h"], ["help"], ["version"], ["--version"], ["nonsense"], ["nonsense", "--yes"], ["-v"]],
)
def test_nothing_to_do_asks_for_no_database(arguments: list[str]) -> None:
    assert not needs_database(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["up"], ["up", "--host", "::1"], ["migrate"], ["changepassword", "staff"], ["spectacular"], ["collectstatic"],
        ["generate", "--here"], ["remove_ledger", "--", "--help"], ["import_votes", "votes.csv", "--name", "--h-"],
    ],
)  # fmt: skip
def test_work_asks_for_the_database(arguments: list[str]) -> None:
    assert needs_database(arguments)


@pytest.mark.parametrize("arguments", [["import_votes", "--help"], ["nonsense"], []])
def test_nothing_to_do_starts_and_makes_nothing(arguments: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = manage(*arguments, DATABASE_URL=None, SECRET_KEY=None, EASEL_EMBEDDED=None, EASEL_DATA_DIR=str(folder))
    assert done.returncode == (arguments == ["nonsense"])
    assert "manage.py" in done.stdout + done.stderr
    # No keeper runs without the folder in which it locks a file.
    assert not folder.exists()


def test_help_names_the_program_as_it_was_started() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "arena", "audit", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("usage: python -m arena audit")


def test_question_without_anybody_is_one_line() -> None:
    assert "got no answer" in the_line(manage("remove_demo")).lower()


def test_name_that_is_no_text_is_one_line() -> None:
    assert "not valid UTF-8" in the_line(manage("remove_ledger", os.fsdecode(b"\xff")))


def test_secret_left_empty_by_a_killed_start_is_written_again(tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    file.touch()
    write_secret(file, "a key")
    write_secret(file, "another key")
    assert file.read_text() == "a key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_command_checks_the_settings_and_imports_no_page() -> None:
    refused = manage("verify", ACCESS="nonsense", PYTHONPROFILEIMPORTTIME="1")
    assert refused.returncode != 0
    assert "ACCESS is 'nonsense'" in refused.stderr
    assert "arena.voting.ledger.verifying" in refused.stderr
    assert "leaderboard.views" not in refused.stderr
