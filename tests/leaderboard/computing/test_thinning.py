"""Thinning: which old snapshots stay, and what links to deleted ones answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.catalog.models import Contender
from arena.celery import app as celery
from arena.errors import NotFound
from arena.voting.models import Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.thinning import thin_snapshots
from leaderboard.models import Board, Snapshot, Standing
from leaderboard.queries.snapshots import SnapshotGone
from leaderboard.queries.standings import read_board, read_snapshot
from tests.leaderboard.ledgers import Cast, append_entries, make_contenders, make_ledger
from tests.writing_once import written_once

pytestmark = pytest.mark.django_db
T2I = "text-to-image"


def days_ago(days: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a time of day, UTC, some days ago."""
    return datetime.now(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(days=days)


@pytest.fixture
@written_once
def board() -> Board:
    """The overall board of a ledger with one vote and no snapshot yet."""
    ledger = make_ledger()
    one, two = make_contenders(2)
    append_entries(ledger, [Cast(one, two, "left")] * 5)
    refresh_ledger(ledger=ledger)
    Snapshot.objects.all().delete()
    return Board.objects.get(slice="overall")


def store(board: Board, computed_at: datetime, *, method: str = "a", excluded: int = 0) -> int:
    """Store a snapshot as a refresh at that time would have; return its number."""
    snapshot = Snapshot.objects.create(
        board=board, position=5, head="0" * 64, method={"name": method}, votes=5, voters=1, excluded=excluded
    )
    Snapshot.objects.filter(pk=snapshot.pk).update(computed_at=computed_at)
    Standing.objects.create(
        snapshot=snapshot, contender=Contender.objects.order_by("pk")[0], level="thin", votes=5, voters=1,
        wins=5, losses=0, ties=0, both_bad=0,
    )  # fmt: skip
    return snapshot.pk


def kept() -> set[int]:
    return set(Snapshot.objects.values_list("pk", flat=True))


def test_last_of_each_day_stays(board: Board) -> None:
    first = store(board, days_ago(12, 8))
    days = [[store(board, days_ago(day, 23, minute)) for minute in (57, 58, 59)] for day in (10, 9)]
    days.append([store(board, days_ago(8, 0, minute)) for minute in (0, 1)])

    assert thin_snapshots() == 5

    assert kept() == {first, days[0][-1], days[1][-1], days[2][-1]}
    assert set(Standing.objects.values_list("snapshot", flat=True)) == kept()
    assert thin_snapshots() == 0


def test_young_snapshots_stay(board: Board, settings: Settings) -> None:
    numbers = [store(board, timezone.now() - timedelta(days=age, hours=1)) for age in (6, 6, 6, 1, 1, 0)]
    assert thin_snapshots() == 0
    assert kept() == set(numbers)

    settings.SNAPSHOT_DAYS = 1
    thin_snapshots()

    assert kept() == {numbers[0], numbers[2], numbers[4], numbers[5]}


def test_zero_days_keep_everything(board: Board, settings: Settings) -> None:
    settings.SNAPSHOT_DAYS = 0
    numbers = [store(board, days_ago(400, 12, minute)) for minute in range(5)]

    assert thin_snapshots() == 0
    assert kept() == set(numbers)


def test_turns_of_method_and_exclusions_stay(board: Board) -> None:
    at = [days_ago(20, 12, minute) for minute in range(8)]
    first = store(board, at[0])
    store(board, at[1])
    other_method = store(board, at[2], method="b")
    store(board, at[3], method="b")
    excluding = store(board, at[4], method="b", excluded=2)
    store(board, at[5], method="b", excluded=2)
    taken_back = store(board, at[6], method="b")
    last = store(board, at[7], method="b")

    thin_snapshots()
    thin_snapshots()

    assert kept() == {first, other_method, excluding, taken_back, last}


def test_each_board_keeps_its_own_latest(board: Board) -> None:
    other = Board.objects.get(slice="category")
    mine = [store(board, days_ago(30, 12, minute)) for minute in range(3)]
    theirs = [store(other, days_ago(30, 12, minute)) for minute in range(10, 13)]

    thin_snapshots()

    assert kept() == {mine[0], mine[2], theirs[0], theirs[2]}


def test_board_on_demand_keeps_its_latest_only(board: Board) -> None:
    Board.objects.filter(pk=board.pk).update(days=30)
    for day in (12, 11, 10):
        last = store(board, days_ago(day, 12), method=str(day), excluded=day)

    thin_snapshots()

    assert kept() == {last}


def test_moment_is_answered_by_the_last_one_kept_up_to_it(board: Board) -> None:
    store(board, days_ago(12, 12))
    yesterday = store(board, days_ago(11, 22))
    for hour in (8, 9, 10):
        last = store(board, days_ago(10, hour))
    thin_snapshots()

    noon, morning = (read_board(ledger="native", modality=T2I, at=days_ago(10, hour).isoformat()) for hour in (12, 9))

    assert (noon.snapshot_id, morning.snapshot_id) == (last, yesterday)


@pytest.mark.usefixtures("plain_static_files")
def test_number_not_kept_names_the_next_one_that_is(board: Board, client: Client) -> None:
    store(board, days_ago(12, 12))
    removed, last = store(board, days_ago(10, 8)), store(board, days_ago(10, 9))
    store(Board.objects.get(slice="category"), days_ago(10, 9))
    thin_snapshots()

    with pytest.raises(SnapshotGone, match=f"Snapshot {removed} is not kept any more. The next one kept is {last}"):
        read_board(ledger="native", modality=T2I, at=removed)
    with pytest.raises(SnapshotGone):
        read_snapshot(snapshot=removed)
    with pytest.raises(NotFound, match="There is no snapshot"):
        read_snapshot(snapshot=last + 1000)
    page = client.get(f"/leaderboard/{T2I}/", {"at": removed})
    assert page.status_code == 410
    assert f'href="/leaderboard/{T2I}/?at={last}"' in page.content.decode()
    answer = client.get("/api/v1/standings/", {"at": removed})
    assert (answer.status_code, answer.json()["code"]) == (410, "gone")
    assert client.get(f"/api/v1/snapshots/{removed}/").status_code == 410
    assert client.get(f"/api/v1/snapshots/{last}/").status_code == 200


def test_scheduled_thinning_leaves_what_the_next_refresh_needs(board: Board) -> None:
    for minute in range(4):
        store(board, days_ago(10, 12, minute))

    celery.loader.import_default_modules()
    celery.tasks[celery.conf.beat_schedule["thin"]["task"]].run()

    assert len(kept()) == 2
    refresh_ledger(ledger=Ledger.objects.get())
    assert read_board(ledger="native", modality=T2I).votes == 5
