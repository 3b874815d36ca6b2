"""Measures which lines and branches of Easel the tests reach, where CI=true; the figure is printed at the end.

Each process that runs tests measures itself. Programs that tests start are not measured: their start would take twice
as long. What only they run has its reason below.
"""

import json
import os
import tempfile
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parent.parent
LEAST_OF_ALL, LEAST_OF_A_FILE = 92.0, 70.0
# Files of which the tests reach less, each with its reason.
REASONS: dict[str, str] = {}

# Begun where this is imported: before anything of Easel's is, whose first lines would be missed else.
_measured: coverage.Coverage | None = None
if os.environ.get("CI") == "true":
    _measured = coverage.Coverage(
        data_file=str(ROOT / ".coverage"), data_suffix=True, branch=True, source=["arena", "leaderboard"],
        config_file=str(ROOT / "pyproject.toml"),
    )  # fmt: skip
    _measured.start()


class Covering:
    """The plugin: every process keeps what it has measured, and the one that hands out the tests adds it up."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep what was measured; of a whole run that reached too little, make a failure."""
        if _measured is None:
            return
        _measured.stop()
        _measured.save()
        if "PYTEST_XDIST_WORKER" in os.environ:
            return
        total, files = _add_up(_measured)
        self.lines = [f"Lines and branches reached: {total:.1f} %", *_explain(files)]
        if _is_whole(session.config) and (total < LEAST_OF_ALL or files.keys() - REASONS.keys()):
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the figures."""
        for line in self.lines:
            terminalreporter.write_line(line)


def _add_up(measured: coverage.Coverage) -> tuple[float, dict[str, float]]:
    """Return what share, in per cent, was reached of everything, and of each file of which too little was."""
    measured.combine()
    with tempfile.TemporaryDirectory() as folder:
        measured.json_report(outfile=f"{folder}/coverage.json")
        report = json.loads(Path(folder, "coverage.json").read_text())
    shares = {name: each["summary"]["percent_covered"] for name, each in report["files"].items()}
    return report["totals"]["percent_covered"], {n: share for n, share in shares.items() if share < LEAST_OF_A_FILE}


def _explain(files: dict[str, float]) -> list[str]:
    return [f"  {share:.0f} % of {name}: {REASONS.get(name, 'WITHOUT A REASON')}" for name, share in files.items()]


def _is_whole(config: pytest.Config) -> bool:
    """Tell whether all tests were asked for."""
    some = config.getoption("keyword") or config.getoption("markexpr") or config.getoption("lf", False)
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not some
