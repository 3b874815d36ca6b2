"""CSV holds no formulas and the same text in every file; for Excel, it begins with a byte order mark."""

import csv
import io
from pathlib import Path

import pytest
from django.test import Client

from arena.voting.ledger.exports import read_lines, walk_export
from tests.leaderboard.computing.test_vote_import import bring, strange_votes, write_votes

pytestmark = pytest.mark.django_db
MARK = b"\xef\xbb\xbf"
API = "/api/v1"
ENTRIES = f"{API}/ledgers/votes-of-others/entries/?format=csv"
BOARD = "ledger=votes-of-others"


@pytest.fixture
def imported(tmp_path: Path) -> None:
    """A ledger with a contender whose label a spreadsheet would run."""
    bring(write_votes(tmp_path / "votes.csv", strange_votes(200)))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.usefixtures("imported")
def test_files_for_excel_have_a_mark_and_labels_that_agree(client: Client) -> None:
    labels = []
    for address, columns in (
        (f"{API}/standings.csv?{BOARD}", ["contender_slug"]),
        (f"{API}/standings.csv?board=all&{BOARD}", ["contender_slug"]),
        (f"{API}/pairs.csv?{BOARD}", ["contender_slug", "opponent_slug"]),
        (ENTRIES, ["left", "right"]),
    ):
        plain, excel = (client.get(f"{address}{more}").getvalue() for more in ("", "&excel=1"))
        assert excel.startswith(MARK)
        assert not plain.startswith(MARK)
        assert excel.removeprefix(MARK) == plain
        assert b"\r" not in plain
        labels.append({row[column] for row in rows(excel) for column in columns})
    assert "'=SUM(1)" in labels[0]
    assert labels == labels[:1] * 4


@pytest.mark.usefixtures("imported")
def test_apostrophe_is_taken_away_again_by_who_recomputes(client: Client, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_bytes(client.get(ENTRIES).getvalue())
    (tmp_path / "export.jsonl").write_bytes(client.get(ENTRIES.replace("=csv", "=jsonl")).getvalue())
    assert b",'=SUM(1)," in (tmp_path / "export.csv").read_bytes()
    texts = [{row["left"] for _line, row in read_lines(tmp_path / f"export.{form}")} for form in ("csv", "jsonl")]
    assert texts[0] == texts[1] >= {"=SUM(1)"}
    assert walk_export(tmp_path / "export.csv") == walk_export(tmp_path / "export.jsonl")


@pytest.mark.usefixtures("imported")
def test_only_csv_can_be_for_excel(client: Client) -> None:
    for address in (f"{API}/standings.jsonl?{BOARD}&excel=1", f"{ENTRIES.removesuffix('csv')}jsonl&excel=1"):
        answer = client.get(address)
        assert answer.status_code == 400
        assert list(answer.json()["fields"]) == ["excel"]


@pytest.mark.usefixtures("imported")
def test_board_for_excel_is_not_the_one_that_a_client_has(client: Client) -> None:
    tag = client.get(f"{API}/standings.csv?{BOARD}")["ETag"]
    assert client.get(f"{API}/standings.csv?{BOARD}&excel=1", headers={"if-none-match": tag}).status_code == 200
