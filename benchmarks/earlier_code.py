"""The code of an earlier revision in a folder of its own, so that a benchmark can print ratios to it from one run."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def check_out(revision: str) -> Iterator[Path]:
    """Give the folder with a revision of this repository; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="easel-revision-") as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), revision], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, check=True)
