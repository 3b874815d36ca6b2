"""Reads when votes of a file were cast: days in UTC, from dates, times and counts of seconds as people write them."""

from datetime import UTC, date, datetime
from math import isinf, isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]

# Counts since 1970 above this are milli-, micro- or nanoseconds: as seconds they would lie after the year 5000.
_MOST_SECONDS = 1e11
# Whole numbers between these are dates without hyphens, as 20261121: as seconds they would lie in August 1970.
_FIRST_DATE, _LAST_DATE = 19_700_101, 21_001_231


def read_day(value: Any) -> date | None:
    """The day of a date, an ISO text, a number as 20261121 or a count since 1970; None for what is empty.

    A time that names no zone is taken as UTC. Raises ValueError for anything else.
    """
    try:
        return _read_day(value)
    except (OverflowError, OSError) as error:
        raise ValueError("no time that a calendar has") from error


def _read_day(value: Any) -> date | None:
    if isinstance(value, str):
        value = _read_text(value.strip())
    if value is None or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, datetime):
        return _in_utc(value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("neither a date nor a time")
    return _from_count(float(value))


def _read_text(text: str) -> date | float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return datetime.fromisoformat(text)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no time that a calendar has") from error


def _from_count(count: float) -> date:
    if isinf(count):
        raise ValueError("no time that a calendar has")
    if _FIRST_DATE <= count <= _LAST_DATE and count.is_integer():
        return date.fromisoformat(f"{count:.0f}")
    while abs(count) > _MOST_SECONDS:
        count /= 1000
    return datetime.fromtimestamp(count, UTC).date()
