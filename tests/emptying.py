"""How a test that commits leaves its database: the tables that it filled are empty again."""

from functools import cache
from typing import Any

from django.db import connection, transaction

# What migrating writes. Django's own way empties these, too, and then writes them again.
KEPT = {"auth_permission", "django_content_type"}


@cache
def _tables() -> list[str]:
    return sorted({*connection.introspection.django_table_names(include_views=False)} - KEPT)


def empty_what_was_filled(_: Any) -> None:
    """Delete the rows of all tables. Django would truncate each, filled or not, which takes a quarter of a second."""
    looks = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _tables())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(looks)
        filled = [table for (table,) in cursor.fetchall()]
        # In this role neither foreign keys nor our guards against deleting are checked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled:
            cursor.execute(f"DELETE FROM {table}")
