"""COPY fails like any other statement: with the errors that the code around it handles."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from arena.database.copying import copy_rows, open_copy
from arena.voting.models import PairSplit
from tests.leaderboard.ledgers import make_ledger

SPLIT = ["ledger", "first", "second", "first_wins", "second_wins", "ties", "both_bad"]


@pytest.mark.django_db
def test_copied_row_that_breaks_a_constraint_is_an_integrity_error() -> None:
    split = (make_ledger().pk, 1, 2, 0, 0, 0, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(PairSplit, SPLIT, [split, split])
    assert not PairSplit.objects.exists()


@pytest.mark.django_db
def test_copy_takes_parameters_while_queries_are_recorded() -> None:
    with CaptureQueriesContext(connection), open_copy("COPY (SELECT %s::integer) TO STDOUT", [7]) as copy:
        assert b"".join(copy) == b"7\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_server_that_goes_away_during_a_copy_is_an_operational_error() -> None:
    ledger = make_ledger().pk
    with pytest.raises(OperationalError), transaction.atomic():
        copy_rows(PairSplit, SPLIT, _cut_off(ledger))
    connection.close()
    assert not PairSplit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_copy_that_is_cancelled_while_it_is_read_is_an_operational_error() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
    with pytest.raises(OperationalError), open_copy("COPY (SELECT pg_sleep(600)) TO STDOUT") as copy:
        list(copy)
    connection.close()


def _cut_off(ledger: int) -> Iterator[tuple[int, ...]]:
    yield (ledger, 1, 2, 0, 0, 0, 0)
    own = connection.connection.info.backend_pid
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    yield from ((ledger, 1, second, 0, 0, 0, 0) for second in range(3, 100_000))
