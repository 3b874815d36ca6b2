"""Cursors: where a page of a list begins, by what its last row is, so that rows added meanwhile shift nothing."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError as BadValue
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

Rows = QuerySet[Any] | Sequence[Any]


@dataclass(frozen=True)
class Page:
    """Some rows of a list, how many it has in all, and the cursors of the pages after and before."""

    rows: Sequence[Any]
    count: int
    following: str
    preceding: str


def cut_page(rows: Rows, *, limit: int, offset: int = 0, cursor: str = "") -> Page:
    """Return the page that begins at a cursor, or at a number. Raises ValidationError for a cursor that is not ours.

    A queryset's order must be by columns that are never null, and unique.
    """
    if isinstance(rows, QuerySet):
        return _cut_query(rows, limit, offset, cursor)
    start = _read(cursor).get("n", 0) if cursor else offset
    if not isinstance(start, int) or start < 0:
        raise _not_ours()
    shown, count = rows[start : start + limit], len(rows)
    following = _write({"n": start + limit}) if start + limit < count else ""
    return Page(shown, count, following, _write({"n": max(0, start - limit)}) if start else "")


def _cut_query(rows: QuerySet[Any], limit: int, offset: int, cursor: str) -> Page:
    count, order = rows.count(), [str(name) for name in rows.query.order_by]
    read = _read(cursor) if cursor else {}
    backwards, values = "b" in read, read.get("b", read.get("a"))
    if cursor and (not isinstance(values, list) or len(values) != len(order)):
        raise _not_ours()
    chosen = rows.order_by(*map(_turn, order)) if backwards else rows
    try:
        if values:
            chosen = chosen.filter(_beyond([_turn(name) for name in order] if backwards else order, values))
        found = list(chosen[offset : offset + limit + 1])
    except (BadValue, ValueError, TypeError, OverflowError) as error:
        raise _not_ours() from error
    more, shown = len(found) > limit, found[:limit]
    if backwards:
        shown.reverse()
    has_following, has_preceding = (bool(cursor), more) if backwards else (more, bool(cursor or offset))
    following = _write({"a": _values(shown[-1], order)}) if shown and has_following else ""
    return Page(shown, count, following, _write({"b": _values(shown[0], order)}) if shown and has_preceding else "")


def _turn(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows after one with these values."""
    chosen, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        column = name.removeprefix("-")
        chosen |= same & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{column: value})
    return chosen


def _values(row: Model, order: Sequence[str]) -> list[Any]:
    values = []
    for name in order:
        value: Any = row
        for part in name.removeprefix("-").split("__"):
            value = getattr(value, part)
        values.append(value.isoformat() if isinstance(value, date | datetime) else value)
    return values


def _write(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str) -> dict[str, Any]:
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    # Lists within lists, a thousand deep, are valid JSON.
    except (ValueError, RecursionError) as error:
        raise _not_ours() from error
    if not isinstance(content, dict):
        raise _not_ours()
    return content


def _not_ours() -> ValidationError:
    return ValidationError({"cursor": [_("This is no cursor of this list. Take the address of `next` as it is.")]})
