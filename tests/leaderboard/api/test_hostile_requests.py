"""Requests of the API that no program sends in earnest are refused or ignored, never a fault of the server."""

import base64
import csv
import io
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from leaderboard.models import Snapshot
from tests.leaderboard.ledgers import draw_votes, make_contenders, make_ledger
from tests.leaderboard.pages import extend_board, make_board

pytestmark = pytest.mark.django_db
LISTS = ("boards", "contenders", "history", "ledgers", "log", "models", "prompts", "snapshots")
CURSORS = (
    b"[" * 1400,
    b'{"a":[Infinity]}',
    b'{"a":[1,1e999]}',
    b'{"a":["x",Infinity]}',
    b'{"a":["x","x",NaN]}',
    b'{"b":["\\u0000","\\ud800"]}',
    b'{"n":1e999}',
)


@pytest.mark.parametrize("name", LISTS)
def test_cursor_with_anything_in_it_is_refused_or_has_no_rows_after_it(client: Client, name: str) -> None:
    make_ledger()
    make_contenders(1)
    for content in CURSORS:
        cursor = base64.urlsafe_b64encode(content).decode().rstrip("=")
        answer = client.get(f"/api/v1/{name}/", {"cursor": cursor})
        assert answer.status_code in (200, 400, 404), content
        assert answer.status_code == 200 or "code" in answer.json()


@pytest.mark.parametrize("text", ["9" * 5000 + "-", "-" + "9" * 5000, "0-" + "9" * 5000])
def test_range_of_more_digits_than_any_file_has_bytes_is_ignored(client: Client, text: str) -> None:
    make_ledger()
    whole = client.get("/api/v1/models.csv")
    answer = client.get("/api/v1/models.csv", headers={"Range": f"bytes={text}"})
    assert (answer.status_code, answer.content) == (200, whole.content)


def test_pairs_of_all_boards_are_made_once_and_again_when_a_board_changes(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    slugs, address = make_board(), "/api/v1/pairs.csv?board=all"
    whole, made = client.get(address).getvalue(), _made(tmp_path)
    assert len(made) == 1
    assert client.get(address).getvalue() == whole
    part = client.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.getvalue(), _made(tmp_path)) == (206, whole[:10], made)
    for slug in ("animals", "food"):
        assert client.get(f"/api/v1/pairs.csv?category={slug}").getvalue().split(b"\n", 1)[1] in whole
    extend_board(draw_votes(slugs, 50, seed=7))
    assert client.get(address).getvalue() != whole
    assert len(_made(tmp_path)) == 2


def test_tables_of_all_boards_take_no_more_queries_for_more_boards(client: Client) -> None:
    asked = "/api/v1/standings.csv?board=all"
    make_board()
    client.get(asked)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            rows = list(csv.DictReader(io.StringIO(client.get(asked).content.decode())))
        counts.append((len(queries), len({row["snapshot"] for row in rows})))
        Snapshot.objects.filter(board__slice="category").delete()
    assert [boards for _queries, boards in counts] == [4, 2]
    assert counts[0][0] == counts[1][0]


def _made(folder: Path) -> set[int]:
    return {file.stat().st_ino for file in (folder / "downloads").iterdir()}
