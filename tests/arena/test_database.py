"""A kept connection that the server has closed is detected before it is used."""

import pytest
from django.db import connections

from arena.database.base import DatabaseWrapper


@pytest.mark.django_db(transaction=True)
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


@pytest.mark.django_db(transaction=True)
def test_connection_closed_here_is_not_usable() -> None:
    kept = connections["default"]
    kept.ensure_connection()
    kept.connection.close()
    assert not kept.is_usable()
    kept.close()
    assert not kept.is_usable()


def _server_process(database: DatabaseWrapper) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
