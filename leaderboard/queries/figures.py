"""Figures beside a rating, per contender: list price, what calls gave, and reports. No rating depends on them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.core.cache import cache
from django.db import connection
from django.db.models import F

from arena.catalog.list_prices import image_amount, quality_of, size_of
from arena.catalog.models import Contender, Price
from leaderboard.queries.named_contenders import NamedContender

FIGURES_SECONDS = 60
# Counting a million matchups takes a second, and what is counted changes once a day.
REPORTS_SECONDS = 600
# The days before a contender's last call over which its calls are counted.
DAYS = 30

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
WHERE g.state = 'done' AND g.entered_at IS NOT NULL AND c.modality = %s
GROUP BY g.contender_id
"""


_SAME_PICTURES = """
SELECT coalesce(sum(contenders * (contenders - 1) / 2), 0)::bigint FROM (
    SELECT count(DISTINCT g.contender_id) AS contenders
    FROM generation_image i JOIN generation_generation g ON g.id = i.generation_id AND g.state = 'done'
        AND g.entered_at IS NOT NULL
    JOIN catalog_prompt p ON p.id = g.prompt_id JOIN catalog_category c ON c.id = p.category_id
    WHERE c.modality = %s
    GROUP BY g.prompt_id, i.pixels HAVING count(DISTINCT g.contender_id) > 1
) AS shared
"""
# Calls count over the 30 days up to the contender's last one. Not counted are those that say nothing of the model: a
# host that asked to wait, a refused key or empty account, and calls whose worker died. Imports make no calls.
_CALLS = f"""
WITH calls AS MATERIALIZED (
    SELECT g.contender_id, a.started_at, a.outcome, a.cost, g.seconds, a.inference_seconds,
        max(a.started_at) OVER (PARTITION BY g.contender_id) AS last_call
    FROM generation_attempt a
    JOIN generation_generation g ON g.id = a.generation_id
    JOIN generation_run r ON r.id = g.run_id AND r.kind = 'generated'
    JOIN catalog_prompt p ON p.id = g.prompt_id JOIN catalog_category c ON c.id = p.category_id
    WHERE c.modality = %s AND a.outcome NOT IN ('', 'rate_limited', 'auth', 'quota', 'abandoned')
)
SELECT contender_id, max(last_call), count(*),
    count(*) FILTER (WHERE outcome = 'done'), count(*) FILTER (WHERE outcome = 'refused'),
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE outcome = 'done'),
    percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY greatest(0, seconds - inference_seconds))
        FILTER (WHERE outcome = 'done' AND inference_seconds IS NOT NULL),
    sum(cost)
FROM calls WHERE started_at > last_call - interval '{DAYS} days'
GROUP BY contender_id
"""  # noqa: S608  # it is made of constants
# What imports say that their pictures took. Nothing of it was measured here, so no measured figure holds it.
_CLAIMED = """
SELECT contender_id, count(*), count(cost), avg(cost), count(seconds),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE seconds IS NOT NULL)
FROM (
    SELECT g.contender_id, (i.provenance -> 'claimed' ->> 'cost')::numeric AS cost,
        (i.provenance -> 'claimed' ->> 'seconds')::float AS seconds
    FROM generation_generation g JOIN generation_image i ON i.generation_id = g.id
    WHERE g.state = 'done' AND g.contender_id = ANY(%s) AND i.provenance ? 'claimed'
) AS claimed GROUP BY contender_id
"""
# What is hidden today still counts: whoever reported it would learn who made it.
_COVERED = """
SELECT g.contender_id, count(DISTINCT g.prompt_id)
FROM generation_generation g JOIN catalog_prompt p ON p.id = g.prompt_id AND p.superseded_by_id IS NULL
JOIN catalog_category c ON c.id = p.category_id AND c.state = 'active'
WHERE g.state = 'done' AND p.state IN ('play', 'open') AND c.modality = %s
    AND (g.hidden_at IS NULL OR g.hidden_at >= date_trunc('day', now(), 'UTC'))
GROUP BY g.contender_id
"""
_PROMPTS = """
SELECT count(*) FROM catalog_prompt p JOIN catalog_category c ON c.id = p.category_id AND c.state = 'active'
WHERE p.state IN ('play', 'open') AND p.superseded_by_id IS NULL AND c.modality = %s
"""


@dataclass(frozen=True)
class ListPrice:
    """The cheapest known price of one image in USD, with where and when it was read."""

    amount: Decimal
    provider: str
    source: str
    seen_on: date


@dataclass(frozen=True)
class Reliability:
    """A contender's calls for prompts of one modality. What was never measured is None.

    The times are from the call to the image. The part of it that the host's queue took is known only where the host
    says how long it worked. `cost_per_image` is USD: everything that its calls cost, the refused ones too, shared by
    the images that they gave.
    """

    median_seconds: Annotated[float | None, "Median seconds from call to image."] = None
    success_rate: Annotated[float | None, "Share of calls that gave an image; the others are never losses."] = None
    calls: Annotated[int, f"Calls in the {DAYS} days up to the last one."] = 0
    last_call: Annotated[datetime | None, "When the last of these calls began."] = None
    refusal_rate: Annotated[float | None, "Share of calls that the host refused for the prompt's content."] = None
    failure_rate: Annotated[float | None, "Share of calls that failed otherwise."] = None
    p95_seconds: Annotated[float | None, "19 of 20 calls took at most so long."] = None
    median_queue_seconds: Annotated[float | None, "Median time in the host's queue; null where it does not say."] = None
    p95_queue_seconds: Annotated[float | None, "19 of 20 calls waited at most so long."] = None
    cost_per_image: Annotated[Decimal | None, "USD paid per image delivered, refused calls included."] = None
    prompts_covered: Annotated[int, "Prompts in play or open that it has an image of."] = 0
    prompts_wanted: Annotated[int, "Prompts in play or open, in active categories."] = 0

    @property
    def coverage(self) -> float | None:
        """The share of prompts that it has an image of; None without any prompt."""
        return self.prompts_covered / self.prompts_wanted if self.prompts_wanted else None


@dataclass(frozen=True)
class ClaimedFigures:
    """What imports claim of a contender's pictures: `images` of them have a claim. Never measured here."""

    images: Annotated[int, "Imported images of which the import says what they took."]
    images_with_cost: Annotated[int, "Those of them with a cost."]
    cost_per_image: Annotated[Decimal | None, "Mean of the claimed costs in USD."]
    images_with_seconds: Annotated[int, "Those of them with a time."]
    median_seconds: Annotated[float | None, "Median of the claimed times."]


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


def list_prices(contenders: Iterable[Contender | NamedContender]) -> dict[int, ListPrice]:
    """Return the cheapest USD price per image at each contender's own quality and size, by contender key. One query.

    A price without quality or size may hold for any. It counts only where no provider has a more specific price.
    """
    wanted = list(contenders)
    prices = Price.objects.filter(
        offering__image_model__in={contender.image_model_id for contender in wanted},
        item__in=["image", "further_megapixel"],
        currency="USD",
    ).order_by("pk")
    # Names instead of joined rows: of those, each price would have its own.
    named = prices.annotate(image_model=F("offering__image_model"), provider=F("offering__provider__name"))
    by_model: dict[int, list[Price]] = {}
    providers: dict[int, str] = {}
    for price in named:
        by_model.setdefault(price.image_model, []).append(price)
        providers[price.offering_id] = price.provider
    found = {}
    for contender in wanted:
        amount, cheapest = _cheapest(contender.settings, by_model.get(contender.image_model_id, []))
        if cheapest is not None:
            provider = providers[cheapest.offering_id]
            found[contender.pk] = ListPrice(amount, provider, cheapest.source, cheapest.seen_on)
    return found


def _cheapest(settings: dict[str, Any], prices: list[Price]) -> tuple[Decimal, Price | None]:
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
        return Decimal(0), None
    _, amount, cheapest = min(best.values(), key=lambda ranked: (ranked[0], ranked[1], ranked[2].pk))
    return amount, cheapest


def _named_settings(price: Price, settings: dict[str, Any]) -> int | None:
    """How many of quality and size the price names; None if it names a value other than the contender's."""
    named = [(price.quality, quality_of(settings)), (price.size, size_of(settings))]
    if any(value and value != own for value, own in named):
        return None
    return sum(bool(value) for value, _ in named)


def read_reliability(contenders: Iterable[int], *, modality: str) -> dict[int, Reliability]:
    """Return what the calls of each contender gave, over prompts of one modality; at most FIGURES_SECONDS old."""
    wanted, known, _ = _counted_calls(modality)
    none = Reliability(prompts_wanted=wanted)
    return {contender: known.get(contender, none) for contender in contenders}


def read_figures_stamp(*, modality: str) -> str:
    """Return a text that changes when what calls gave, or how many pictures are the same, is another than before."""
    return f"{_counted_calls(modality)[2]} {count_same_pictures(modality=modality)}"


def _counted_calls(modality: str) -> tuple[int, dict[int, Reliability], str]:
    """The prompts wanted, what the calls of each contender gave, and a stamp of both."""
    # Cached: every board page needs this, the home page several times.
    key = f"reliability:{modality}"
    counted: tuple[int, dict[int, Reliability], str] | None = cache.get(key)
    if counted is None:
        wanted, known = _count_calls(modality)
        counted = wanted, known, hashlib.sha256(repr((wanted, known)).encode()).hexdigest()
        cache.set(key, counted, FIGURES_SECONDS)
    return counted


def _count_calls(modality: str) -> tuple[int, dict[int, Reliability]]:
    with connection.cursor() as cursor:
        cursor.execute(_PROMPTS, [modality])
        (wanted,) = cursor.fetchone()
        cursor.execute(_COVERED, [modality])
        covered: dict[int, int] = dict(cursor.fetchall())
        cursor.execute(_CALLS, [modality])
        called = {row[0]: row[1:] for row in cursor.fetchall()}
    known = {
        contender: _read_calls(called.get(contender), covered.get(contender, 0), wanted)
        for contender in called | covered
    }
    return wanted, known


def _read_calls(row: tuple[Any, ...] | None, covered: int, wanted: int) -> Reliability:
    if row is None:
        return Reliability(prompts_covered=covered, prompts_wanted=wanted)
    last_call, calls, done, refused, seconds, queue, cost = row
    median, p95 = seconds or (None, None)
    median_queue, p95_queue = queue or (None, None)
    return Reliability(
        calls=calls,
        last_call=last_call,
        success_rate=done / calls,
        refusal_rate=refused / calls,
        failure_rate=(calls - done - refused) / calls,
        median_seconds=median,
        p95_seconds=p95,
        median_queue_seconds=median_queue,
        p95_queue_seconds=p95_queue,
        cost_per_image=round(cost / done, 6) if done and cost is not None else None,
        prompts_covered=covered,
        prompts_wanted=wanted,
    )


def read_claimed(contenders: Iterable[int]) -> dict[int, ClaimedFigures]:
    """Return what imports claim of these contenders' pictures, by key; those without any claim are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMED, [list(contenders)])
        rows = cursor.fetchall()
    return {
        key: ClaimedFigures(images, costs, None if cost is None else round(cost, 6), times, seconds)
        for key, images, costs, cost, times, seconds in rows
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
