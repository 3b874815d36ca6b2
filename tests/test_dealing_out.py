"""A process of the test run that crashes is replaced, and the run comes to its end."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFTEST = """
from tests.dealing_out import DealingOut

def pytest_xdist_make_scheduler(config, log):
    return DealingOut(config, log)
"""
# Each test writes a line when it starts, and crashes as often as its name says.
TESTS = """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("n", range(12))
def test_crashes(n):
    with Path("started").open("a") as file:
        file.write(f"{n}\\n")
    if Path("started").read_text().split().count(str(n)) <= {CRASHES}.get(n, 0):
        os.abort()
"""


@pytest.mark.parametrize(
    ("crashes", "ends"),
    [
        ({5: 1}, "12 passed"),
        ({11: 1}, "12 passed"),
        ({2: 2}, "1 failed, 11 passed"),
        ({2: 1, 11: 1}, "1 failed, 11 pass"),
    ],
)
def test_first_crash_is_repeated_and_later_ones_fail(crashes: dict[int, int], ends: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS.replace("{CRASHES}", str(crashes)))
    plain = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:django", "-p", "no:schemathesis"]

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", ".", "-n", "2", "--dist", "loadscope", *plain],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip

    assert ends in run.stdout, run.stdout + run.stderr
    assert (run.returncode == 0) == ("failed" not in ends)
    assert "its test runs once more" in run.stdout
    again = sum(crashes.values()) - ends.count("failed")
    assert len((tmp_path / "started").read_text().split()) == 12 + again
