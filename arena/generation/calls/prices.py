"""What an image will cost by the catalogue, and what it did cost by the provider's own count."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from arena.catalog.list_prices import fits, image_amount, megapixels_of
from arena.catalog.models import Contender, Price
from arena.catalog.pinned_settings import fill_template
from arena.generation.providers.base import Done
from arena.generation.providers.registry import is_free
from arena.generation.providers.shapes.reply_paths import ABSURD

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
# Width and height of a picture in pixels.
Size = tuple[int, int]


def image_price(contender: Contender, *, pictures: Sequence[Size] = ()) -> Decimal | None:
    """Return the USD list price of one image at the contender's settings; None if the catalogue knows none.

    `pictures` are the sizes of the pictures that an edit sends: an offering may price edits of their own, and the
    pictures that it is sent. If sources contradict each other it is the highest, so that a cap holds whoever is right.
    """
    if contender.offering is None:
        return None
    if is_free(contender.offering.provider):
        return Decimal(0)
    return max((amount for _, amount in listed_amounts(contender, pictures=pictures)), default=None)


def listed_amounts(contender: Contender, *, pictures: Sequence[Size] = ()) -> list[tuple[Price, Decimal]]:
    """Return the prices of one image at the contender's settings, and what each comes to in USD."""
    prices = contender.offering.price_list if contender.offering is not None else []
    listed = [price for price in prices if fits(price, contender.settings)]
    for item in ("edit", "image") if pictures else ("image",):
        amounts = [(price, image_amount(price, listed, contender.settings)) for price in listed if price.item == item]
        sent = _price_of_sources(listed, pictures)
        if known := [(price, amount + sent) for price, amount in amounts if amount is not None]:
            return known
    return []


def price_version(contender: Contender) -> str:
    """Return a name of all prices of the contender's offering: the newest day on which one was read, and a hash.

    Empty where the catalogue has none.
    """
    prices = contender.offering.price_list if contender.offering is not None else []
    if not prices:
        return ""
    rows = sorted(
        f"{each.item}|{each.unit}|{each.quality}|{each.size}|{each.amount:.6f}|{each.currency}|{each.source}"
        for each in prices
    )
    newest = max(each.seen_on for each in prices)
    return f"{newest:%Y-%m-%d} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:12]}"


def call_bound(contender: Contender, prompt: str, pictures: Sequence[Size] = ()) -> Decimal | None:
    """Return the most in USD that one call for this prompt can cost by the catalogue; None if it does not say.

    It is the list price. Where tokens are billed, those of the texts that are sent are added, at most one per byte: the
    `prompt` as the contender's template makes it, and what the image must not show. So are those of the `pictures` that
    go along: sources and mask, each by width and height.
    """
    price, rates = image_price(contender, pictures=pictures), _token_rates(contender)
    if not price or not {"text_input", "image_output"} <= set(rates):
        return price
    sent = fill_template(contender.settings, prompt) + str(contender.settings.get("negative_prompt", ""))
    tokens = len(sent.encode()) + ENVELOPE_TOKENS
    shown = sum(_picture_tokens(*size) for size in pictures)
    rate = rates.get("image_input", rates["image_output"])
    return price + LIST_ROUNDING + (rates["text_input"] * tokens + rate * shown) / MILLION


def _picture_tokens(width: int, height: int) -> int:
    patches = math.ceil(width / PATCH_SIDE) * math.ceil(height / PATCH_SIDE)
    return max(PICTURE_TOKENS, math.ceil(1.2 * patches))


def _price_of_sources(listed: Sequence[Price], pictures: Sequence[Size]) -> Decimal:
    """Return what the pictures that are sent cost, where they are charged by the picture or the megapixel."""
    counts = {"image": len(pictures), "megapixel": sum(megapixels_of(width * height) for width, height in pictures)}
    amounts = [
        price.amount * counts[price.unit]
        for price in listed
        if price.item == "image_input" and price.unit in counts and price.currency == "USD"
    ]
    return max(amounts, default=Decimal(0))


def usage_cost(contender: Contender, usage: Mapping[str, Any] | None) -> Decimal | None:
    """Return tokens used × the catalogue's USD token prices; None if a count or a price is missing, or absurd."""
    if usage is None or contender.offering is None:
        return None
    rates = _token_rates(contender)
    counts = [(item, _count(usage, details, kind)) for details, kind, item in TOKEN_ITEMS]
    used = [(item, count) for item, count in counts if count]
    if not any(item == "image_output" for item, _ in used) or any(item not in rates for item, _ in used):
        return None
    cost = sum((rates[item] * count / MILLION for item, count in used), Decimal(0))
    return cost if cost < ABSURD else None


def cost_of(contender: Contender, done: Done, *, listed: Decimal | None) -> tuple[Decimal | None, str]:
    """Return what an answer cost in USD, and on what that rests: the provider's word, its count of tokens, the list."""
    if done.cost is not None:
        return done.cost, "reported"
    by_usage = usage_cost(contender, done.usage)
    return (listed, "list") if by_usage is None else (by_usage, "usage")


def _token_rates(contender: Contender) -> dict[str, Decimal]:
    """Return USD per million tokens by item, the highest if sources differ."""
    rates: dict[str, Decimal] = {}
    for price in contender.offering.price_list if contender.offering else []:
        if (price.unit, price.currency) == ("million_tokens", "USD"):
            rates[price.item] = max(price.amount, rates.get(price.item, Decimal(0)))
    return rates


def _count(usage: Mapping[str, Any], details: str, kind: str) -> int:
    table = usage.get(details)
    value = table.get(kind, 0) if isinstance(table, Mapping) else 0
    return value if isinstance(value, int) and value > 0 else 0
