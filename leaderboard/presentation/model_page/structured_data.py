"""JSON-LD of a model's page, for search engines: it says nothing that the page doesn't."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from arena.catalog.models import ImageModel, Price
from leaderboard.presentation.board_page.figure_texts import money
from leaderboard.presentation.model_page.questions import Question

# No text may end the element that holds it.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def write_structured_data(
    image_model: ImageModel, prices: Iterable[Price], questions: Iterable[Question]
) -> SafeString:
    """Return the JSON of a product with its prices of an image, and of the questions; for a `script` element."""
    parts = [_product(image_model, list(prices)), *_questions(list(questions))]
    text = json.dumps({"@context": "https://schema.org", "@graph": parts}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - all that HTML could read is escaped.


def _product(image_model: ImageModel, prices: list[Price]) -> dict[str, Any]:
    product: dict[str, Any] = {
        "@type": "Product",
        "name": image_model.name,
        "brand": {"@type": "Brand", "name": image_model.organization.name},
    }
    if image_model.summary:
        product["description"] = image_model.summary
    offers = [
        _offer(price) for price in prices if (price.item, price.unit, price.currency) == ("image", "image", "USD")
    ]
    return product | ({"offers": offers} if offers else {})


def _offer(price: Price) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "price": money(price.amount).removeprefix("$"),
        "priceCurrency": price.currency,
        "seller": {"@type": "Organization", "name": price.offering.provider.name},
        "url": price.source,
    }


def _questions(questions: list[Question]) -> list[dict[str, Any]]:
    asked = [
        {"@type": "Question", "name": each.asked, "acceptedAnswer": {"@type": "Answer", "text": each.answer}}
        for each in questions
    ]
    return [{"@type": "FAQPage", "mainEntity": asked}] if asked else []
