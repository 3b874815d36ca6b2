"""Storing many rows by COPY, several times as fast as by INSERT."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store rows of values in the order of `fields`, which name every column without a default of the database's.

    Neither `save` nor signals run, and values are not cleaned. Call inside a transaction.
    """
    columns = {field.name: sql.Identifier(str(field.column)) for field in model._meta.concrete_fields}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join([columns[name] for name in fields])
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
