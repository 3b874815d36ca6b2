"""Boards, standings and snapshots over REST."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client, override_settings

from arena.catalog.models import Contender
from arena.voting.models import Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Board, Snapshot
from leaderboard.presentation.tables.board_tables import name_label
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import COLUMNS, StandingRow, read_board
from tests.leaderboard.ledgers import append_entries, draw_votes, make_categories, make_contenders, make_ledger

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(scope="module", autouse=True)
def arena(lasting: None) -> None:
    """A refreshed native ledger with three contenders, a thin one, and two categories."""
    make_categories("animals", "food")
    contenders = make_contenders(4)
    ledger = make_ledger()
    append_entries(ledger, draw_votes(contenders[:3], 300, categories=["animals", "food"]))
    append_entries(ledger, draw_votes(contenders[2:], 2))
    refresh_ledger(ledger=ledger)


def test_standings_are_the_board(client: Client) -> None:
    board = read_board(ledger="native", modality="text-to-image")
    rows = sort_rows(board.rows, "")

    answer = client.get(f"{API}/standings/").json()

    assert (answer["snapshot"], answer["position"]) == (board.snapshot_id, board.position)
    assert (answer["output_hash"], answer["input_hash"]) == (board.output_hash, board.input_hash)
    assert (answer["method"]["name"], answer["method"]["prior_sd"]) == ("bradley-terry", 2.0)
    assert [line["contender_slug"] for line in answer["standings"]] == [row.contender_slug for row in rows]
    assert [line["elo"] for line in answer["standings"]] == [row.line.elo for row in rows]
    assert [line["rank_trueskill"] for line in answer["standings"]] == [row.line.rank_trueskill for row in rows]
    assert answer["standings"][-1]["level"] == "thin"
    assert answer["standings"][-1]["elo"] is None


def test_standings_of_a_category_at_a_snapshot(client: Client) -> None:
    board = read_board(ledger="native", modality="text-to-image", category="food")
    asked = {"category": "food", "at": str(board.snapshot_id), "ledger": "native"}

    answer = client.get(f"{API}/standings/", asked).json()

    assert (answer["slice"], answer["slice_value"], answer["board_votes"]) == ("category", "food", board.votes)
    assert answer == {**client.get(f"{API}/snapshots/{board.snapshot_id}/").json()}


def test_csv_has_the_same_columns_and_values(client: Client) -> None:
    response = client.get(f"{API}/standings.csv")

    lines = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    standings = client.get(f"{API}/standings/").json()["standings"]
    assert response["Content-Type"].startswith("text/csv")
    assert response["X-Output-Hash"] == read_board(ledger="native", modality="text-to-image").output_hash
    assert len(lines) == len(standings) == 4
    for line, standing in zip(lines, standings, strict=True):
        assert [name for name in line if name in COLUMNS] == list(standing)
        assert {name: value for name, value in line.items() if value and name in COLUMNS} == {
            name: _csv_text(value) for name, value in standing.items() if value not in (None, [])
        }


def _csv_text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1"])
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
        ("standings/?format=csv", "format"),
        ("standings.csv?format=json", "format"),
        ("standings.csv?fields=elo,colour", "fields"),
        ("standings.csv?board=all&category=food", "category"),
        ("snapshots/?cursor=abc", "cursor"),
        ("snapshots/?sort=colour", "sort"),
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
        "standings/?at=0",
        "standings.csv?board=all&at=0",
        "history/?category=nothing",
        "history.csv?contender=nobody",
        "pairs/?contender=nobody",
        "prompts/?category=nothing",
        "prompts.csv?language=xx",
        "models/?organization=nobody",
        "contenders.jsonl?model=nothing",
        "snapshots/?slice=category&slice_value=nothing",
        "snapshots/0/",
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


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        ("standings/", "text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("standings/", "application/*", 200),
        ("standings/", "text/html", 406),
        ("standings/", "application/json;q=0, */*", 406),
        ("standings.csv", "text/csv, application/json", 200),
        ("standings.csv", "application/json", 406),
        ("standings.parquet", "application/octet-stream", 200),
        ("ledgers/native/entries/", "text/csv", 200),
        ("schema/", "application/xml", 406),
    ],
)
def test_only_what_a_client_accepts_is_sent(client: Client, address: str, accept: str, status: int) -> None:
    response = client.get(f"{API}/{address}", headers={"accept": accept})

    assert response.status_code == status
    assert "Accept" in response["Vary"]
    assert status == 200 or response.json()["code"] == "not_acceptable"


def test_root_leads_everywhere(client: Client) -> None:
    addresses = client.get(f"{API}/").json()
    answers = {name: client.get(address) for name, address in addresses.items()}
    tables = {
        status: {_table(name) for name, answer in answers.items() if answer.status_code == status}
        for status in (200, 400, 404)
    }

    assert {answer.status_code for answer in answers.values()} == {200, 400, 404}
    # Nothing was audited here, the votes carry no days, and no shares are declared.
    assert tables[404] == {
        "audits", "calibration", "changes", "errors", "neighbours", "places", "replays", "sensitivity", "shares",
    }  # fmt: skip
    # What is told of one model, prompt or pair must be asked for with it.
    assert not tables[400] & (tables[200] | tables[404])
    assert all(answer.json()["fields"] for answer in answers.values() if answer.status_code == 400)
    assert {"standings", "pairs", "reasons", "history"} <= tables[200]
    assert all(answer["ETag"].startswith('"') for answer in answers.values() if answer.status_code == 200)


def _table(name: str) -> str:
    """The name of a table without the form in which it is sent."""
    return name.partition(".")[0]


def test_board_leads_to_all_that_belongs_to_it(client: Client, plain_static_files: None) -> None:
    boards = client.get(f"{API}/boards/?ledger=native").json()["results"]
    for board in boards[:2]:
        for name, address in board["links"].items():
            assert client.get(address, follow=True).status_code == (
                404 if name in ("audits", "sensitivity") else 200
            ), name


def test_names_of_board_and_line_do_not_collide(client: Client) -> None:
    for address, inner in (("standings/", "standings"), ("pairs/", "pairs")):
        answer = client.get(f"{API}/{address}").json()
        assert not set(answer) & set(answer[inner][0])


def test_all_boards_are_one_table(client: Client) -> None:
    lines = list(csv.DictReader(io.StringIO(_text(client, "standings.csv?board=all"))))
    boards = client.get(f"{API}/boards/").json()["results"]

    assert list(dict.fromkeys((line["slice"], line["slice_value"]) for line in lines)) == [
        (board["slice"], board["slice_value"]) for board in boards
    ]
    for board in boards:
        own = [line for line in lines if (line["slice"], line["slice_value"]) == (board["slice"], board["slice_value"])]
        alone = list(csv.DictReader(io.StringIO(client.get(board["links"]["standings_csv"]).getvalue().decode())))
        assert own == alone
        assert {line["snapshot"] for line in own} == {str(board["snapshot"])}


def test_all_boards_at_a_snapshot_stay_as_they_were(client: Client) -> None:
    then = f"{API}/standings.csv?board=all&columns=published&at={Snapshot.objects.get(board__slice='language').pk}"
    before = client.get(then)
    append_entries(Ledger.objects.get(), draw_votes([row.contender_slug for row in _rows()], 50, categories=["food"]))
    refresh_ledger(ledger=Ledger.objects.get())

    after = client.get(then)

    assert "immutable" in before["Cache-Control"]
    assert (after.getvalue(), after["ETag"]) == (before.getvalue(), before["ETag"])
    assert client.get(f"{API}/standings.csv?board=all&columns=published").getvalue() != before.getvalue()


def _rows() -> tuple[StandingRow, ...]:
    return read_board(ledger="native", modality="text-to-image").rows


def test_matrix_is_whole_and_has_the_same_names_in_every_form(client: Client) -> None:
    answer = client.get(f"{API}/pairs/").json()
    lines = list(csv.DictReader(io.StringIO(_text(client, "pairs.csv"))))

    assert len(answer["pairs"]) == len(lines) == 4 * 3
    for pair, line in zip(answer["pairs"], lines, strict=True):
        assert {name: line[name] for name in pair} == {
            name: "" if value is None else str(value) for name, value in pair.items()
        }
    assert {(line["snapshot"], line["audited_snapshot"]) for line in lines} == {(str(answer["snapshot"]), "")}
    assert client.get(f"{API}/pairs/?contender={lines[0]['contender_slug']}").json()["pairs"] == answer["pairs"][:3]


def test_pages_follow_their_cursors_both_ways(client: Client) -> None:
    whole = [line["id"] for line in client.get(f"{API}/snapshots/").json()["results"]]
    first = client.get(f"{API}/snapshots/?limit=3").json()
    board = Board.objects.get(slice="overall")
    Snapshot.objects.create(board=board, position=303, head="", method={}, votes=1, voters=1)

    second = client.get(first["next"]).json()

    assert [line["id"] for line in first["results"] + second["results"]] == whole
    assert client.get(second["previous"]).json()["results"] == first["results"]
    assert second["next"] is None


def test_moment_with_a_plus_sign_is_explained(client: Client) -> None:
    answer = client.get(f"{API}/standings/?at=2026-11-30T10:00:00+00:00")
    assert "%2B" in answer.json()["fields"]["at"][0]
    assert client.get(f"{API}/standings/?at=2126-11-30T10:00:00%2B00:00").status_code == 200


def test_no_two_files_share_a_name(client: Client) -> None:
    at = read_board(ledger="native", modality="text-to-image").snapshot_id
    addresses = [
        "standings.csv?category=food", "standings.csv?language=en", "standings.csv?category=animals", "pairs.csv",
        f"standings.jsonl?at={at}", "standings.csv?board=all", "ledgers/native/entries.csv?limit=5",
        "ledgers/native/entries.csv?columns=votes", "ledgers/native/entries.csv",
    ]  # fmt: skip
    names = [client.get(f"{API}/{address}")["Content-Disposition"] for address in addresses]
    assert len(set(names)) == len(addresses)
    assert name_label("Ä/ö") != name_label("a/o") == "a-o-" + name_label("a/o")[-8:]


@override_settings(ACCESS="login")
def test_arena_behind_a_login_answers_in_the_one_shape(client: Client) -> None:
    response = client.get(f"{API}/standings/")

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert "Access-Control-Allow-Origin" not in response


def test_scripts_of_other_sites_may_read_and_ask_for_parts(client: Client) -> None:
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}

    allowed = client.options(f"{API}/standings.csv", headers=asked)

    assert (allowed.status_code, allowed["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Range" in allowed["Access-Control-Allow-Headers"]
    for address in ("standings/", "nothing/", "standings/?at=0"):
        assert client.get(f"{API}/{address}")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/healthz")
