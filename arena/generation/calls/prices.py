"""What an image will cost by the catalogue, and what it did cost by the provider's own count."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from arena.catalog.models import Contender, Price
from arena.generation.providers.registry import is_free

# Where a usage report in OpenAI's form counts tokens, and the item of the catalogue that prices a million of them.
TOKEN_ITEMS = (
    ("input_tokens_details", "text_tokens", "text_input"),
    ("input_tokens_details", "image_tokens", "image_input"),
    ("output_tokens_details", "text_tokens", "text_output"),
    ("output_tokens_details", "image_tokens", "image_output"),
)
MILLION = 1_000_000
# Where tokens are billed, the list price of an image is their price rounded to a thousandth of a dollar.
LIST_ROUNDING = Decimal("0.0005")
# Tokens that a provider may put around a prompt.
ENVELOPE_TOKENS = 64
# The most tokens of a picture to edit where they do not grow with it (gpt-image-1 at high fidelity counts up to 6,800),
# and the side of the square that counts 1.2 tokens where they do.
PICTURE_TOKENS = 7_000
PATCH_SIDE = 32


def image_price(contender: Contender) -> Decimal | None:
    """Return the USD list price of one image at the contender's settings; None if the catalogue knows none.

    If sources contradict each other it is the highest, so that a cap holds whoever is right.
    """
    if contender.offering is None:
        return None
    if is_free(contender.offering.provider):
        return Decimal(0)
    return max((price.amount for price in list_prices(contender)), default=None)


def list_prices(contender: Contender) -> list[Price]:
    """Return what each source says one image costs at the contender's settings, in USD."""
    prices = contender.offering.prices.all() if contender.offering is not None else ()
    return [price for price in prices if _fits(price, contender.settings)]


def call_bound(contender: Contender, prompt: str, pictures: Iterable[tuple[int, int]] = ()) -> Decimal | None:
    """Return the most in USD that one call for this prompt can cost by the catalogue; None if it does not say.

    It is the list price. Where tokens are billed, the prompt's are added, at most one per byte, and those of the
    `pictures` that go along: sources and mask, each by width and height.
    """
    price, rates = image_price(contender), _token_rates(contender)
    if not price or not {"text_input", "image_output"} <= set(rates):
        return price
    tokens = len(prompt.encode()) + ENVELOPE_TOKENS
    shown = sum(_picture_tokens(*size) for size in pictures)
    rate = rates.get("image_input", rates["image_output"])
    return price + LIST_ROUNDING + (rates["text_input"] * tokens + rate * shown) / MILLION


def _picture_tokens(width: int, height: int) -> int:
    patches = math.ceil(width / PATCH_SIDE) * math.ceil(height / PATCH_SIDE)
    return max(PICTURE_TOKENS, math.ceil(1.2 * patches))


def _fits(price: Price, settings: Mapping[str, Any]) -> bool:
    return (
        (price.item, price.unit, price.currency) == ("image", "image", "USD")
        and price.quality in {"", settings.get("quality", "")}
        and price.size in {"", settings.get("size", "")}
    )


def usage_cost(contender: Contender, usage: Mapping[str, Any] | None) -> Decimal | None:
    """Return tokens used × the catalogue's USD token prices; None if a count or a price is missing."""
    if usage is None or contender.offering is None:
        return None
    rates = _token_rates(contender)
    counts = [(item, _count(usage, details, kind)) for details, kind, item in TOKEN_ITEMS]
    used = [(item, count) for item, count in counts if count]
    if not any(item == "image_output" for item, _ in used) or any(item not in rates for item, _ in used):
        return None
    return sum((rates[item] * count / MILLION for item, count in used), Decimal(0))


def _token_rates(contender: Contender) -> dict[str, Decimal]:
    """Return USD per million tokens by item, the highest if sources differ."""
    rates: dict[str, Decimal] = {}
    for price in contender.offering.prices.all() if contender.offering else ():
        if (price.unit, price.currency) == ("million_tokens", "USD"):
            rates[price.item] = max(price.amount, rates.get(price.item, Decimal(0)))
    return rates


def _count(usage: Mapping[str, Any], details: str, kind: str) -> int:
    table = usage.get(details)
    value = table.get(kind, 0) if isinstance(table, Mapping) else 0
    return value if isinstance(value, int) and value > 0 else 0
