"""COPY: many rows stored or read at once, several times as fast as with INSERT and SELECT."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

from django.db import connection
from django.db.models import Model
from psycopg import Copy, sql


@contextmanager
def open_copy(statement: LiteralString | sql.Composed, parameters: Sequence[Any] | None = None) -> Iterator[Copy]:
    """Run a COPY. Raises Django's database errors, as every other statement does, instead of psycopg's."""
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        # Under DEBUG, Django's own cursor accepts a COPY only without parameters.
        cursor.cursor.copy(statement, parameters) as copy,
    ):
        yield copy


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store rows whose values are in the order of `fields`; these name every column without a database default.

    Neither `save` nor signals run, and values are not cleaned. Call inside a transaction.
    """
    columns = {field.name: sql.Identifier(str(field.column)) for field in model._meta.concrete_fields}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join([columns[name] for name in fields])
    )
    with open_copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
