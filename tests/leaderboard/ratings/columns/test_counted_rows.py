"""Rows that stand for several votes: the same boards and hashes as with a row for each vote."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from leaderboard.ratings.columns import counted_rows
from leaderboard.ratings.columns.counted_rows import walk_positions, walk_votes
from leaderboard.ratings.methods import METHOD, fit
from leaderboard.votefiles.vote_files import join_files, read_rows, read_votes, suit_method

COLUMNS = ("voter", "prompt", "category", "weight")


def write_counts(path: Path, columns: tuple[str, ...], *, most: int = 9) -> None:
    """120 rows between six contenders with counts from 0 to `most`."""
    draw = np.random.default_rng(5)
    lines = [",".join(["model_a", "model_b", "winner", *columns, "count"])]
    for row in range(120):
        sides = draw.choice(list("abcdef"), 2, replace=False).tolist()
        labels = {
            "voter": f"v{row % 9}",
            "prompt": f"p{row % 7}",
            "category": f"c{row % 3}",
            "weight": str(1 + row % 2),
        }
        answer = ("model_a", "model_b", "tie", "both_bad")[int(draw.integers(4))]
        count = str(draw.integers(most + 1))
        lines.append(",".join([*sides, answer, *(labels[name] for name in columns), count]))
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("present", list(product([False, True], repeat=len(COLUMNS))))
def test_counted_rows_give_the_board_of_the_votes(present: tuple[bool, ...], tmp_path: Path) -> None:
    columns = tuple(name for name, here in zip(COLUMNS, present, strict=True) if here)
    write_counts(tmp_path / "votes.csv", columns)
    read = read_votes(tmp_path / "votes.csv")
    (log,) = read.votes.values()
    assert len(log) <= 120 < log.count == len(log.expand())
    method = suit_method(METHOD, read.columns)
    counted, written = fit(log, method), fit(log.expand(), method)
    assert (counted.input_hash, counted.output_hash) == (written.input_hash, written.output_hash)
    assert counted.votes == written.votes == log.count
    assert counted.position_effect is not None
    assert written.position_effect is not None
    assert counted.position_effect.logit == pytest.approx(written.position_effect.logit, abs=1e-9)
    assert counted.position_effect.se == pytest.approx(written.position_effect.se, abs=1e-9)


def test_large_counts_are_walked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted_rows, "_PIECE", 4)
    times, position = np.array([1, 11, 2, 1, 4], dtype=np.int64), np.array([1, 2, 20, 22, 30], dtype=np.int64)
    votes = list(walk_votes(np.arange(5), times))
    assert max(map(len, votes)) < 12
    np.testing.assert_array_equal(np.concatenate(votes), np.repeat(np.arange(5), times))
    expected = [1, *range(2, 13), 20, 21, 22, *range(30, 34)]
    np.testing.assert_array_equal(np.concatenate(list(walk_positions(position, times))), expected)


def test_tens_of_millions_of_votes_are_no_rows(tmp_path: Path) -> None:
    write_counts(tmp_path / "votes.csv", ("voter",), most=400_000)
    read = read_votes(tmp_path / "votes.csv")
    (log,) = read.votes.values()
    assert log.count > 10_000_000
    board = fit(log, suit_method(METHOD, read.columns))
    assert sum(line.votes for line in board.contenders) == 2 * log.count


def test_files_with_and_without_counts_are_joined(tmp_path: Path) -> None:
    write_counts(tmp_path / "votes.csv", ("voter",))
    (tmp_path / "plain.csv").write_text("model_a,model_b,winner,voter\na,b,tie,z\n")
    files = [read_votes(tmp_path / name) for name in ("votes.csv", "plain.csv", "votes.csv")]
    (log,) = join_files(files).votes.values()
    written = log.expand()
    assert log.count == 2 * files[0].votes[""].count + 1
    assert written.position.tolist() == list(range(1, log.count + 1))
    assert log.input_hash() == written.input_hash()
    assert len(read_rows(tmp_path / "votes.csv").log) == files[0].votes[""].count
