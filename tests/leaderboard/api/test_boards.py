"""Boards, standings and snapshots over REST."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client, override_settings

from arena.catalog.models import Contender
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Board, Snapshot
from leaderboard.queries.standings import read_board
from tests.leaderboard.ledgers import append_entries, draw_votes, make_categories, make_contenders, make_ledger

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(autouse=True)
def arena() -> None:
    """A refreshed native ledger with three contenders, a thin one, and two categories."""
    make_categories("animals", "food")
    contenders = make_contenders(4)
    ledger = make_ledger()
    append_entries(ledger, draw_votes(contenders[:3], 300, categories=["animals", "food"]))
    append_entries(ledger, draw_votes(contenders[2:], 2))
    refresh_ledger(ledger=ledger)


def test_standings_are_the_board(client: Client) -> None:
    board = read_board(ledger="native", modality="text-to-image")

    answer = client.get(f"{API}/standings/").json()

    assert (answer["snapshot"], answer["position"]) == (board.snapshot_id, board.position)
    assert (answer["output_hash"], answer["input_hash"]) == (board.output_hash, board.input_hash)
    assert (answer["method"]["name"], answer["method"]["prior_sd"]) == ("bradley-terry", 2.0)
    assert [line["contender_slug"] for line in answer["standings"]] == [row.contender_slug for row in board.rows]
    assert [line["elo"] for line in answer["standings"]] == [row.line.elo for row in board.rows]
    assert [line["rank_trueskill"] for line in answer["standings"]] == [row.line.rank_trueskill for row in board.rows]
    assert answer["standings"][-1]["level"] == "thin"
    assert answer["standings"][-1]["elo"] is None


def test_standings_of_a_category_at_a_snapshot(client: Client) -> None:
    board = read_board(ledger="native", modality="text-to-image", category="food")
    asked = {"category": "food", "at": str(board.snapshot_id), "ledger": "native"}

    answer = client.get(f"{API}/standings/", asked).json()

    assert (answer["slice"], answer["slice_value"], answer["votes"]) == ("category", "food", board.votes)
    assert answer == {**client.get(f"{API}/snapshots/{board.snapshot_id}/").json()}


@pytest.mark.parametrize("address", ["standings.csv", "standings/?format=csv"])
def test_csv_has_the_same_columns_and_values(client: Client, address: str) -> None:
    response = client.get(f"{API}/{address}")

    lines = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    standings = client.get(f"{API}/standings/").json()["standings"]
    assert response["Content-Type"].startswith("text/csv")
    assert response["X-Output-Hash"] == read_board(ledger="native", modality="text-to-image").output_hash
    assert len(lines) == len(standings) == 4
    for line, standing in zip(lines, standings, strict=True):
        assert list(line) == list(standing)
        assert {name: value for name, value in line.items() if value} == {
            name: _csv_text(value) for name, value in standing.items() if value not in (None, [])
        }


def _csv_text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_csv_never_holds_a_formula(client: Client, name: str) -> None:
    Contender.objects.update(name=name)

    cells = {line["contender_name"] for line in csv.DictReader(io.StringIO(_text(client, "standings.csv")))}

    assert cells == {f"'{name}"}


def _text(client: Client, address: str) -> str:
    return client.get(f"{API}/{address}").getvalue().decode()


def test_level_keeps_the_surer_lines(client: Client) -> None:
    def levels(level: str) -> list[str]:
        return [line["level"] for line in client.get(f"{API}/standings/", {"level": level}).json()["standings"]]

    assert len(levels("thin")) == 4
    assert "thin" not in levels("preliminary")
    assert set(levels("established")) <= {"established"}


def test_unchanged_board_is_not_sent_twice(client: Client) -> None:
    first = client.get(f"{API}/standings/")

    again = client.get(f"{API}/standings/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{API}/standings.csv", headers={"if-none-match": first["ETag"]}).status_code == 200

    Contender.objects.update(name="Another name")
    assert client.get(f"{API}/standings/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_unchanged_board_is_sent_again_when_the_next_refresh_has_another_time(client: Client) -> None:
    first = client.get(f"{API}/standings/")
    Snapshot.objects.update(computed_at=F("computed_at") - timedelta(seconds=45))

    again = client.get(f"{API}/standings/", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 200
    assert again.json()["next_at"] != first.json()["next_at"]


def test_unchanged_board_is_sent_again_when_its_baseline_was_thinned_away(client: Client) -> None:
    board = Board.objects.get(slice="overall")
    Snapshot.objects.filter(board=board).update(baseline=Snapshot.objects.exclude(board=board).earliest("pk"))
    first = client.get(f"{API}/standings/")
    Snapshot.objects.update(baseline=None)

    again = client.get(f"{API}/standings/", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.json()["baseline"]) == (200, None)


def test_boards_are_paged(client: Client) -> None:
    whole = client.get(f"{API}/boards/").json()
    first = client.get(f"{API}/boards/?limit=3&ledger=native").json()
    second = client.get(first["next"]).json()

    assert [board["slice"] for board in whole["results"]] == ["overall", "category", "category", "language"]
    assert (whole["count"], whole["next"], whole["previous"]) == (4, None, None)
    assert first["results"] + second["results"] == whole["results"]
    assert (second["next"], client.get(second["previous"]).json()) == (None, first | {"previous": None})


def test_snapshots_are_the_history_of_a_board(client: Client) -> None:
    asked = {"slice": "category", "slice_value": "food", "modality": "text-to-image"}

    (snapshot,) = client.get(f"{API}/snapshots/", asked).json()["results"]

    assert snapshot["id"] == read_board(ledger="native", modality="text-to-image", category="food").snapshot_id
    assert client.get(f"{API}/snapshots/").json()["count"] == 4
    assert client.get(f"{API}/snapshots/", {"modality": "image-editing"}).json()["count"] == 0


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("standings/?modality=sculpture", "modality"),
        ("standings/?catgory=food", "catgory"),
        ("standings/?category=food&category=animals", "category"),
        ("standings/?days=7", "days"),
        ("standings/?category=", "category"),
        ("standings/?at=yesterday", "at"),
        ("standings/?level=sure", "level"),
        ("standings/?format=parquet", "format"),
        ("standings/?ledger=a%00b", "ledger"),
        ("boards/?limit=501", "limit"),
        ("boards/?limit=0", "limit"),
        ("boards/?offset=-1", "offset"),
        ("boards/?offset=x", "offset"),
        ("snapshots/?slice=colour", "slice"),
        ("snapshots/1/?at=2", "at"),
    ],
)
def test_bad_parameter_is_named(client: Client, address: str, field: str) -> None:
    response = client.get(f"{API}/{address}")

    assert response.status_code == 400
    body = response.json()
    assert set(body) == {"code", "message", "fields"}
    assert list(body["fields"]) == [field]


@pytest.mark.parametrize(
    "address",
    [
        "standings/?ledger=nowhere",
        "standings/?category=nothing",
        "standings/?language=xx",
        "standings/?category=food&language=xx",
        "standings/?category=nothing&language=en&days=90",
        "standings/?at=999999",
        "boards/?ledger=nowhere",
        "snapshots/?ledger=nowhere",
        "snapshots/999999/",
        "snapshots/99999999999999999999999/",
        "nothing/",
        "nothing",
        "standings.xml",
        "nothing/at/all.json/",
    ],
)
def test_what_does_not_exist_is_a_404_in_the_one_shape(client: Client, address: str) -> None:
    response = client.get(f"{API}/{address}")

    assert response.status_code == 404
    assert (response["Content-Type"], response.json()["code"]) == ("application/json", "not_found")
    assert set(response.json()) == {"code", "message"}


def test_address_without_its_last_slash_leads_on(client: Client) -> None:
    assert client.get(f"{API}/boards?limit=1", follow=True).json()["count"] == 4


def test_nothing_is_written_over_the_api(client: Client) -> None:
    response = client.post(f"{API}/standings/", {"elo": 3000}, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_browser_reads_json_too(client: Client) -> None:
    response = client.get(f"{API}/standings/", headers={"accept": "text/html"})

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_root_leads_everywhere(client: Client) -> None:
    for name, address in client.get(f"{API}/").json().items():
        assert client.get(address).status_code == 200, name


@override_settings(ACCESS="login")
def test_arena_behind_a_login_answers_in_the_one_shape(client: Client) -> None:
    response = client.get(f"{API}/standings/")

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
