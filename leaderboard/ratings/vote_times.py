"""When votes of a file were cast: days in UTC, from dates, times and counts of seconds as people write them."""

from datetime import UTC, date, datetime
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]

# Counts since 1970 of more than this are not seconds but a thousandth, a millionth or a milliardth of one: as seconds
# they would lie behind the year 5000.
_MOST_SECONDS = 1e11


def read_day(value: Any) -> date | None:
    """The day of a date, an ISO text or a count since 1970; None for what is empty. Raises ValueError.

    A time that names no zone is taken as UTC.
    """
    if isinstance(value, str):
        value = _read_text(value.strip())
    if value is None or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).date()
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


def _from_count(count: float) -> date:
    while abs(count) > _MOST_SECONDS:
        count /= 1000
    try:
        return datetime.fromtimestamp(count, UTC).date()
    except (OverflowError, OSError) as error:
        raise ValueError("no time that a calendar has") from error
