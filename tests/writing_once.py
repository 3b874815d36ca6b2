"""What many tests begin with is computed once in a process; for the others its rows are copied."""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

from leaderboard.queries.current_method import current_method
from tests.emptying import filled_tables

_Arguments = ParamSpec("_Arguments")
_Value = TypeVar("_Value")
# What a function returned when it filled an empty database, and the rows of each table then.
_written: dict[tuple[object, ...], tuple[Any, dict[str, bytes]]] = {}


def written_once(fill: Callable[_Arguments, _Value]) -> Callable[_Arguments, _Value]:
    """Let a function that fills the database do so once; later, copy the rows that it wrote then.

    They are copied for the same arguments and method, into an empty database only; else the function is called.
    So it must depend on no other setting, and write nothing but rows.
    """

    @wraps(fill)
    def fill_or_copy(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Value:
        if filled_tables():
            return fill(*args, **kwargs)
        key = (fill, args, *kwargs.items(), current_method())
        if key not in _written:
            value = fill(*args, **kwargs)
            _written[key] = deepcopy(value), {table: _read(table) for table in filled_tables()}
            return value
        value, rows = _written[key]
        _write(rows)
        return deepcopy(value)

    return fill_or_copy


def _read(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(map(bytes, copy))


def _write(rows: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # In this role neither guards nor foreign keys are checked: the rows satisfied them when they were written.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, lines in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(lines)
        cursor.execute("SET LOCAL session_replication_role = origin")
