"""How numbers are written."""

from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from leaderboard.presentation.board_page import figure_texts
from leaderboard.ratings.results import Line


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.005000", "$0.005"),
        ("0.02", "$0.020"),
        ("0.0053", "$0.0053"),
        ("2", "$2.00"),
        ("25.60", "$25.60"),
        ("100", "$100.00"),
        ("0", "$0.000"),
    ],
)
def test_money_keeps_the_decimals_it_has(amount: str, text: str) -> None:
    assert figure_texts.money(Decimal(amount)) == text


def test_money_of_another_currency_names_it() -> None:
    assert figure_texts.money(Decimal("0.5"), "EUR") == "0.500\u202fEUR"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.004, "0.004\u202fs"),
        (0.1, "0.10\u202fs"),
        (1.0, "1.0\u202fs"),
        (4.94, "4.9\u202fs"),
        (120.4, "120\u202fs"),
    ],
)
def test_seconds(value: float | None, text: str) -> None:
    assert figure_texts.seconds(value) == text


def test_what_is_not_known_is_a_dash() -> None:
    writers = (figure_texts.whole, figure_texts.decimals, figure_texts.percent, figure_texts.money)
    assert {write(None) for write in writers} == {"–"}


def test_chance_that_is_not_certain_is_not_told_as_certain() -> None:
    told = [figure_texts.chance(chance) for chance in (1.0, 0.9963, 0.994, 0.5)]
    assert [text.replace("\u202f", " ") for text in told] == ["100 %", "> 99 %", "99 %", "50 %"]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(1000.0, 1058.0, "±29"), (501.0, 1499.0, "±499"), (-1869.0, 3517.0, ">\u202f±500"), (None, None, "")],
)
def test_interval_that_tells_nothing_has_no_digits(low: float | None, high: float | None, text: str) -> None:
    line = cast("Line", SimpleNamespace(elo_low=low, elo_high=high))
    assert figure_texts.half_width(line) == text
