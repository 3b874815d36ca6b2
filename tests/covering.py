"""With CI=true, measures which lines and branches of Easel the tests reach, and prints the figure at the end.

Each process that runs tests measures itself. Programs that tests start are not measured, because their start would
take twice as long. Files that only such programs run are listed below with the reason.
"""

import json
import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parent.parent
# In per cent, lines and branches together. Less makes the run fail.
LEAST, LEAST_OF_A_FILE = 92.0, 70.0
# Files that may be reached less, each with its reason.
_PROCESS = "tests start it as a process of its own"
_LATE = "a test that is not measured imports it first, so its outermost lines are missed"
REASONS: dict[str, str] = {
    "arena/__main__.py": _PROCESS,
    "arena/catalog/catalogue_words.py": "only programs that gather messages read it",
    "arena/command_line.py": _PROCESS,
    "arena/embedded/binaries.py": _PROCESS,
    "arena/embedded/environment.py": _PROCESS,
    "arena/embedded/keeper.py": _PROCESS,
    "arena/embedded/postgres.py": _PROCESS,
    "arena/management/commands/prepare.py": _PROCESS,
    "arena/management/commands/reset.py": _PROCESS,
    "arena/management/commands/up.py": _PROCESS,
    "arena/monitoring/traced_work.py": _PROCESS,
    "arena/monitoring/tracing.py": _PROCESS,
    "arena/voting/management/commands/undo_import.py": _LATE,
    "arena/voting/tasks.py": _LATE,
    "arena/web/static_storage.py": "only `prepare` collects static files, in a process of its own",
    "leaderboard/ratings/speed/compiled.py": "numba runs machine code, which is not measured",
    "leaderboard/ratings/speed/two_processes.py": _PROCESS,
    "leaderboard/tasks.py": "workers run it, in processes of their own",
    "leaderboard/templatetags/charts.py": _LATE,
    "leaderboard/templatetags/comparisons.py": _LATE,
    "leaderboard/templatetags/watching.py": _LATE,
}

# Measuring starts on import, before anything of Easel is imported: otherwise its first lines would be missed.
_measured: coverage.Coverage | None = None
if os.environ.get("CI") == "true":
    if "PYTEST_XDIST_WORKER" not in os.environ:
        # All processes save into a folder of this run, so that nothing of an earlier run is added.
        _folder = tempfile.TemporaryDirectory(prefix="easel-coverage-")
        os.environ["EASEL_COVERAGE"] = _folder.name
    _measured = coverage.Coverage(
        data_file=f"{os.environ['EASEL_COVERAGE']}/data", data_suffix=True, branch=True,
        source=["arena", "leaderboard"], config_file=str(ROOT / "pyproject.toml"),
    )  # fmt: skip
    _measured.start()


class Covering:
    """The plugin: every process saves what it has measured, and the main process adds it up."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._lost = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, error: object | None) -> None:
        """Remember that a process crashed: what it had measured is lost."""
        self._lost |= error is not None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Measure neither the longest tests, which repeat what others do once, nor those that drive a browser.

        Playwright switches between greenlets, which coverage.py does not follow unless told, at twice the cost: the
        likely cause of a process that crashed. The last test of a process closes the browser.
        """
        left_out = item.get_closest_marker("long") or "chromium" in getattr(item, "fixturenames", ()) or not nextitem
        if _measured is None or not left_out:
            return (yield)
        _measured.stop()
        try:
            return (yield)
        finally:
            _measured.start()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Save what was measured; the main process adds it up once all have saved, and fails if it is too little."""
        if _measured is None:
            return
        _measured.stop()
        _measured.save()
        if "PYTEST_XDIST_WORKER" in os.environ:
            return
        if self._lost:
            self.lines = ["Lines and branches reached: not known, because a process crashed"]
            return
        total, files = _add_up(_measured)
        self.lines = [f"Lines and branches reached: {total:.1f} % (at least {LEAST:.0f} %)", *_explain(files)]
        if session.exitstatus == pytest.ExitCode.OK and total < LEAST:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the figures."""
        for line in self.lines:
            terminalreporter.write_line(line)


def _add_up(measured: coverage.Coverage) -> tuple[float, dict[str, float]]:
    """Return the share reached, in per cent: of everything, and of each file of which too little was reached."""
    measured.combine()
    with tempfile.TemporaryDirectory() as folder:
        measured.json_report(outfile=f"{folder}/coverage.json")
        report = json.loads(Path(folder, "coverage.json").read_text())
    shares = {name: each["summary"]["percent_covered"] for name, each in report["files"].items()}
    return report["totals"]["percent_covered"], {n: share for n, share in shares.items() if share < LEAST_OF_A_FILE}


def _explain(files: dict[str, float]) -> list[str]:
    return [f"  {share:.0f} % of {name}: {REASONS.get(name, 'WITHOUT A REASON')}" for name, share in files.items()]
