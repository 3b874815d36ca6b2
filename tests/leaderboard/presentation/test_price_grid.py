"""Prices as a grid of provider, quality and size; contradictions stand side by side."""

from decimal import Decimal

import pytest

from arena.catalog.models import Offering, Price, Provider
from leaderboard.presentation.price_grid import PriceColumn, lay_out_prices
from tests.factories import make_image_model

pytestmark = pytest.mark.django_db


def add(offering: Offering, amount: str, *, page: str = "one", **fields: str) -> Price:
    facts = {"item": "image", "unit": "image", "seen_on": "2026-11-01", "source": f"https://example.com/{page}"}
    return Price.objects.create(offering=offering, amount=Decimal(amount), **(facts | fields))


def test_grid_orders_columns_and_keeps_contradicting_prices() -> None:
    model = make_image_model()
    zeta, alpha = (
        Offering.objects.create(provider=Provider.objects.create(slug=name, name=name), image_model=model)
        for name in ("zeta", "Alpha")
    )
    add(zeta, "0.05", quality="high", size="1024x1024")
    add(zeta, "0.02", quality="low", size="1536x1024")
    add(alpha, "0.02", page="two", quality="low", size="1024x1024")
    add(alpha, "0.01", quality="low", size="1024x1024")
    add(alpha, "0.03")
    add(alpha, "2.00", item="text_input", unit="million_tokens")

    grid = lay_out_prices(Price.objects.select_related("offering__provider"))

    assert grid.columns == (
        PriceColumn("low", "1024x1024"),
        PriceColumn("low", "1536x1024"),
        PriceColumn("high", "1024x1024"),
        PriceColumn("", ""),
    )
    assert grid.qualities == [("low", 2), ("high", 1), ("", 1)]
    assert [row.provider.name for row in grid.rows] == ["Alpha", "zeta"]
    assert [[str(price.amount) for price in cell] for cell in grid.rows[0].cells] == [
        ["0.010000", "0.020000"], [], [], ["0.030000"],
    ]  # fmt: skip
    assert [price.item for price in grid.others] == ["text_input"]
