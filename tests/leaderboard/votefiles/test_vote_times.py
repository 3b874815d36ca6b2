"""Days of votes in every notation that files use."""

from datetime import date
from typing import Any

import pytest

from leaderboard.votefiles.vote_times import read_day


@pytest.mark.parametrize(
    "value",
    ["2026-11-21", "20261121", 20261121, "2026-11-21T23:30:00", "2026-11-22 00:30:00+01:00", 1795219200, "1795219200.5",
     1795219200000, 1795219200000000],
)  # fmt: skip
def test_day_of_whatever_people_write(value: Any) -> None:
    assert read_day(value) == date(2026, 11, 21)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan"), "nan"])
def test_day_of_nothing_is_not_known(value: Any) -> None:
    assert read_day(value) is None


@pytest.mark.parametrize(
    "value", ["inf", float("-inf"), "1e999", "20261341", True, [], "yesterday", "0001-01-01T00:00:00+05:00"]
)
def test_day_of_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"time|month|day|isoformat"):
        read_day(value)
