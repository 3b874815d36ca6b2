"""How a test that commits leaves its database: the tables that it filled are empty again."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, transaction

# What migrating writes. Django's own way empties these, too, and then writes them again.
KEPT = {"auth_permission", "django_content_type"}
# Whether the tests that run share what is filled; a list, because it is changed.
_sharing = [False]


@contextmanager
def keep_what_is_filled() -> Iterator[None]:
    """Let tests share rows that are committed, as a running server needs them: none empties the tables meanwhile."""
    _sharing[0] = True
    try:
        yield
    finally:
        _sharing[0] = False
        empty_what_was_filled(None)


@cache
def _tables() -> list[str]:
    return sorted({*connection.introspection.django_table_names(include_views=False)} - KEPT)


def filled_tables() -> list[str]:
    """The tables that have rows, but for those that migrating fills."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables())
        )
        return [table for (table,) in cursor.fetchall()]


def empty_what_was_filled(_: Any) -> None:
    """Delete the rows of all tables. Django would truncate each, filled or not, which takes a quarter of a second."""
    if _sharing[0]:
        return
    filled = filled_tables()
    with transaction.atomic(), connection.cursor() as cursor:
        # In this role neither foreign keys nor our guards against deleting are checked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled:
            cursor.execute(f"DELETE FROM {table}")
