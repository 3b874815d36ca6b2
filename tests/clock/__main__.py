"""Run the suite on another day: `uv run --group dev python -m tests.clock 2027-06-01` and pytest's arguments, if any.

It needs a C compiler. PostgreSQL, workers and browsers, which the suite starts, get the same clock.
"""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path


def main(day: str, *arguments: str) -> int:
    """Run pytest from noon (UTC) of a day, YYYY-MM-DD. Return its exit status."""
    noon = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    seconds = round((noon - datetime.now(UTC)).total_seconds())
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "shift.so")
        source = Path(__file__).with_name("shift.c")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        clock = {"LD_PRELOAD": str(library), "EASEL_CLOCK_SHIFT": str(seconds)}
        suite = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.run(suite, env=os.environ | clock, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
