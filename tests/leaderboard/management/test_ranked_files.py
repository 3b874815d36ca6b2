"""Rank: no order of a file matters, and what must be said about it is said."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError

from leaderboard.management.ranking.rank_files import read_thresholds
from leaderboard.management.ranking.rank_options import BadRankOption
from leaderboard.ratings.parameters import Thresholds
from tests.leaderboard.command_output import rank


def shuffled(path: Path, folder: Path, *, renamed: bool = False, swapped: bool = False, seed: int = 1) -> Path:
    """The same votes in another order, under other names, on other sides."""
    random = Random(seed)
    header, *rows = path.read_text().split()
    random.shuffle(rows)
    written = []
    for row in rows:
        left, right, winner = row.split(",")
        if swapped and random.random() < 0.5:
            left, right = right, left
            winner = {"model_a": "model_b", "model_b": "model_a"}.get(winner, winner)
        written.append(",".join([_rename(left), _rename(right), winner]) if renamed else f"{left},{right},{winner}")
    (folder / f"{seed}.csv").write_text("\n".join([header, *written, ""]))
    return folder / f"{seed}.csv"


def _rename(name: str) -> str:
    return f"{'zyxwvutsrqponmlkjihgfedcba'[int(name[1:]) % 26]}-{name}"


def lines_of(*arguments: object) -> dict[str, dict[str, Any]]:
    (board,) = json.loads(rank(*arguments, "--format", "json"))["boards"]
    return {line.pop("contender"): line for line in board["contenders"]}


@pytest.fixture
def sorted_file(tmp_path: Path) -> Path:
    """A round robin of 14, sorted by pair, so that the first pairs have many votes before the others have any."""
    random = Random(0)
    rows = [
        f"m{one},m{two},{random.choice(['model_a', 'model_a', 'model_b', 'tie'])}"
        for one in range(14)
        for two in range(one + 1, 14)
        for _ in range(30 if one == 0 else 4)
    ]
    (tmp_path / "sorted.csv").write_text("\n".join(["model_a,model_b,winner", *rows, ""]))
    return tmp_path / "sorted.csv"


def test_neither_order_nor_sides_nor_names_change_a_board(sorted_file: Path, tmp_path: Path) -> None:
    expected = lines_of(sorted_file)
    assert lines_of(shuffled(sorted_file, tmp_path, seed=1)) == expected
    assert lines_of(shuffled(sorted_file, tmp_path, seed=2, swapped=True)) == expected
    renamed = lines_of(shuffled(sorted_file, tmp_path, seed=3, renamed=True))
    assert {name: renamed[_rename(name)] for name in expected} == expected
    header, *rows = shuffled(sorted_file, tmp_path, seed=4).read_text().splitlines()
    parts = [tmp_path / name for name in ("one.csv", "two.csv")]
    for part, own in zip(parts, (rows[:100], rows[100:]), strict=True):
        part.write_text("\n".join([header, *own, ""]))
    assert lines_of(*parts) == lines_of(*reversed(parts)) == expected


def test_anchor_is_the_contender_that_the_option_names(sorted_file: Path) -> None:
    free, held = lines_of(sorted_file), lines_of(sorted_file, "--anchor", "m3=1200")
    assert held["m3"]["elo"] == 1200
    assert held["m5"]["elo"] - 1200 == pytest.approx(free["m5"]["elo"] - free["m3"]["elo"], abs=1e-5)
    both = lines_of(sorted_file, "--anchor", "m3=900", "--anchor", "m5")
    assert (both["m3"]["elo"] + both["m5"]["elo"]) / 2 == pytest.approx(950, abs=1e-5)
    assert "anchor 950 is the mean of m3, m5\n" in rank(sorted_file, "--anchor", "m3=900", "--anchor", "m5")
    assert "anchor 1000 is the mean of all contenders\n" in rank(sorted_file)


def test_islands_and_what_flags_mean_are_said(tmp_path: Path) -> None:
    rows = ["a,b,model_a"] * 30 + ["a,b,model_b"] * 10 + ["c,d,model_a"] * 20 + ["c,d,model_b"] * 20
    (tmp_path / "votes").write_text("\n".join(["model_a,model_b,winner", *rows, ""]))
    said = rank(tmp_path / "votes")
    assert said.count("[disconnected, separated]") == 4
    assert "disconnected: no votes link it to the others" in said
    assert "separated: no chain of wins" in said
    assert "sides  the left one is favoured by " in said


def test_pull_of_the_prior_is_said_where_it_matters(sorted_file: Path, tmp_path: Path) -> None:
    rows = [f"c{step:02},c{step + 1:02},model_{side}" for step in range(59) for side in "aaaaaabbbb"]
    (tmp_path / "ladder").write_text("\n".join(["model_a,model_b,winner", *rows, ""]))
    said = rank(tmp_path / "ladder")
    assert "prior: 376 Elo from first to last, 4,156 without the prior (sd 2 logits)" in said
    assert "prior:" not in rank(sorted_file)
    (board,) = json.loads(rank(sorted_file, "--prior-sd", "auto", "--format", "json"))["boards"]
    assert 0.1 < board["method"]["prior_sd"] < 0.5
    assert board["notes"][0].endswith("under which the votes are most probable")


def test_models_of_ties_are_compared(sorted_file: Path) -> None:
    (board,) = json.loads(rank(sorted_file, "--ties", "--format", "json"))["boards"]
    (said,) = board["notes"]
    assert re.fullmatch(r"ties: [01]\.\d{5} nats a vote by Rao and Kupper, [01]\.\d{5} by Davidson; .*", said)


def test_left_out_rows_and_unused_columns_are_said(tmp_path: Path) -> None:
    (tmp_path / "votes").write_text("id,left,right,winner\n7,a,b,left\n8,a,b,\n9,b,a,skip\n7,b,a,left\n")
    said = rank(tmp_path / "votes", "--skip-missing", "--skip-answer", "skip")
    assert "note: left out: 1 row with the answer 'skip', 1 row without an answer\n" in said
    assert "note: columns not used: id\n" in said
    assert "overall: 2 votes" in said
    assert rank(tmp_path / "votes", "--skip-missing", "--answer", "skip=skip") == said
    with pytest.raises(
        CommandError, match=r"there are no votes in it\. Left out: 2 rows with the answer .left., 1 row"
    ):
        rank(tmp_path / "votes", *[f"--skip-answer={label}" for label in ("left", "skip", "")])


def test_layout_is_said(tmp_path: Path) -> None:
    (tmp_path / "votes").write_text("model_a,model_b,wins_a,wins_b,ties\na,b,40,10,5\nb,c,30,20,2\na,c,50,5,1\n")
    said = rank(tmp_path / "votes")
    assert "note: read as wide counts\n" in said
    assert "overall: 163 votes" in said


def test_saved_votes_of_an_arena_keep_its_anchors(tmp_path: Path) -> None:
    rows = [
        f"{row},text-to-image,{'a' if row < 61 else 'c'},b,{('left', 'right')[row % 2]},0.5" for row in range(1, 99)
    ]
    export, saved = tmp_path / "export.csv", tmp_path / "votes.parquet"
    export.write_text("\n".join(["position,modality,left,right,outcome,propensity", *rows, ""]))
    (first,) = json.loads(rank(export, "--save", saved, "--format", "json"))["boards"]
    (again,) = json.loads(rank(saved, "--format", "json"))["boards"]
    assert (first["anchored_at"], first["anchor"]) == (30, ["a", "b"])
    assert again["output_hash"] == first["output_hash"]


def test_thresholds_come_from_the_environment() -> None:
    assert read_thresholds({"THIN_VOTES": "7", "PATH": "x"}) == Thresholds(thin_votes=7)
    with pytest.raises(BadRankOption, match="PRELIMINARY_VOTERS must be whole numbers"):
        read_thresholds({"PRELIMINARY_VOTERS": "few"})


def test_more_contenders_than_a_table_holds_are_ranked(tmp_path: Path) -> None:
    random = Random(5)
    rows = [f"m{one},m{(one + step) % 2100},model_{random.choice('ab')}" for one in range(2100) for step in (1, 2, 3)]
    (tmp_path / "votes").write_text("\n".join(["model_a,model_b,winner", *rows, ""]))
    (board,) = json.loads(rank(tmp_path / "votes", "--format", "json"))["boards"]
    assert len(board["contenders"]) == 2100
    assert {line["level"] for line in board["contenders"]} == {"preliminary"}
    assert "more than 2,000 contenders: no ranges of ranks" in board["notes"][0]
    assert board["contenders"][0]["elo_low"] < board["contenders"][0]["elo"] < board["contenders"][0]["elo_high"]
    assert (board["contenders"][0]["rank_elo"], board["contenders"][0]["mu"]) == (1, None)
    with pytest.raises(CommandError, match=r"--prior-sd auto can be used with up to 2,000 contenders\."):
        rank(tmp_path / "votes", "--prior-sd", "auto")


def test_neutral_votes_are_left_out_of_the_position_effect(tmp_path: Path) -> None:
    rows = ["a,b,model_a,false"] * 30 + ["a,b,model_b,false"] * 10 + ["b,a,model_a,FALSE"] * 30 + ["b,a,model_b,0"] * 10
    rows += [f"{pair},{winner}" for pair in ("a,b", "b,a") for winner in ("model_a,TRUE", "model_b,1")] * 10
    (tmp_path / "votes").write_text("\n".join(["model_a,model_b,winner,neutral", *rows, ""]))

    def effect(*options: str) -> float:
        (board,) = json.loads(rank(*[tmp_path / "votes"] * 2, *options, "--format", "json"))["boards"]
        return float(board["position_effect"]["logit"])

    assert effect() == pytest.approx(1.0986, abs=0.02)
    assert effect("--neutral", "") == pytest.approx(0.69, abs=0.02)
    (tmp_path / "votes").write_text("model_a,model_b,winner,neutral\na,b,tie,perhaps\n")
    with pytest.raises(CommandError, match="row 1, column neutral: neither true nor false"):
        rank(tmp_path / "votes")
