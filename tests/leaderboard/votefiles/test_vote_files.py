import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from arena.errors import DomainError
from leaderboard.ratings.columns.votelog import OUTCOMES
from leaderboard.ratings.methods import METHOD, fit
from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.vote_files import VoteFile, read_rows, read_votes, suit_method
from tests.leaderboard.ratings.logs import duels, write_log

Row = dict[str, Any]
Form = Callable[[list[Row]], bytes]

LMARENA = {"left": "model_a", "right": "model_b", "tie": "tie", "both_bad": "tie (bothbad)"}
ROW: Row = {"model_a": "a", "model_b": "b, the second", "winner": "model_a"}


def as_csv(rows: list[Row], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_jsonl(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def as_array(rows: list[Row]) -> bytes:
    return json.dumps(rows, indent=1).encode()


def as_parquet(rows: list[Row]) -> bytes:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    kept = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(rows), kept)
    return kept.getvalue()


FORMS = [as_csv, as_jsonl, as_array, as_parquet]


def read(folder: Path, content: bytes, names: dict[str, str] | None = None) -> VoteFile:
    path = folder / "votes"
    path.write_bytes(content)
    return read_votes(path, names)


def lmarena(rows: list[tuple[str, str, str, str]]) -> list[Row]:
    """The votes of `write_log` in LMArena's format."""
    return [
        {"question_id": f"p{index:06}", "model_a": left, "model_b": right, "winner": LMARENA[outcome], "judge": voter}
        for index, (left, right, outcome, voter) in enumerate(rows)
    ]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=duels())
def test_any_form_gives_the_votes_that_were_written(form: Form, tmp_path: Path, rows: list[Any]) -> None:
    found = read(tmp_path, form(lmarena(rows)))

    expected = write_log(rows, category="")
    (votes,) = found.votes.values()
    assert (votes.contenders, votes.voters, votes.prompts) == (expected.contenders, expected.voters, expected.prompts)
    assert votes.outcome.tolist() == expected.outcome.tolist()
    published = fit(votes, suit_method(METHOD, found.columns))
    assert published.output_hash == fit(expected).output_hash


@pytest.mark.parametrize("form", FORMS[:3])
def test_gzipped_file_is_read_like_a_plain_one(form: Form, tmp_path: Path) -> None:
    plain, packed = (read(tmp_path, content) for content in (form([ROW, ROW]), gzip.compress(form([ROW, ROW]))))
    assert plain.votes[""].input_hash() == packed.votes[""].input_hash()


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n \n", b"\xef\xbb\xbf\r\n"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_byte_order_mark_blank_lines_and_line_ends_change_nothing(
    before: bytes, end: bytes, last: bool, tmp_path: Path
) -> None:
    lines = [b"model_a,model_b,winner,judge", *[b"a,b,model_a, v ", b"", b'"b",a,tie,', b"a,c,model_b,v"] * 200]
    found = read(tmp_path, before + end.join(lines) + end * last).votes[""]
    plain = read(tmp_path, b"\n".join(lines)).votes[""]
    assert (len(found), found.contenders, found.voters) == (600, ("a", "b", "c"), ("", "v"))
    assert found.input_hash() == plain.input_hash()


def test_fault_far_down_a_csv_file_is_named(tmp_path: Path) -> None:
    head, row = b"model_a,model_b,winner\n", b"a,b,tie\n"
    with pytest.raises(BadVoteFile, match=r"^row 3001: 2 values for 3 columns"):
        read(tmp_path, head + row * 3000 + b"a,b\n" + row * 3000)
    with pytest.raises(BadVoteFile, match=r"^line 6002: .*; a quotation mark is never closed"):
        read(tmp_path, head + row * 3000 + b'a,b,"tie\n' + row * 3000)
    with pytest.raises(DomainError, match="not UTF-8 text"):
        read(tmp_path, head + row * 300_000 + b"a,\xff,tie\n")


def test_evalicas_columns_and_labels_are_known(tmp_path: Path) -> None:
    rows = [{"left": "a", "right": "b", "winner": label} for label in ("left", "right", "tie", "draw", "Tie ")]
    found = read(tmp_path, as_csv(rows))
    assert found.votes[""].outcome.tolist() == [0, 1, 2, 2, 2]
    assert found.columns == {"left": "left", "right": "right", "winner": "winner"}


def test_image_arenas_columns_and_labels_are_known(tmp_path: Path) -> None:
    labels = ["leftvote", "rightvote", "tievote", "bothbad_vote", "tie (inconsistent)"]
    rows = [{"left_model": "a", "right_model": "b", "vote_type": label, "judge_hash": "h"} for label in labels]
    (votes,) = read(tmp_path, as_csv(rows)).votes.values()
    assert votes.outcome.tolist() == [0, 1, 2, 3, 2]
    assert (votes.contenders, votes.voters) == (("a", "b"), ("h",))


def test_winner_may_be_the_name_of_the_better_side(tmp_path: Path) -> None:
    rows = [
        {"model_a": one, "model_b": two, "winner": better}
        for one, two, better in [
            ("a", "b", "a"),
            ("b", "a", "a "),
            ("a", "b", "tie"),
            ("tie", "b", "b"),
            ("b", "A", "A"),
        ]
    ]
    assert read(tmp_path, as_csv(rows)).votes[""].outcome.tolist() == [0, 1, 2, 1, 1]
    with pytest.raises(BadVoteFile, match=r"row 6, column winner: 'b' is none of .*, and neither side has this name"):
        read(tmp_path, as_csv([*rows, {"model_a": "a", "model_b": "A", "winner": "b"}]))


def test_answer_that_is_also_a_name_is_asked_about_where_it_matters(tmp_path: Path) -> None:
    rows = [{"left": "left", "right": "b", "winner": "left"}, {"left": "right", "right": "left", "winner": "left"}]
    assert read(tmp_path, as_csv(rows[:1])).votes[""].outcome.tolist() == [0]
    with pytest.raises(BadVoteFile, match=r"^row 2, .*--answer=left=left or --answer=left=name decides"):
        read(tmp_path, as_csv(rows))
    for meaning, expected in (("left", [0, 0]), ("name", [0, 1])):
        assert read_votes(tmp_path / "votes", meanings={"left": meaning}).votes[""].outcome.tolist() == expected


def test_one_column_for_each_answer_is_read_as_a_winner(tmp_path: Path) -> None:
    answers = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    rows = [
        {"model_a": "a", "model_b": "b", "winner_model_a": one, "winner_model_b": two, "winner_tie": tie}
        for one, two, tie in answers
    ]
    assert read(tmp_path, as_csv(rows)).votes[""].outcome.tolist() == [0, 1, 2]
    with pytest.raises(BadVoteFile, match=r"row 3, column winner_model_a, .*exactly one"):
        read(tmp_path, as_csv([*rows[:2], rows[2] | {"winner_model_b": 1}]))


def test_truths_are_read_where_each_answer_has_a_column(tmp_path: Path) -> None:
    names = ("winner_model_a", "winner_model_b", "winner_tie")
    rows = [{"model_a": "a", "model_b": "b"} | {name: name == true for name in names} for true in names]
    for form in FORMS:
        assert read(tmp_path, form(rows)).votes[""].outcome.tolist() == [0, 1, 2]


@pytest.mark.parametrize("form", FORMS)
def test_answers_mean_what_the_reader_says(form: Form, tmp_path: Path) -> None:
    rows = [ROW | {"winner": label} for label in ("A", "1", "model_a", "", "a", "Neither")]
    (tmp_path / "votes").write_bytes(form(rows))
    meanings = {"a ": "right", "1": "left", "model_a": "both_bad", "": "tie"}
    with pytest.raises(BadVoteFile, match=r"row 6, column winner: 'Neither' is none of .*: --answer=Neither=both_bad"):
        read_votes(tmp_path / "votes", meanings=meanings)
    (votes,) = read_votes(tmp_path / "votes", meanings=meanings | {"neither": "tie"}).votes.values()
    assert [OUTCOMES[outcome] for outcome in votes.outcome] == ["right", "left", "both_bad", "tie", "right", "tie"]


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_nothing_is_an_answer_where_the_reader_says_so(nothing: object, tmp_path: Path) -> None:
    (tmp_path / "votes").write_bytes(as_array([ROW, ROW | {"winner": nothing}]))
    with pytest.raises(BadVoteFile, match=r"^row 2, column winner: there is no answer"):
        read_votes(tmp_path / "votes")
    assert read_votes(tmp_path / "votes", meanings={"": "tie"}).votes[""].outcome.tolist() == [0, 2]


def test_decimals_of_parquet_are_labels(tmp_path: Path) -> None:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = {name: [value] for name, value in ROW.items()} | {"worker": [Decimal(7)], "weight": [Decimal("1.5")]}
    parquet.write_table(arrow.table(columns), tmp_path / "votes")
    votes = read_votes(tmp_path / "votes").votes[""]
    assert (votes.voters, votes.weight.tolist()) == (("7",), [1.5])


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_columns_named_by_options_are_read(delimiter: str, tmp_path: Path) -> None:
    rows = [{"one": "a", "two": "b", "better": "right", "judge": "x", "user": "y"}]
    names = {"left": "one", "right": "two", "winner": "better", "voter": "user"}
    assert read(tmp_path, as_csv(rows, delimiter), names).votes[""].voters == ("y",)
    assert "voter" not in read(tmp_path, as_csv(rows, delimiter), names | {"voter": ""}).columns


def test_numbers_and_padded_texts_are_one_label(tmp_path: Path) -> None:
    rows = [ROW | {"question_id": 7, "judge": None}, ROW | {"question_id": " 7", "judge": ""}, ROW]
    found = read(tmp_path, as_jsonl(rows))
    assert found.votes[""].prompts == ("", "7")
    assert found.nameless == {"prompt": 1}
    assert found.columns == {"left": "model_a", "right": "model_b", "winner": "winner", "prompt": "question_id"}


def test_weights_are_read(tmp_path: Path) -> None:
    rows = [ROW | {"weight": weight} for weight in ("2", "0.5", "0", "1e1")]
    assert read(tmp_path, as_csv(rows)).votes[""].weight.tolist() == [2.0, 0.5, 0.0, 10.0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"winner": "INVALID"}, "column winner: 'INVALID' is none of model_a, "),
        ({"winner": ""}, "column winner: there is no answer. --skip-missing leaves such rows out; --answer==tie and"),
        ({"model_b": "a"}, "column model_b: 'a' cannot meet itself. --skip-self leaves such rows out"),
        ({"model_b": " a "}, "column model_b: 'a' cannot meet itself"),
        ({"model_a": "  "}, "column model_a: a contender has no name. --skip-missing leaves such rows out"),
        ({"weight": "nan"}, "column weight: 'nan' is not a finite number"),
        ({"weight": "-1"}, "column weight: '-1' is not a finite number"),
        ({"weight": "inf"}, "column weight: 'inf' is not a finite number"),
        ({"weight": ""}, "column weight: '' is not a finite number"),
    ],
)
def test_bad_value_is_refused_with_row_and_column(form: Form, change: Row, message: str, tmp_path: Path) -> None:
    rows = [ROW | {"weight": "1"}] * 600
    rows[417] = rows[417] | change
    with pytest.raises(BadVoteFile, match=f"^row 418, {message}"):
        read(tmp_path, form(rows))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column names the left"),
        (b"[]", "no column names the left"),
        (b"", "The file is empty."),
        (b"[]", "The file is empty."),
        (
            b"a,b,tie\n",
            "no column names the left: none is called model_a, left or left_model. Name it with --left; column.key is "
            "a key inside a column. The file has: a, b, tie.",
        ),
        (b",".join(b"%050d" % n for n in range(13)) + b"\n", "The file has: 0{40}…, .*, 0{40}…, …[.]$"),
        (b"model_a,model_b\na,b\n", "no column names the winner"),
        (b"model_a,model_b,winner,winner\na,b,tie,tie\n", "column winner: two columns have this name"),
        (b"model_a,model_b,winner\na,b,tie\n\na,b\n", "row 2: 2 values for 3 columns"),
        (b'model_a,model_b,winner\na,b,"tie\n', "line 2: .*; a quotation mark is never closed"),
        (b'model_a,model_b,winner\na,"b"c,tie\n', "line 2: "),
        (b"model_a,model_b,winner\na,\xff,tie\n", "not UTF-8"),
        (b"\x1f\x8bgarbage", "damaged"),
        (gzip.compress(as_csv([ROW] * 9), mtime=0)[:-9], "damaged"),
        (b'{"model_a":"a","model_b":"b","winner":"tie"}\n[]\n', "row 2: not a JSON object"),
        (b'{"model_a":"a","model_b":"b","winner":"tie"}\n{"model_a":\n', "row 2: not JSON"),
        (b'{"model_a":"a","model_b":"b","winner":["tie"]}\n', "row 1, column winner: a list cannot be a label"),
        (b'{"model_a":"a","model_b":"b","winner":"tie","judge":{}}\n', "row 1, column judge: a dict cannot be a label"),
        (b'{"model_a":"\\ud800","model_b":"b","winner":"tie"}\n', "row 1, column model_a: '.ud800' is not text"),
        (b"[" * 100_000, "not JSON"),
        (b'[{"model_a":"a","model_b":"b","winner":"tie"}, 3]', "row 2: not a JSON object"),
        (b'{\n "battles": [}\n', "row 1: not JSON: .*; one object on each line, or a list of objects, can be read"),
        (b'{\n "battles": []}\n', "The file has: battles"),
        (b'model_a\tmodel_b\twinner\n"1"\ta\tb\ttie\n', "row 1: 4 values for 3 columns; does the header lack"),
        (as_csv([ROW]).decode().encode("utf-16-le"), "the file is UTF-16 text or no text at all: save it as UTF-8"),
        (as_csv([ROW | {"weight": 1e16}]), "column weight: the weights add up to more than 9,007,199,254,740,992"),
        (as_array([ROW, ROW])[:-2], "row 2: not JSON"),
        (as_array([ROW, ROW])[:-1], "row 2: not JSON: neither a comma nor the end of the list follows"),
        (as_array([ROW, ROW]).replace(b"},", b"}"), "row 1: not JSON: neither a comma"),
        (as_array([ROW])[:-1] + b",]", "row 2: not JSON: Expecting value"),
        (as_array([ROW]) + b"[]", "not JSON: something follows the end of the list"),
        (b"PAR1 but no more", "not read as Parquet"),
    ],
)
def test_hostile_file_is_refused_in_one_line(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match=message) as refused:
        read(tmp_path, content)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    "lines",
    [
        '{"model_a":"a","model_b":"b","winner":"tie"},{"model_a":"a","model_b":"b","winner":"tie"}\n'
        '{"model_a":"a","model_b":"b","winner":"tie","x":[{"y":1}\n{"z":2}]}\n',
        '{"model_a":"a","model_b":"b","winner":"tie"\n"x":1}\n',
    ],
)
def test_json_torn_over_lines_is_refused_though_it_reads_as_one_list(lines: str, tmp_path: Path) -> None:
    assert json.loads(f"[{','.join(lines.splitlines())}]")
    with pytest.raises(BadVoteFile, match="row 1: not JSON"):
        read(tmp_path, lines.encode())


def test_lists_beside_the_votes_do_no_harm(tmp_path: Path) -> None:
    rows = [ROW | {"conversation": [{"role": "user", "content": "x" * 200_000}]}] * 3
    assert len(read(tmp_path, as_jsonl(rows)).votes[""]) == 3
    assert len(read(tmp_path, as_csv(rows)).votes[""]) == 3


@pytest.mark.parametrize("indent", [None, 2])
def test_array_is_read_piece_by_piece(indent: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leaderboard.votefiles.opening.json_rows._PIECE", 7)
    rows = [ROW | {"judge": f"voter {index}", "text": "x, ]" * (index % 9)} for index in range(600)]
    votes = read(tmp_path, json.dumps(rows, indent=indent).encode()).votes[""]
    assert votes.voters == tuple(sorted(row["judge"] for row in rows))


def test_more_contenders_than_can_be_rated_are_refused(tmp_path: Path) -> None:
    rows = [ROW | {"model_b": f"m{index}"} for index in range(2_000)]
    assert len(read(tmp_path, as_csv(rows)).votes[""].contenders) == 2_001
    with pytest.raises(BadVoteFile, match=r"2,001 contenders, .*Are model_a and model_b the columns"):
        read_rows(tmp_path / "votes")


def test_parquet_without_its_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(BadVoteFile, match="uv run --extra parquet"):
        read(tmp_path, b"PAR1")


def test_parquet_of_dictionaries_and_nulls_is_read(tmp_path: Path) -> None:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    table = arrow.table(
        {
            "model_a": arrow.array(["a", "b", "a"]).dictionary_encode(),
            "model_b": ["b", "c", "c"],
            "winner": ["model_a", "tie", "both_bad"],
            "question_id": [1, 1, None],
            "conversation": [[1], [2], [3]],
        }
    )
    parquet.write_table(table, tmp_path / "votes.parquet", row_group_size=1)
    votes = read_votes(tmp_path / "votes.parquet").votes[""]
    assert (votes.contenders, votes.prompts) == (("a", "b", "c"), ("", "1"))
    assert [OUTCOMES[outcome] for outcome in votes.outcome] == ["left", "tie", "both_bad"]
    with pytest.raises(BadVoteFile, match=r"^row 1, column conversation: a list cannot be a label; --voter ''"):
        read_votes(tmp_path / "votes.parquet", {"voter": "conversation"})


@pytest.mark.parametrize(
    ("columns", "clusters"),
    [((), ()), (("judge",), ("voter",)), (("question_id",), ("prompt",)), (("judge", "prompt"), ("voter", "prompt"))],
)
def test_intervals_are_clustered_by_what_there_is(
    columns: tuple[str, ...], clusters: tuple[str, ...], tmp_path: Path
) -> None:
    winners = ["model_a", "model_b", "tie"] * 100
    rows = [
        ROW | {"winner": winner} | {name: f"{name}{index % 10}" for name in columns}
        for index, winner in enumerate(winners)
    ]
    found = read(tmp_path, as_csv(rows))
    method = suit_method(METHOD, found.columns)
    assert method.clusters == clusters
    assert [line.level for line in fit(found.votes[""], method).contenders] == ["established"] * 2
