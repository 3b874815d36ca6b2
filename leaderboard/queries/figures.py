"""Figures beside a rating, per contender: list price, generation time, reliability, reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Aggregate, Count, FloatField, Q

from arena.catalog.list_prices import image_amount, size_of
from arena.catalog.models import Contender, Price
from arena.generation.models import Generation, Run

FIGURES_SECONDS = 60
# Counting a million matchups takes a second, and what is counted changes once a day.
REPORTS_SECONDS = 600

# As of the last midnight (UTC): if a report showed at once, whoever sends it would learn who made the image.
_REPORTED = """
WITH shown AS (
    SELECT image, count(*) AS times FROM (
        SELECT unnest(ARRAY[m.left_id, m.right_id]) AS image
        FROM voting_matchup m JOIN voting_ledger l ON l.id = m.ledger_id AND l.kind = 'native'
        WHERE m.closed_at < date_trunc('day', now(), 'UTC')
    ) AS side GROUP BY image
), reported AS (
    SELECT i.generation_id AS image, count(*) AS times
    FROM voting_reportedimage i JOIN voting_report r ON r.matchup_id = i.report_id
    JOIN voting_matchup m ON m.id = r.matchup_id JOIN voting_ledger l ON l.id = m.ledger_id AND l.kind = 'native'
    WHERE r.created_at < date_trunc('day', now(), 'UTC')
    GROUP BY i.generation_id
)
SELECT g.contender_id, coalesce(sum(shown.times), 0)::bigint, coalesce(sum(reported.times), 0)::bigint, count(*),
    count(*) FILTER (WHERE g.hidden_at < date_trunc('day', now(), 'UTC'))
FROM generation_generation g
JOIN catalog_prompt p ON p.id = g.prompt_id JOIN catalog_category c ON c.id = p.category_id
LEFT JOIN shown ON shown.image = g.id LEFT JOIN reported ON reported.image = g.id
WHERE g.state = 'done' AND c.modality = %s
GROUP BY g.contender_id
"""


_SAME_PICTURES = """
SELECT coalesce(sum(contenders * (contenders - 1) / 2), 0)::bigint FROM (
    SELECT count(DISTINCT g.contender_id) AS contenders
    FROM generation_image i JOIN generation_generation g ON g.id = i.generation_id AND g.state = 'done'
    JOIN catalog_prompt p ON p.id = g.prompt_id JOIN catalog_category c ON c.id = p.category_id
    WHERE c.modality = %s
    GROUP BY g.prompt_id, i.pixels HAVING count(DISTINCT g.contender_id) > 1
) AS shared
"""


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


@dataclass(frozen=True)
class ReportFigures:
    """How often a contender's images were shown in closed matchups and reported there, and how many are hidden."""

    matchups_shown: int
    matchups_reported: int
    images: int
    images_hidden: int

    @property
    def reported_rate(self) -> float | None:
        """Reports per matchup shown; None before the first."""
        return self.matchups_reported / self.matchups_shown if self.matchups_shown else None

    @property
    def hidden_rate(self) -> float | None:
        """Hidden images per image; None without any."""
        return self.images_hidden / self.images if self.images else None


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
        item__in=["image", "further_megapixel"],
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
    for price in (price for price in prices if price.item == "image"):
        named = _named_settings(price, settings)
        listed = [one for one in prices if one.offering_id == price.offering_id]
        amount = image_amount(price, listed, settings)
        if named is None or amount is None:
            continue
        known = best.get(price.offering_id)
        if known is None or (-named, amount) < known[:2]:
            best[price.offering_id] = (-named, amount, price)
    if not best:
        return None
    _, amount, cheapest = min(best.values(), key=lambda ranked: (ranked[0], ranked[1], ranked[2].pk))
    return ListPrice(amount, cheapest.offering.provider.name, cheapest.source, cheapest.seen_on)


def _named_settings(price: Price, settings: dict[str, Any]) -> int | None:
    """How many of quality and size the price names; None if it names a value other than the contender's."""
    named = [(price.quality, settings.get("quality")), (price.size, size_of(settings))]
    if any(value and value != own for value, own in named):
        return None
    return sum(bool(value) for value, _ in named)


def generation_figures(contenders: Iterable[int], *, modality: str) -> dict[int, GenerationFigures]:
    """Return reliability and speed by contender key, over prompts of one modality; at most FIGURES_SECONDS old.

    A failed or refused generation counts here and nowhere else: it is never a loss. Imported images count neither as
    made nor as failed: nobody knows what their models failed at.
    """
    # Cached: every board page needs this, the home page several times, and counting 100,000 generations takes 0.2 s.
    key = f"generation-figures:{modality}"
    counted: dict[int, GenerationFigures] | None = cache.get(key)
    if counted is None:
        counted = _count(modality)
        cache.set(key, counted, FIGURES_SECONDS)
    return {contender: counted[contender] for contender in contenders if contender in counted}


def _count(modality: str) -> dict[int, GenerationFigures]:
    generated = Q(run__kind=Run.Kind.GENERATED)
    done, ended = generated & Q(state="done"), generated & Q(state__in=["done", "refused", "failed"])
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


def count_same_pictures(*, modality: str) -> int:
    """Return how many pairs of contenders have the same picture of a prompt, over all prompts of one modality.

    Such a pair is never dealt. At most FIGURES_SECONDS old.
    """
    key = f"same-pictures:{modality}"
    counted: int | None = cache.get(key)
    if counted is None:
        with connection.cursor() as cursor:
            cursor.execute(_SAME_PICTURES, [modality])
            (counted,) = cursor.fetchone()
        cache.set(key, counted, FIGURES_SECONDS)
    return counted


def report_figures(contenders: Iterable[int], *, modality: str) -> dict[int, ReportFigures]:
    """Return what voters of this arena reported, by contender key, over prompts of one modality.

    Counted up to the last midnight (UTC). A voter counts once per image.
    """
    key = f"report-figures:{modality}"
    counted: dict[int, ReportFigures] | None = cache.get(key)
    if counted is None:
        with connection.cursor() as cursor:
            cursor.execute(_REPORTED, [modality])
            counted = {row[0]: ReportFigures(*row[1:]) for row in cursor.fetchall()}
        cache.set(key, counted, REPORTS_SECONDS)
    return {contender: counted[contender] for contender in contenders if contender in counted}
