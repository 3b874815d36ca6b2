"""A kept connection that the server has closed is found out before it is used, and no wait is without an end."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connections
from pytest_django import Settings

from arena.database.base import DatabaseWrapper
from arena.database.wait_limits import EXPORT, limits_of

pytestmark = pytest.mark.django_db(transaction=True)
LIMITS = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"


def test_connection_ended_by_the_server_is_replaced_at_the_next_request() -> None:
    kept = connections["default"]
    assert isinstance(kept, DatabaseWrapper)
    first = _server_process(kept)
    other = kept.copy()
    assert kept.is_usable()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    other.close()
    assert not kept.is_usable()
    # This happens at the start of every request.
    kept.close_if_unusable_or_obsolete()
    assert _server_process(kept) != first


def test_connection_closed_here_is_not_usable() -> None:
    kept = connections["default"]
    kept.ensure_connection()
    kept.connection.close()
    assert not kept.is_usable()
    kept.close()
    assert not kept.is_usable()


@pytest.fixture
def of_web(settings: Settings) -> Iterator[DatabaseWrapper]:
    """A connection of a web server that waits for one second."""
    settings.DATABASE_SECONDS = 1
    with _connect("web") as connected:
        yield connected


@pytest.mark.parametrize("program", ["web", "worker", "command"])
def test_server_is_told_how_long_a_program_waits(program: str, settings: Settings) -> None:
    with _connect(program) as connected:
        wanted = limits_of(program, seconds=settings.DATABASE_SECONDS).server_settings
        assert _told(connected) == [int(wanted[name]) for name in LIMITS]


def test_statement_and_lock_that_take_too_long_are_refused(of_web: DatabaseWrapper) -> None:
    with of_web.cursor() as cursor, pytest.raises(OperationalError, match="statement timeout"):
        cursor.execute("SELECT pg_sleep(600)")
    with _connect("command") as other, other.cursor() as holding, of_web.cursor() as cursor:
        holding.execute("SELECT pg_advisory_lock(1)")
        with pytest.raises(OperationalError, match="timeout"):
            cursor.execute("SELECT pg_advisory_lock(1)")
    assert of_web.is_usable()


def test_silent_server_ends_the_wait_and_the_connection(of_web: DatabaseWrapper) -> None:
    with _stopped(_server_process(of_web)):
        with pytest.raises(OperationalError, match="silent"):
            _server_process(of_web)
        assert not of_web.is_usable()
    of_web.close_if_unusable_or_obsolete()
    assert _server_process(of_web)


def test_export_waits_longer_until_the_next_request(of_web: DatabaseWrapper) -> None:
    usual = _told(of_web)
    of_web.wait_as(EXPORT)
    assert _told(of_web) == [1000 * seconds for seconds in (EXPORT.statement, EXPORT.lock, EXPORT.idle)]
    of_web.close_if_unusable_or_obsolete()
    assert _told(of_web) == usual


def test_limits_in_a_failed_transaction_come_back_with_the_next_request(of_web: DatabaseWrapper) -> None:
    usual = _told(of_web)
    of_web.wait_as(EXPORT)
    of_web.set_autocommit(False)
    with of_web.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(600)")
    of_web.wait_as(None)
    of_web.rollback()
    of_web.set_autocommit(True)
    of_web.close_if_unusable_or_obsolete()
    assert _told(of_web) == usual


@contextmanager
def _connect(program: str) -> Iterator[DatabaseWrapper]:
    """Connect as a program of this kind does."""
    usual = connections["default"]
    own = DatabaseWrapper(usual.settings_dict | {"PROGRAM": program})
    try:
        yield own
    finally:
        own.close()


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    """Keep a process of the database from running."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _told(database: DatabaseWrapper) -> list[int]:
    """The limits that the server knows, in milliseconds."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT setting::int FROM unnest(%s::text[]) WITH ORDINALITY AS asked(name, place)"
            " JOIN pg_settings USING (name) ORDER BY place",
            [list(LIMITS)],
        )
        return [row[0] for row in cursor.fetchall()]


def _server_process(database: DatabaseWrapper) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
