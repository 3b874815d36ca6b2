"""A ledger may be removed while its boards are computed: nothing is lost, and removing waits for nobody."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from arena.errors import Conflict, NotFound
from arena.voting.ledger.removing import Removed, remove_ledger
from arena.voting.models import Ledger
from leaderboard.computing.baselines import find_baselines
from leaderboard.computing.board_results import Computed, compute
from leaderboard.computing.entry_columns import LedgerColumns, read_columns
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.single_flight import REFRESHING, alone_with
from leaderboard.computing.storing import find_contenders, write_snapshots
from leaderboard.models import Board, Snapshot, Standing
from leaderboard.queries.current_method import method_of
from leaderboard.ratings.boards import BoardKey
from tests.arena.voting.ledger.test_sealing import somebody_waits
from tests.leaderboard.ledgers import append_entries, draw_votes, make_contenders, make_ledger
from tests.patience import HANGING
from tests.writing_once import written_once

OVERALL = BoardKey("overall", modality="text-to-image")


@pytest.fixture
@written_once
def ledger() -> Ledger:
    """A refreshed ledger that has gained votes since then."""
    made = make_ledger("demonstration")
    contenders = make_contenders(3)
    append_entries(made, draw_votes(contenders, 60))
    refresh_ledger(ledger=made)
    append_entries(made, draw_votes(contenders, 60, seed=2))
    return made


def compute_overall(ledger: Ledger) -> tuple[LedgerColumns, Computed]:
    columns, method = read_columns(ledger), method_of(ledger)
    baselines = find_baselines(ledger=ledger, columns=columns, keys=[OVERALL], method=method)
    return columns, compute(columns=columns, keys=[OVERALL], method=method, latest={}, baselines=baselines)


def store(ledger: Ledger, columns: LedgerColumns, computed: Computed) -> None:
    contenders = find_contenders(ledger, computed.results)
    write_snapshots(ledger=ledger, columns=columns, new=computed.new, contenders=contenders)


@contextmanager
def elsewhere() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}) as other:
        yield other


@pytest.mark.django_db
def test_baseline_that_was_thinned_away_meanwhile_is_still_told_by_its_time(ledger: Ledger) -> None:
    columns, computed = compute_overall(ledger)
    first = Snapshot.objects.get(board__slice="overall")
    first.delete()
    store(ledger, columns, computed)
    connection.check_constraints()

    snapshot = Snapshot.objects.get(board__slice="overall")
    assert (snapshot.baseline_id, snapshot.baseline_at) == (None, first.computed_at)
    assert Standing.objects.filter(snapshot=snapshot, elo_change__isnull=False).exists()


@pytest.mark.django_db
def test_contender_that_was_removed_meanwhile_is_a_conflict(ledger: Ledger) -> None:
    standing = Standing.objects.first()
    assert standing is not None
    standing.pk, standing.contender_id = None, 2**31 - 1
    with pytest.raises(Conflict, match=r"leaderboard_standing.*Try again"), alone_with(ledger, REFRESHING):
        _save_at_once(standing)


@pytest.mark.django_db(transaction=True)
def test_ledger_is_not_removed_while_its_boards_are_stored(ledger: Ledger) -> None:
    columns, computed = compute_overall(ledger)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            store(ledger, columns, computed)
            removal = pool.submit(_remove, ledger.slug)
            # Without the lock it would run to the end, and these boards would refer to a ledger that is gone.
            while not (removal.done() or somebody_waits()):
                time.sleep(0.01)
            assert not removal.done()
        assert removal.result() == Removed(ledger.name, 120)
    assert not Snapshot.objects.exists()
    with pytest.raises(NotFound), transaction.atomic():
        store(ledger, columns, computed)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("plain_static_files")
def test_no_reader_waits_for_a_ledger_that_is_being_removed(ledger: Ledger, client: Client) -> None:
    with elsewhere() as other, connection.cursor() as cursor:
        other.execute("SELECT FROM voting_ledger WHERE id = %s FOR UPDATE", [ledger.pk])
        cursor.execute(f"SET lock_timeout = '{HANGING}s'")
        answer = client.get("/api/v1/standings/?ledger=demonstration&days=30")
        cursor.execute("RESET lock_timeout")
    assert (answer.status_code, answer.json()["standings"]) == (200, [])
    assert not Board.objects.filter(days=30).exists()
    assert client.get("/api/v1/standings/?ledger=demonstration&days=30").status_code == 503


@transaction.atomic
def _save_at_once(standing: Standing) -> None:
    standing.save(force_insert=True)
    connection.check_constraints()


def _remove(slug: str) -> Removed | None:
    try:
        return remove_ledger(slug=slug)
    finally:
        connection.close()
