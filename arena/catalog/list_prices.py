"""What a listed price comes to for one image at given settings: per image, or per megapixel of its size."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from arena.catalog.models import Price

# Hosts that charge by the megapixel count 1024 × 1024 as one, and a started one as whole.
MEGAPIXEL = 1024 * 1024


def started_megapixels(size: str) -> int | None:
    """Return the megapixels that an image of a size such as "1024x1536" is charged for; None if it is no such size."""
    sides = size.split("x")
    if len(sides) != 2 or not all(side.isdecimal() for side in sides):
        return None
    return megapixels_of(int(sides[0]) * int(sides[1]))


def megapixels_of(pixels: int) -> int:
    """Return the megapixels that so many pixels are charged for: started ones count, and there is at least one."""
    return max(1, -(-pixels // MEGAPIXEL))


def fits(price: Price, settings: Mapping[str, Any]) -> bool:
    """Tell whether a price holds at these settings: an empty quality or size of a price means any."""
    return price.quality in {"", settings.get("quality", "")} and price.size in {"", settings.get("size", "")}


def image_amount(price: Price, listed: Iterable[Price], settings: Mapping[str, Any]) -> Decimal | None:
    """Return what `price` comes to for one image at these settings; None if it is no price of an image.

    `listed` are all prices of its offering: one of `further_megapixel` is added for each megapixel after the first.
    """
    if (price.unit, price.currency) not in {("image", "USD"), ("megapixel", "USD")}:
        return None
    megapixels = started_megapixels(str(settings.get("size", "")))
    if price.unit == "megapixel":
        return None if megapixels is None else price.amount * megapixels
    further = [one.amount for one in listed if one.item == "further_megapixel" and fits(one, settings)]
    if not further:
        return price.amount
    return None if megapixels is None else price.amount + max(further) * (megapixels - 1)
