"""Files of votes as people have them: each is read as the plain file is, or refused with what helps."""

import bz2
import csv
import io
import json
import lzma
from pathlib import Path
from zipfile import ZipFile

import pytest

from arena.errors import DomainError
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.votefiles.row_rules import RowRules
from leaderboard.votefiles.vote_files import read_votes

NAMES = ["model_a", "model_b", "winner", "voter", "prompt"]
ROWS = [
    ["flux", "sdxl", "model_a", "ada", "cat"],
    ["sdxl", "sd3", "tie", "bob", "dog"],
    ["sd3", "flux", "model_b", "ada", "dog"],
]


def write(rows: list[list[str]], *, delimiter: str = ",", end: str = "\n", header: list[str] | None = None) -> str:
    return "".join(delimiter.join(row) + end for row in [header or NAMES, *rows])


def pack(files: dict[str, str]) -> bytes:
    kept = io.BytesIO()
    with ZipFile(kept, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return kept.getvalue()


def quote(row: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow(row)
    return text.getvalue()


def read(folder: Path, content: bytes, rules: RowRules | None = None, names: dict[str, str] | None = None) -> VoteLog:
    (folder / "votes").write_bytes(content)
    (log,) = read_votes(folder / "votes", names, rules=rules or RowRules()).votes.values()
    return log


PLAIN = write(ROWS)
BY_COLUMN = {name: {str(number): row[at] for number, row in enumerate(ROWS)} for at, name in enumerate(NAMES)}
READ = {
    "mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "utf-16": PLAIN.encode("utf-16"),
    "utf-16 of Excel": write(ROWS, delimiter="\t", end="\r\n").encode("utf-16"),
    "semicolons": write(ROWS, delimiter=";", end="\r\n").encode(),
    "bars": write(ROWS, delimiter="|").encode(),
    "space after commas": write(ROWS, delimiter=", ").encode(),
    "quoted after a space": ("".join(", ".join(f'"{cell}"' for cell in row) + "\n" for row in [NAMES, *ROWS])).encode(),
    "all quoted": "".join(quote(row) for row in [NAMES, *ROWS]).encode(),
    "old Mac": write(ROWS, end="\r").encode(),
    "upper case": write(ROWS, header=[name.upper() for name in NAMES]).encode(),
    "titles": write(ROWS, header=["Model A", "Model-B", "Winner", "Voter", "Prompt"]).encode(),
    "numbered": write([["1", *row] for row in ROWS], header=["", *NAMES]).encode(),
    "comma at each end": write(ROWS, end=",\n").encode(),
    "comma at the rows' ends": (write([]) + write(ROWS, end=",\n").partition("\n")[2]).encode(),
    "blank lines": ("\n\n" + PLAIN.replace("\n", "\n\n")).encode(),
    "names in another case": PLAIN.replace("model_a,ada", "FLUX,ada").replace("model_b,ada", "Flux,ada").encode(),
    "xz": lzma.compress(PLAIN.encode()),
    "bzip2": bz2.compress(PLAIN.encode()),
    "zip": pack({"votes.csv": PLAIN, "__MACOSX/._votes.csv": "x"}),
    "pandas' columns": json.dumps(BY_COLUMN).encode(),
    "pandas' split": json.dumps({"columns": NAMES, "index": [0, 1, 2], "data": ROWS}).encode(),
}  # fmt: skip


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_messy_file_is_read_as_the_plain_one(content: bytes, tmp_path: Path) -> None:
    assert read(tmp_path, content).input_hash() == read(tmp_path, PLAIN.encode()).input_hash()


def test_key_that_comes_late_is_a_column(tmp_path: Path) -> None:
    rows = [dict(zip(NAMES, row, strict=True)) for row in ROWS * 200]
    for row in rows[:400]:
        del row["voter"]
    log = read(tmp_path, "".join(json.dumps(row) + "\n" for row in rows).encode())
    assert log.voters == ("", "ada", "bob")
    assert (log.voter == 0).tolist() == [True] * 400 + [False] * 200


@pytest.mark.parametrize("above", ["# exported by me\n", "sep=,\n", "Our votes\n\n"])
def test_lines_above_the_header_are_left_out_as_the_refusal_says(above: str, tmp_path: Path) -> None:
    number = above.count("\n")
    with pytest.raises(DomainError, match=rf"line {number + 1} looks like the header.* --skip-lines={number} leaves"):
        read(tmp_path, (above + PLAIN).encode())
    found = read(tmp_path, (above + PLAIN).encode(), RowRules(skip_lines=number))
    assert found.input_hash() == read(tmp_path, PLAIN.encode()).input_hash()


NESTED = [{"pair": {"a": row[0], "b": row[1]}, "vote": {"winner": row[2]}} for row in ROWS]
REFUSED = {
    "NUL": (PLAIN.replace("flux", "flux\0").encode(), r"row 1, column model_a: 'flux\\x00' holds a NUL"),
    "western": (PLAIN.replace("flux", "flüx").encode("latin-1"), "iconv -f WINDOWS-1252 -t UTF-8 .*votes > utf8-votes"),
    "workbook": (pack({"[Content_Types].xml": "", "xl/workbook.xml": ""}), "workbook of Excel .* as CSV"),
    "two files": (pack({"a": PLAIN, "b": PLAIN}), "holds 2 files: unpack it"),
    "torn zip": (pack({"a": PLAIN})[:-9], "damaged"),
    "page": (b"<!DOCTYPE html>\n<html>", "a web page"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\n", "`git lfs pull`"),
    "Arrow": (b"ARROW1\0\0\xff", "save it as Parquet"),
    "two same columns": (PLAIN.replace("voter", "model_a").encode(), "column model_a: two"),
    "other names": (b"A,B,choice\nx,y,A\n", "--left=A --right=B --winner=choice[.]$"),
    "winner and loser": (b"winner,loser\na,b\n", "--left=winner --right=loser[.]$"),
    "nested": (json.dumps(NESTED).encode(), "--left=pair.a --right=pair.b --winner=vote.winner[.]$"),
    "truths": (
        PLAIN.replace("model_b,ada", "False,ada").replace("model_a,ada", "True,ada").encode(),
        "--answer=True=left --answer=False=right[.]",
    ),
    "numbers": (
        write([[*row[:2], str(number), *row[3:]] for number, row in enumerate(ROWS)]).encode(),
        "--answer=1=left --answer=2=right --answer=0=tie[.]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_refusal_says_what_helps(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match=message):
        read(tmp_path, content)


def test_proposed_columns_work(tmp_path: Path) -> None:
    names = {"left": "pair.a", "right": "pair.b", "winner": "vote.winner"}
    found = read(tmp_path, json.dumps(NESTED).encode(), names=names)
    assert found.contenders == ("flux", "sd3", "sdxl")
    found = read(tmp_path, b"winner,loser\na,b\n", names={"left": "winner", "right": "loser"})
    assert (found.contenders, found.outcome.tolist()) == (("a", "b"), [0])
