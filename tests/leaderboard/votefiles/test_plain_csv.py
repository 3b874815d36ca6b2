"""CSV without quotes is read by columns of bytes: what comes out, or is refused, is what `csv` would say."""

import gzip
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from arena.errors import DomainError
from leaderboard.votefiles import plain_csv
from leaderboard.votefiles.coded_columns import read_coded
from leaderboard.votefiles.plain_csv import split_block

NAMES = ["model_a", "model_b", "winner"]
CELLS = st.one_of(
    st.sampled_from(["a", "b", "", " ", "a ", "model_a", "é", "模型", "x" * 200, "12345678", "123456789"]),
    st.text(st.sampled_from('ab é",;\t\r\n\0\u2028\x85'), max_size=12),
)
ROWS = st.lists(
    st.one_of(st.lists(CELLS, min_size=3, max_size=3), st.lists(CELLS, max_size=4)), max_size=12
)  # fmt: skip


def outcome(path: Path, content: bytes) -> object:
    """What reading all columns of a file gives: the columns, or the refusal."""
    path.write_bytes(content)
    try:
        coded = read_coded(path, list)
    except DomainError as error:
        return error.code, error.message
    return {name: (column.values, column.ids.tolist()) for name, column in coded.items()}


def quoted_names(delimiter: str) -> str:
    """A header in quotes, after which everything is left to `csv`."""
    return delimiter.join(f'"{name}"' for name in NAMES)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    block=st.integers(1, 60),
)
@example(rows=[["a", "b", "tie"], [], ["a", "b", "tie"]], delimiter=",", end="\n", last=True, block=60)
@example(rows=[["a", "b", ""], ["a", "b", ""]], delimiter=",", end="\r\n", last=True, block=60)
@example(rows=[["a", "b", "tie"], ["a", "b", "t\rie"]], delimiter=",", end="\n", last=True, block=60)
@example(rows=[["a", "b", "c", "a", "b"], ["c"]], delimiter=",", end="\n", last=True, block=60)
@example(rows=[["a", "b", "c"], ["a", '"b\n', '"'], ["a", "b"]], delimiter=",", end="\n", last=False, block=8)
def test_plain_rows_are_read_as_csv_reads_them(
    rows: list[list[str]],
    delimiter: str,
    end: str,
    last: bool,
    block: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plain_csv, "BLOCK", block)
    body = end + end.join(delimiter.join(row) for row in rows) + end * last
    plain = (delimiter.join(NAMES) + body).encode()
    assert outcome(tmp_path / "plain", plain) == outcome(tmp_path / "quoted", (quoted_names(delimiter) + body).encode())
    marked = b"\xef\xbb\xbf" + b" \n\n" + plain
    assert outcome(tmp_path / "marked", marked) == outcome(tmp_path / "plain", plain)
    assert outcome(tmp_path / "packed", gzip.compress(plain)) == outcome(tmp_path / "plain", plain)


def test_many_labels_keep_their_numbers_in_order() -> None:
    draw = random.Random(1)
    labels = [f"{'voter-' * draw.randrange(4)}{draw.randrange(20_000)}" for _ in range(60_000)]
    block = split_block("".join(f"{label},x\r\n" for label in labels).encode(), ",", 2)
    assert block is not None
    values, ids = block.code(0)
    assert [values[number] for number in ids.tolist()] == labels
    assert values == list(dict.fromkeys(labels))
    assert block.code(1)[0] == ["x"]
    assert not np.any(block.code(1)[1])


@pytest.mark.parametrize(
    "content",
    [b'"a",b\n', b"a\0,b\n", b"a,b\rc,d\n", b"a\n", b"a,b,c\n", b"a,b\n\nc,d\n", b"a,b\nc\nd,e,f\n", b"\xff,b\n"],
)
def test_what_is_not_plain_is_left_to_csv(content: bytes) -> None:
    assert split_block(content, ",", 2) is None


def test_bytes_that_are_no_text_are_refused_wherever_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_csv, "BLOCK", 64)
    content = b"model_a,model_b,winner\n" + b"a,b,tie\n" * 100 + b"a,\xff,tie\n"
    refused = outcome(tmp_path / "votes", content)
    assert isinstance(refused, tuple)
    assert (refused[0], "not UTF-8 text" in refused[1]) == ("bad_export", True)
