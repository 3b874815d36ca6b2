"""The wheel contains all of Easel: installed with the libraries of the tests, it runs in an empty folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import HANGING
from tests.system.easel import ROOT, Easel, clean_environment, kill_all, processes_of, wait_until

pytestmark = pytest.mark.system

VOTES = "model_a,model_b,winner\n" + 30 * "ash,birch,model_a\nash,birch,tie\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it without its libraries into a folder; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    own_python = ["--python", sys.executable, "--offline", "--quiet"]
    subprocess.run(
        ["uv", "build", "--wheel", "--no-build-isolation", *own_python, "--out-dir", folder / "dist"],
        cwd=ROOT, check=True,
    )  # fmt: skip
    (wheel,) = (folder / "dist").glob("*.whl")
    subprocess.run(
        ["uv", "pip", "install", "--no-deps", *own_python, "--target", folder / "site", wheel], cwd=folder, check=True
    )
    return folder / "site"


def environment_of(installed: Path) -> dict[str, str]:
    """Return a newcomer's environment with the wheel's packages, and without a data folder."""
    environment = clean_environment(installed, PYTHONPATH=str(installed), EASEL_DURABLE="0")
    del environment["EASEL_DATA_DIR"]
    return environment


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """Run the wheel's `easel` in a folder; return what it prints."""
    done = subprocess.run(
        [installed / "bin" / "easel", *arguments],
        cwd=folder, env=environment_of(installed), capture_output=True, text=True, check=False, timeout=HANGING,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_below(folder: Path) -> set[Path]:
    return {
        file.relative_to(folder) for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    }


def test_wheel_holds_every_file(installed: Path) -> None:
    assert files_below(installed / "arena" / "templates") == files_below(ROOT / "templates")
    assert files_below(installed / "arena" / "locale") == files_below(ROOT / "locale")
    packed = {path for path in files_below(installed / "arena") if path.parts[0] not in ("templates", "locale")}
    assert packed == files_below(ROOT / "arena")
    assert files_below(installed / "leaderboard") == files_below(ROOT / "leaderboard")


def test_wheel_describes_and_ranks_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    assert "Type 'easel help <subcommand>'" in run(installed, tmp_path, "--help")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "votes.csv").write_text(VOTES)
    assert "birch" in run(installed, tmp_path, "rank", "votes.csv", "--format", "csv")
    assert [file.name for file in tmp_path.iterdir()] == ["votes.csv"]


def test_wheel_serves_a_page_to_vote_on(installed: Path, tmp_path: Path) -> None:
    # Files in the folder where Easel is started are not part of Easel.
    (tmp_path / "celery.py").write_text("raise SystemExit('this is not the library')\n")
    running = Easel(tmp_path / "easel-data", "--prompts", "1")
    running.program, running.start_in = [installed / "bin" / "easel"], tmp_path
    running.environment = environment_of(installed)
    running.start()
    try:
        assert "easel changepassword staff" in running.wait_for("It is shown this once")
        running.wait_for("Vote at")
        assert b"data-matchup" in running.get("/vote/")
        # A worker of the same program painted it.
        running.wait_for("Easel runs at")
        assert "verified" in run(installed, tmp_path, "verify")
        assert running.stop() == 0
        assert wait_until(lambda: running.processes() == {})
    finally:
        running.process.kill()
        kill_all([pid for pid, _ in processes_of(running.folder)])
