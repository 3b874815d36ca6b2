"""Numbers, shares, amounts, days and times as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from arena.languages.written_figures import (
    sign,
    write_day,
    write_decimals,
    write_moment,
    write_money,
    write_month,
    write_number,
    write_percent,
    write_seconds,
)

THIN = "\u202f"


@pytest.mark.parametrize(
    ("code", "number", "percent", "seconds", "money"),
    [
        ("en", "1,234,567", f"12.5{THIN}%", f"0.45{THIN}s", "$0.040"),
        ("de", "1.234.567", f"12,5{THIN}%", f"0,45{THIN}s", f"0,040{THIN}$"),
        ("es", "1\xa0234\xa0567", f"12,5{THIN}%", f"0,45{THIN}s", f"0,040{THIN}US$"),
        ("ja", "1,234,567", "12.5%", "0.45秒", "$0.040"),
        ("ar", "1.234.567", "12,5%", f"0,45{THIN}ث", "$0,040"),
    ],
)
def test_figures_follow_the_language(code: str, number: str, percent: str, seconds: str, money: str) -> None:
    with override(code):
        assert write_number(1_234_567) == number
        assert write_percent(0.125, 1) == percent
        assert write_seconds(0.45, 2) == seconds
        assert write_money("0.040", "USD") == money
        assert write_decimals(1500, 0) == "1500"


@pytest.mark.parametrize(
    ("code", "day", "moment", "month"),
    [
        ("en", "29 November 2026", "29 November 2026, 14:05 UTC", "November 2026"),
        ("de", "29. November 2026", "29. November 2026, 14:05 UTC", "November 2026"),
        ("es", "29 de noviembre de 2026", "29 de noviembre de 2026, 14:05 UTC", "noviembre de 2026"),
        ("ja", "2026年11月29日", "2026年11月29日 14:05 UTC", "2026年11月"),
        ("ar", "29 نوفمبر 2026", "29 نوفمبر 2026، 14:05 UTC", "نوفمبر 2026"),
    ],
)
def test_days_and_times_follow_the_language(code: str, day: str, moment: str, month: str) -> None:
    with override(code):
        assert write_day(date(2026, 11, 29)) == day
        assert write_moment(datetime(2026, 11, 29, 14, 5, tzinfo=UTC)) == moment
        assert write_month(date(2026, 11, 29)) == month


def test_sign_stays_before_its_number_from_right_to_left() -> None:
    with override("de"):
        assert sign("+8") == "+8"
    with override("ar"):
        assert sign("+8") == "\u200e+8"
