"""CSV for Excel: a byte order mark and no formulas, the same text in every file; without it nothing changes."""

import csv
import io
from pathlib import Path

import pytest
from django.test import Client

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
        (f"{API}/standings/?format=csv&{BOARD}", ["contender_slug"]),
        (f"{API}/pairs.csv?{BOARD}", ["contender_slug", "opponent_slug"]),
        (ENTRIES, ["left", "right"]),
    ):
        plain, excel = (client.get(f"{address}{more}").getvalue() for more in ("", "&excel=1"))
        assert excel.startswith(MARK)
        assert not plain.startswith(MARK)
        assert len(rows(excel)) == len(rows(plain)) > 0
        labels.append({row[column] for row in rows(excel) for column in columns})
    assert "'=SUM(1)" in labels[0]
    assert labels == labels[:1] * 4


@pytest.mark.usefixtures("imported")
def test_entries_for_excel_differ_only_where_a_spreadsheet_would_run_them(client: Client) -> None:
    plain, excel = (client.get(f"{ENTRIES}{more}").getvalue() for more in ("&excel=0", "&excel=1&limit=500"))
    assert plain == client.get(ENTRIES).getvalue()
    assert b",=SUM(1)," in plain
    assert excel.removeprefix(MARK).replace(b"'=SUM(1)", b"=SUM(1)") == plain


@pytest.mark.usefixtures("imported")
def test_only_csv_can_be_for_excel(client: Client) -> None:
    for address in (f"{API}/standings/?{BOARD}&excel=1", f"{ENTRIES.removesuffix('csv')}jsonl&excel=1"):
        answer = client.get(address)
        assert answer.status_code == 400
        assert answer.json()["fields"]["excel"] == ["Only CSV can be for Excel."]


@pytest.mark.usefixtures("imported")
def test_board_for_excel_is_not_the_one_that_a_client_has(client: Client) -> None:
    tag = client.get(f"{API}/standings.csv?{BOARD}")["ETag"]
    assert client.get(f"{API}/standings.csv?{BOARD}&excel=1", headers={"if-none-match": tag}).status_code == 200
