"""The same votes give the same published numbers on any processor and with any number of threads."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from leaderboard.ratings.boards import compute_boards
from leaderboard.ratings.columns.votelog import VoteLog
from tests.leaderboard.ratings.logs import simulate

ROOT = Path(__file__).resolve().parents[3]
WIDE = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])


def hash_boards() -> list[str]:
    return [board.output_hash for board in compute_boards(votes()).values()]


def votes() -> VoteLog:
    return simulate(np.linspace(-1, 1, 40), votes=8000, voters=200, seed=7)


@pytest.mark.parametrize(
    "machine",
    [
        pytest.param({"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": " ".join(WIDE)}, id="oldest"),
        pytest.param({"OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "2"}, id="two threads"),
        pytest.param({"EASEL_COMPILED": "1", "OMP_NUM_THREADS": "1"}, id="compiled"),
    ],
)
def test_output_hash_is_the_same_on(machine: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import hash_boards; print(*hash_boards())"],
        cwd=ROOT, env=os.environ | machine, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == hash_boards()
