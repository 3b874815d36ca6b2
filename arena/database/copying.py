"""COPY: many rows stored or read at once, several times as fast as by INSERT and SELECT."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

from django.db import connection
from django.db.models import Model
from psycopg import Copy, sql


@contextmanager
def open_copy(statement: LiteralString | sql.Composed, parameters: Sequence[Any] | None = None) -> Iterator[Copy]:
    """Run a COPY. Raises Django's errors, as every other statement does, where psycopg would raise its own."""
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        # Under DEBUG Django's own cursor takes a COPY without parameters only.
        cursor.cursor.copy(statement, parameters) as copy,
    ):
        yield copy


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store rows of values in the order of `fields`, which name every column without a default of the database's.

    Neither `save` nor signals run, and values are not cleaned. Call inside a transaction.
    """
    columns = {field.name: sql.Identifier(str(field.column)) for field in model._meta.concrete_fields}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join([columns[name] for name in fields])
    )
    with open_copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
