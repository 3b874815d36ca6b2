"""What a listed price comes to for one image: by the image, by the megapixel, and with the pictures that are sent."""

from decimal import Decimal
from typing import Any

import pytest

from arena.catalog.list_prices import size_of, started_megapixels
from arena.catalog.models import Contender, Offering, Price, Provider
from arena.generation.calls.prices import image_price
from leaderboard.queries.figures import list_prices
from tests.factories import make_contender

pytestmark = pytest.mark.django_db


def priced(size: str, *prices: tuple[str, str, str]) -> Contender:
    """A contender of this size whose offering has prices of (item, unit, amount)."""
    contender = make_contender(settings={"size": size} if size else {})
    provider = Provider.objects.create(slug="host", name="Host", family="openai_compatible")
    contender.offering = Offering.objects.create(provider=provider, image_model=contender.image_model, model_id="m")
    contender.save()
    for number, (item, unit, amount) in enumerate(prices):
        Price.objects.create(
            offering=contender.offering, item=item, unit=unit, amount=Decimal(amount), seen_on="2026-11-30",
            source=f"https://example.com/{number}",
        )  # fmt: skip
    return contender


@pytest.mark.parametrize(
    ("size", "expected"),
    [("1024x1024", 1), ("1024x1025", 2), ("64x64", 1), ("2048x2048", 4), ("1K", None), ("", None), ("axb", None)],
)
def test_started_megapixels_counts_1024_squared_as_one(size: str, expected: int | None) -> None:
    assert started_megapixels(size) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"size": "1024x1536"}, "1024x1536"),
        ({"width": 1024, "height": 768, "steps": 4}, "1024x768"),
        ({"image_size": {"width": 2048, "height": 2048}}, "2048x2048"),
        ({"image_size": "square_hd"}, "1024x1024"),
        ({"image_size": "auto_2K"}, "auto_2K"),
        ({"aspect_ratio": "1:1", "resolution": "2K"}, "2K"),
        ({"quality": "low"}, ""),
    ],
)
def test_size_is_read_whatever_a_provider_calls_it(settings: dict[str, Any], expected: str) -> None:
    assert size_of(settings) == expected


@pytest.mark.parametrize(
    ("size", "prices", "expected"),
    [
        ("2048x2048", [("image", "megapixel", "0.01")], "0.04"),
        ("2048x2048", [("image", "image", "0.03"), ("further_megapixel", "megapixel", "0.015")], "0.075"),
        ("1024x1024", [("image", "image", "0.03"), ("further_megapixel", "megapixel", "0.015")], "0.03"),
        ("1024x1024", [("image", "image", "0.03"), ("image", "megapixel", "0.05")], "0.05"),
        ("", [("image", "megapixel", "0.01")], None),
        ("", [("image", "image", "0.03"), ("further_megapixel", "megapixel", "0.015")], None),
        ("1024x1024", [("image_input", "image", "0.01")], None),
    ],
)
def test_image_price_takes_the_highest_of_what_is_listed(
    size: str, prices: list[tuple[str, str, str]], expected: str | None
) -> None:
    assert image_price(priced(size, *prices)) == (expected and Decimal(expected))


def test_image_price_of_an_edit_adds_what_is_sent() -> None:
    contender = priced(
        "1024x1024", ("image", "image", "0.03"), ("further_megapixel", "megapixel", "0.015"),
        ("image_input", "megapixel", "0.015"), ("image_input", "image", "0.01"),
    )  # fmt: skip
    assert image_price(contender) == Decimal("0.03")
    assert image_price(contender, pictures=[(1024, 1024)]) == Decimal("0.045")
    assert image_price(contender, pictures=[(10, 10), (2048, 1024)]) == Decimal("0.075")


def test_image_price_of_an_edit_is_the_edits_own_where_it_has_one() -> None:
    contender = priced("1024x1024", ("image", "image", "0.05"), ("edit", "image", "0.02"))
    assert image_price(contender, pictures=[(10, 10)]) == Decimal("0.02")
    assert image_price(contender) == Decimal("0.05")


def test_list_price_shown_beside_a_rating_counts_megapixels_too() -> None:
    contender = priced("2048x2048", ("image", "megapixel", "0.01"))
    assert list_prices([contender])[contender.pk].amount == Decimal("0.04")
