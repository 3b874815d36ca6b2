"""What a listed price comes to for one image at given settings: per image, or per megapixel of its size."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from arena.catalog.models import Price

# Hosts that charge by the megapixel count 1024 × 1024 as one, and a started one as whole.
MEGAPIXEL = 1024 * 1024
# fal.ai's names of sizes, as its endpoints list them.
PRESETS = {
    "square_hd": "1024x1024",
    "square": "512x512",
    "portrait_4_3": "768x1024",
    "portrait_16_9": "576x1024",
    "landscape_4_3": "1024x768",
    "landscape_16_9": "1024x576",
}


def size_of(settings: Mapping[str, Any]) -> str:
    """Return the size that settings ask for, whatever the provider calls it: "1024x1536", "2K", or "" if they do not.

    Providers call it `size`, `width` and `height`, `image_size` (a table of the two, or a preset's name), `resolution`.
    """
    named = settings.get("image_size")
    sides = named if isinstance(named, Mapping) else settings
    if "width" in sides and "height" in sides:
        return f"{sides['width']}x{sides['height']}"
    if isinstance(named, str):
        return PRESETS.get(named, named)
    return str(settings.get("size") or settings.get("resolution") or "")


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
    return price.quality in {"", quality_of(settings)} and price.size in {"", size_of(settings)}


def quality_of(settings: Mapping[str, Any]) -> str:
    """Return the quality that settings ask for, which Ideogram calls its rendering speed; "" if they do not."""
    return str(settings.get("quality") or settings.get("rendering_speed") or "")


def image_amount(price: Price, listed: Iterable[Price], settings: Mapping[str, Any]) -> Decimal | None:
    """Return what `price` comes to for one image at these settings; None if it is no price of an image.

    `listed` are all prices of its offering: one of `further_megapixel` is added for each megapixel after the first.
    """
    if (price.unit, price.currency) not in {("image", "USD"), ("megapixel", "USD")}:
        return None
    megapixels = started_megapixels(size_of(settings))
    if price.unit == "megapixel":
        return None if megapixels is None else price.amount * megapixels
    further = [one.amount for one in listed if one.item == "further_megapixel" and fits(one, settings)]
    if not further:
        return price.amount
    return None if megapixels is None else price.amount + max(further) * (megapixels - 1)
