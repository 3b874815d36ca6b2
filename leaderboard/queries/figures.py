"""Figures beside a rating, per contender: list price, generation time, reliability."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Aggregate, Count, FloatField, Q

from arena.catalog.models import Contender, Price
from arena.generation.models import Generation

FIGURES_SECONDS = 60


@dataclass(frozen=True)
class ListPrice:
    """The cheapest known price of one image in USD, with where and when it was read."""

    amount: Decimal
    provider: str
    source: str
    seen_on: date


@dataclass(frozen=True)
class GenerationFigures:
    """A contender's finished generations: median seconds of the successful ones, and the share that succeeded."""

    median_seconds: float | None
    success_rate: float | None


class Median(Aggregate):
    """PostgreSQL's percentile_cont(0.5)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def list_prices(contenders: Iterable[Contender]) -> dict[int, ListPrice]:
    """Return the cheapest USD price per image at each contender's own quality and size, by contender key. One query.

    A price without quality or size may hold for any. It counts only where no provider has a more specific price.
    """
    wanted = list(contenders)
    prices = Price.objects.filter(
        offering__image_model__in={contender.image_model_id for contender in wanted},
        item="image",
        unit="image",
        currency="USD",
    ).select_related("offering__provider")
    by_model: dict[int, list[Price]] = {}
    for price in prices:
        by_model.setdefault(price.offering.image_model_id, []).append(price)
    found = {
        contender.pk: _cheapest(contender.settings, by_model.get(contender.image_model_id, [])) for contender in wanted
    }
    return {key: price for key, price in found.items() if price is not None}


def _cheapest(settings: dict[str, Any], prices: list[Price]) -> ListPrice | None:
    best: dict[int, tuple[int, Decimal, Price]] = {}
    for price in prices:
        named = _named_settings(price, settings)
        if named is None:
            continue
        known = best.get(price.offering_id)
        if known is None or (-named, price.amount) < known[:2]:
            best[price.offering_id] = (-named, price.amount, price)
    if not best:
        return None
    *_, cheapest = min(best.values(), key=lambda ranked: (ranked[0], ranked[1], ranked[2].pk))
    return ListPrice(cheapest.amount, cheapest.offering.provider.name, cheapest.source, cheapest.seen_on)


def _named_settings(price: Price, settings: dict[str, Any]) -> int | None:
    """How many of quality and size the price names; None if it names a value other than the contender's."""
    named = [(price.quality, settings.get("quality")), (price.size, settings.get("size"))]
    if any(value and value != own for value, own in named):
        return None
    return sum(bool(value) for value, _ in named)


def generation_figures(contenders: Iterable[int], *, modality: str) -> dict[int, GenerationFigures]:
    """Return reliability and speed by contender key, over prompts of one modality; at most FIGURES_SECONDS old.

    A failed or refused generation counts here and nowhere else: it is never a loss.
    """
    # Cached: every board page needs this, the home page several times, and counting 100,000 generations takes 0.2 s.
    key = f"generation-figures:{modality}"
    counted: dict[int, GenerationFigures] | None = cache.get(key)
    if counted is None:
        counted = _count(modality)
        cache.set(key, counted, FIGURES_SECONDS)
    return {contender: counted[contender] for contender in contenders if contender in counted}


def _count(modality: str) -> dict[int, GenerationFigures]:
    done, ended = Q(state="done"), Q(state__in=["done", "refused", "failed"])
    rows = (
        Generation.objects.filter(prompt__category__modality=modality)
        .order_by()
        .values("contender")
        .annotate(median=Median("seconds", filter=done), done=Count("pk", filter=done), ended=Count("pk", filter=ended))
    )
    return {
        row["contender"]: GenerationFigures(row["median"], row["done"] / row["ended"] if row["ended"] else None)
        for row in rows
    }
