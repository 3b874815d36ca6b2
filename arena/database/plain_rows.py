"""Rows of models from hand-written SQL: where a query runs for every job, Django builds it longer than it runs."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


@cache
def columns_of(model: type[Model], *, of: str) -> str:
    """Return all columns of a model as a list for SELECT, from the table or alias `of`."""
    return ", ".join(f'{of}."{field.column}"' for field in model._meta.concrete_fields)


def row_of(model: type[M], values: Iterable[Any]) -> M:
    """Return the row whose columns come next in `values`, in the order of `columns_of`."""
    names = [field.attname for field in model._meta.concrete_fields]
    taken = list(islice(values, len(names)))
    for place, expression, convert in _converted(model):
        taken[place] = convert(taken[place], expression, connection)
    return model.from_db(DEFAULT_DB_ALIAS, names, taken)


def read_rows(model: type[M], statement: str, parameters: Iterable[Any]) -> Iterator[M]:
    """Yield the rows of a statement that selects `columns_of` this model alone."""
    with connection.cursor() as cursor:
        cursor.execute(statement, tuple(parameters))
        for row in cursor.fetchall():
            yield row_of(model, iter(row))


def read_number(statement: str, parameters: Iterable[Any]) -> int:
    """Return the one number that a statement selects."""
    with connection.cursor() as cursor:
        cursor.execute(statement, tuple(parameters))
        return int(cursor.fetchone()[0])


@cache
def _converted(model: type[Model]) -> list[tuple[int, Any, Any]]:
    """Return the columns whose values a field converts, such as JSON: their place, expression and function."""
    return [
        (place, field.cached_col, convert)
        for place, field in enumerate(model._meta.concrete_fields)
        for convert in field.get_db_converters(connection)
    ]
