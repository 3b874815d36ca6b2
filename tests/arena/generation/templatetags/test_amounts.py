"""Amounts in USD as staff pages show them."""

from decimal import Decimal

import pytest

from arena.generation.templatetags.amounts import usd


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "–"), ("0", "0.00"), ("0.0100", "0.01"), ("0.005000", "0.005"), ("12.5", "12.50"), ("1E+2", "100.00"),
        ("0.0000014", "0.000001"), ("-0.5", "-0.50"), ("1234.5", "1,234.50"),
    ],
    ids=str,
)  # fmt: skip
def test_usd_has_two_decimals_and_more_where_there_are_more(amount: str | None, shown: str) -> None:
    assert usd(None if amount is None else Decimal(amount)) == shown
