"""Rows that stand for several votes, rows that a rule leaves out, columns that are not used."""

from pathlib import Path

import pytest

from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.row_rules import RowRules
from leaderboard.votefiles.vote_files import read_votes
from tests.leaderboard.votefiles.test_vote_files import ROW, Row, as_csv, read


def test_counts_are_votes(tmp_path: Path) -> None:
    long = [ROW | {"n": "2", "judge": "v"}, ROW | {"winner": "tie", "n": "0"}, ROW | {"winner": "model_b", "n": "1.0"}]
    long = [{"judge": ""} | row for row in long]
    rows = [{"judge": ""} | each for each in (ROW | {"judge": "v"}, ROW | {"judge": "v"}, ROW | {"winner": "model_b"})]
    counted, written = read(tmp_path, as_csv(long)), read(tmp_path, as_csv(rows))
    assert counted.votes[""].input_hash() == written.votes[""].input_hash()
    assert (counted.nameless, counted.columns["count"]) == ({"voter": 1}, "n")
    with pytest.raises(BadVoteFile, match=r"row 1, column n: no whole number of votes. --weight=n reads it as weights"):
        read(tmp_path, as_csv([ROW | {"n": "1.5"}]))
    with pytest.raises(BadVoteFile, match=r"column n: the counts add up to more than"):
        read(tmp_path, as_csv([ROW | {"n": "1e12"}]))


@pytest.mark.parametrize("start", [0, 1])
def test_column_that_numbers_the_rows_is_asked_about(start: int, tmp_path: Path) -> None:
    rows = [ROW | {"n": start + index} for index in range(3)]
    with pytest.raises(BadVoteFile, match=r"column n: its values number the rows .* --count=n; if not, --count="):
        read(tmp_path, as_csv(rows))
    assert read(tmp_path, as_csv(rows), {"count": "n"}).votes[""].count == 3 * start + 3
    assert len(read(tmp_path, as_csv(rows), {"count": ""}).votes[""]) == 3


def test_column_that_may_count_votes_is_asked_about(tmp_path: Path) -> None:
    rows = [ROW | {"Votes": 3}]
    with pytest.raises(BadVoteFile, match=r"column Votes: .* if it does, --count=Votes; if not, --count="):
        read(tmp_path, as_csv(rows))
    assert read(tmp_path, as_csv(rows), {"count": "Votes"}).votes[""].count == 3
    assert read(tmp_path, as_csv(rows), {"count": ""}).unused == ("Votes",)


def test_rows_are_left_out_by_rule_and_counted(tmp_path: Path) -> None:
    changes: list[Row] = [
        {},
        {"winner": ""},
        {"winner": " Skip"},
        {"model_a": " "},
        {"model_b": "a"},
        {"winner": "tie"},
    ]
    (tmp_path / "votes").write_bytes(as_csv([ROW | change for change in changes]))
    found = read_votes(tmp_path / "votes", meanings={"skip": "skip"}, rules=RowRules(skip_self=True, skip_missing=True))
    assert found.votes[""].outcome.tolist() == [0, 2]
    assert found.left_out == {
        "with the answer 'Skip'": 1,
        "without an answer": 1,
        "without the name of a side": 1,
        "in which a contender meets itself": 1,
    }
    (tmp_path / "votes").write_bytes(as_csv([ROW, ROW | {"winner": "skip"}, ROW | {"winner": "x"}]))
    with pytest.raises(BadVoteFile, match=r"^row 3, column winner: 'x'"):
        read_votes(tmp_path / "votes", meanings={"skip": "skip"})


def test_columns_that_are_not_used_are_named(tmp_path: Path) -> None:
    assert read(tmp_path, as_csv([ROW | {"case_id": 1, "judge": "v"}])).unused == ("case_id",)
