"""Boards on demand: computed when somebody asks, once until the ledger grows, from exactly their votes."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from arena.voting.models import Ledger
from leaderboard.computing.on_demand import MOST_WAITING, compute_asked
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Board, Snapshot
from leaderboard.queries.standings import BoardView, list_boards, read_board
from leaderboard.tasks import compute_asked_boards
from tests.leaderboard.computing.test_vote_import import bring, strange_votes, write_votes
from tests.leaderboard.ledgers import (
    Cast,
    append_entries,
    draw_votes,
    exclude,
    make_categories,
    make_contenders,
    make_ledger,
)
from tests.leaderboard.pages import BOARD, text_of
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
API = "/api/v1/standings/"
LAST_DAY = date(2026, 11, 20)


def on_days(casts: list[Cast], *, first: int) -> list[Cast]:
    """The votes in order, spread evenly from `first` days before the last day until that day."""
    return [
        cast._replace(cast_on=LAST_DAY - timedelta(days=first - first * row // (len(casts) - 1)))
        for row, cast in enumerate(casts)
    ]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here, so there is nothing to wait for."""
    monkeypatch.setattr("leaderboard.api.opening_boards.WAIT_SECONDS", 0.0)


@pytest.fixture
@written_once
def ledger() -> Ledger:
    """A refreshed ledger of 120 days, two categories and two languages, with old and recent exclusions."""
    make_categories("animals", "food")
    made = make_ledger()
    votes = draw_votes(make_contenders(4), 400, categories=["animals", "food"], languages=["en", "de"])
    append_entries(made, on_days(votes, first=120))
    exclude(made, 10, 20, 390)
    refresh_ledger(ledger=made)
    return made


def read(**chosen: Any) -> BoardView:
    return read_board(ledger="native", modality="text-to-image", **chosen)


def grow(ledger: Ledger) -> None:
    """Add a vote to the ledger, and refresh it."""
    one, two = [row.contender_slug for row in read().rows][:2]
    append_entries(ledger, [Cast(one, two, "left", category="food", language="en", cast_on=LAST_DAY)])
    refresh_ledger(ledger=ledger)


@pytest.mark.parametrize(
    "chosen",
    [
        {"category": "food", "language": "de"},
        {"days": 30},
        {"days": 90},
        {"category": "food"} | {"days": 90},
        {"category": "food", "language": "de", "days": 30},
    ],
)
def test_board_is_promised_computed_and_kept(ledger: Ledger, client: Client, chosen: dict[str, Any]) -> None:
    promise = client.get(API, chosen)
    assert (promise.status_code, promise["Retry-After"], promise.json()["code"]) == (503, "5", "being_computed")
    assert client.get(BOARD, chosen).status_code == 202

    compute_asked_boards(ledger.pk)

    answer = client.get(API, chosen)
    board = read(**chosen)
    assert answer.status_code == 200
    assert (board.position, board.head, board.next_at) == (400, ledger.head, None)
    assert answer.json()["output_hash"] == board.output_hash
    assert (answer.json()["days"], answer.json()["slice"]) == (chosen.get("days", 0), board.slice)
    own = {name: chosen[name] for name in ("category", "language") if name in chosen}
    entries = ledger.entries.filter(cast_on__gt=LAST_DAY - timedelta(days=chosen.get("days", 1000)), **own)
    assert board.votes == entries.filter(exclusion__isnull=True).count()
    assert board.excluded == entries.filter(exclusion__isnull=False).count()
    assert read(at=str(board.snapshot_id), **chosen).rows == board.rows
    assert client.get(f"/api/v1/snapshots/{board.snapshot_id}/").json() == answer.json()
    history = client.get(answer.json()["history"]).json()["results"]
    assert {line["snapshot"] for line in history} == {board.snapshot_id}
    assert compute_asked(ledger=ledger) == 0


def test_nothing_is_computed_beside_a_refresh(ledger: Ledger, client: Client) -> None:
    client.get(API, {"days": 30})
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [0x1EAD, ledger.pk])
        assert compute_asked(ledger=ledger) == 0
        # The server releases the locks of a closed connection a little later.
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [0x1EAD, ledger.pk])
    assert compute_asked(ledger=ledger) == 1


def test_board_is_stored_before_the_next_is_computed(ledger: Ledger, client: Client) -> None:
    for days in (30, 90):
        client.get(API, {"days": days})
    stored = []

    def end_at_second(execute: Callable[..., Any], statement: str, *rest: Any) -> Any:
        if statement.startswith('INSERT INTO "leaderboard_snapshot"'):
            stored.append(statement)
            if len(stored) > 1:
                raise OperationalError("the worker's database went away")
        return execute(statement, *rest)

    with connection.execute_wrapper(end_at_second), pytest.raises(OperationalError):
        compute_asked(ledger=ledger)
    assert [client.get(API, {"days": days}).status_code for days in (30, 90)] == [200, 503]


def test_what_is_computed_stays_until_the_ledger_moves_on(ledger: Ledger, client: Client) -> None:
    asked = {"category": "food", "language": "en"}
    client.get(API, asked)
    compute_asked(ledger=ledger)
    client.get(API, asked)
    assert not Board.objects.filter(asked_at__isnull=False).exists()
    before = read(**asked)

    grow(ledger)
    old = client.get(BOARD, asked)
    assert (old.status_code, read(**asked).snapshot_id) == (200, before.snapshot_id)
    assert "A newer version of this board is being computed" in text_of(old)
    compute_asked(ledger=ledger)

    assert read(**asked).votes == before.votes + 1
    assert read(**asked).baseline_id == before.snapshot_id
    assert "under way" not in text_of(client.get(BOARD, asked))


def test_board_without_new_votes_gets_no_new_snapshot_and_is_not_asked_for_again(
    ledger: Ledger, client: Client
) -> None:
    asked = {"category": "animals", "language": "de"}
    client.get(API, asked)
    compute_asked(ledger=ledger)
    grow(ledger)
    client.get(API, asked)

    assert compute_asked(ledger=ledger) == 0
    client.get(API, asked)
    assert not Board.objects.filter(asked_at__isnull=False).exists()


def test_refresh_leaves_boards_on_demand_alone(ledger: Ledger, client: Client) -> None:
    listed = len(list_boards(ledger="native", modality="text-to-image"))
    for asked in ({"days": 30}, {"category": "food", "language": "en"}):
        client.get(API, asked)
    compute_asked(ledger=ledger)
    before = Snapshot.objects.exclude(board__days=0, board__slice__in=["overall", "category", "language"]).count()
    grow(ledger)

    assert before == 2 + len({"animals/en"})
    after = Snapshot.objects.exclude(board__days=0, board__slice__in=["overall", "category", "language"]).count()
    assert after == before
    assert len(list_boards(ledger="native", modality="text-to-image")) == listed


def test_one_message_is_sent_however_many_ask(
    ledger: Ledger, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as sent:
        for _ in range(5):
            client.get(API, {"days": 30})
    assert len(sent) == 1


def test_lost_message_is_sent_again(
    ledger: Ledger, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client.get(API, {"days": 30})
    Board.objects.filter(days=30).update(asked_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True) as sent:
        client.get(API, {"days": 30})
    assert len(sent) == 1


def test_queue_is_bounded(ledger: Ledger, client: Client) -> None:
    make_categories(*(f"kind-{number}" for number in range(MOST_WAITING)))
    for number in range(MOST_WAITING):
        for days in (30, 90):
            assert client.get(f"{API}?category=kind-{number}&days={days}").status_code == 503
    assert Board.objects.filter(asked_at__isnull=False).count() == MOST_WAITING

    compute_asked(ledger=ledger)

    assert client.get(f"{API}?category=kind-0&days=30").json()["board_votes"] == 0
    assert "There are votes here, but none of this kind." in text_of(client.get(f"{BOARD}?category=kind-0&days=30"))


@pytest.mark.parametrize(
    "query", ["category=no&language=en", "category=food&language=xx", "category=no&days=30", "days=30&ledger=no"]
)
def test_unknown_board_is_not_found_and_asks_for_nothing(ledger: Ledger, client: Client, query: str) -> None:
    assert client.get(f"{BOARD}?{query}").status_code == 404
    assert client.get(f"{API}?{query}").status_code == 404
    assert not Board.objects.filter(asked_at__isnull=False).exists()


def test_arena_without_votes_has_nothing_to_compute(client: Client) -> None:
    make_categories("food")
    assert client.get(API, {"days": 30}).json()["standings"] == []
    page = client.get(f"{BOARD}?category=food&days=30")
    assert (page.status_code, "There are votes here" in text_of(page)) == (200, False)
    assert not Board.objects.exists()


def test_category_in_a_language_weighs_votes_and_an_overall_window_weighs_categories(
    ledger: Ledger, client: Client
) -> None:
    client.get(API, {"days": 30})
    client.get(API, {"category": "food", "language": "en"})
    compute_asked(ledger=ledger)
    assert read(days=30).method["equal_category_weights"] is True
    assert read(category="food", language="en").method["equal_category_weights"] is False


def test_page_waits_without_a_script_and_is_not_indexed(ledger: Ledger, client: Client) -> None:
    awaited = text_of(client.get(BOARD, {"days": 30}))
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in awaited
    assert "This board is being computed" in awaited
    compute_asked(ledger=ledger)

    html = text_of(client.get(BOARD, {"days": 30}))

    assert "http-equiv" not in html
    assert '<meta name="robots" content="noindex">' in html
    assert f'{BOARD}?days=30">' in html
    assert "standings.csv?ledger=native&amp;modality=text-to-image&amp;days=30" in html
    assert '<option value="30" selected>30 days</option>' in html
    assert "noindex" not in text_of(client.get(BOARD))


@pytest.mark.parametrize(("dated", "status"), [({}, 404), ({"tstamp": "2026-01-31"}, 503)])
def test_import_has_windows_if_its_file_has_days(
    client: Client, tmp_path: Path, dated: dict[str, Any], status: int
) -> None:
    imported = bring(write_votes(tmp_path / "votes.csv", strange_votes(60), **dated))
    refresh_ledger(ledger=imported)
    address = f"ledger={imported.slug}"

    assert client.get(f"{API}?{address}&days=30").status_code == status
    assert ('name="days"' in text_of(client.get(f"{BOARD}?{address}"))) == bool(dated)
    assert compute_asked(ledger=imported) == len(dated)


def test_language_that_holds_the_separator_has_no_board_with_a_category(client: Client, tmp_path: Path) -> None:
    votes = [vote._replace(language="de/at") for vote in strange_votes(60)]
    imported = bring(write_votes(tmp_path / "votes.csv", votes))
    refresh_ledger(ledger=imported)

    assert client.get(f"{API}?ledger={imported.slug}&language=de/at").status_code == 200
    assert client.get(f"{API}?ledger={imported.slug}&language=de/at&category=food").status_code == 404


def test_pairs_and_history_are_of_the_board_on_demand(ledger: Ledger, client: Client) -> None:
    client.get(API, {"days": 30})
    compute_asked(ledger=ledger)
    board = read(days=30)
    pairs = client.get("/api/v1/pairs/?days=30").json()
    history = client.get("/api/v1/history/?days=30").json()

    counts = [sum(pair[name] for name in ("wins", "ties", "losses", "both_bad")) for pair in pairs["pairs"]]
    assert (pairs["days"], pairs["snapshot"], sum(counts)) == (30, board.snapshot_id, 2 * board.votes)
    assert {line["snapshot"] for line in history["results"]} == {board.snapshot_id}
    assert client.get("/api/v1/audits/?days=30").status_code == 404
    history = f"?view=history&days=30&contender={board.rows[0].contender_slug}"
    for address in ("?view=matrix&days=30&form=chances", history):
        assert "Overall, last 30 days" in text_of(client.get(f"{BOARD}{address}"))


DOORS = (
    "/leaderboard/text-to-image/",
    "/leaderboard/text-to-image/?view=matrix",
    "/leaderboard/text-to-image/?view=history",
    "/api/v1/standings/",
    "/api/v1/standings.csv",
    "/api/v1/pairs/",
    "/api/v1/pairs.csv",
    "/api/v1/history/",
)


@pytest.mark.parametrize("door", DOORS)
def test_every_door_asks_for_a_board_that_nobody_opened_and_says_so(ledger: Ledger, client: Client, door: str) -> None:
    best = read().rows[0].contender_slug
    asked = {"days": "30"} | dict(parse_qsl(urlsplit(door).query))
    asked |= {"contender": best} if "history" in door else {}
    door = urlsplit(door).path
    promise = client.get(door, asked)
    status = 503 if "/api/" in door else 202
    assert (promise.status_code, promise["Retry-After"], promise["Cache-Control"]) == (status, "5", "no-store")
    assert "is being computed" in promise.content.decode()
    assert Board.objects.get(days=30).asked_at is not None

    assert compute_asked(ledger=ledger) == 1
    answer = client.get(door, asked)
    assert answer.status_code == 200
    assert best in answer.content.decode()


def test_audit_of_a_board_on_demand_asks_for_nothing(ledger: Ledger, client: Client) -> None:
    assert client.get("/api/v1/audits/", {"days": "30"}).status_code == 404
    assert not Board.objects.filter(asked_at__isnull=False).exists()


@pytest.mark.parametrize("door", DOORS[:3])
def test_page_that_waits_for_a_board_loads_itself_again(ledger: Ledger, client: Client, door: str) -> None:
    chosen = {"contender": read().rows[0].contender_slug} if "history" in door else {}
    page = client.get(urlsplit(door).path, dict(parse_qsl(urlsplit(door).query)) | {"days": "30"} | chosen)
    assert '<meta http-equiv="refresh" content="5">' in text_of(page)
