"""What a run will cost by contender, before it is planned; what of it is kept, to stand beside what it did cost."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, prefetch_related_objects

from arena.catalog.models import Contender, Prompt
from arena.generation.calls.prices import call_bound, image_price, listed_amounts
from arena.generation.models import Attempt, Run

# From this many paid images on, the mean of what they cost is expected, and no longer the list price.
ENOUGH_MEASURED = 5


@dataclass(frozen=True)
class CostEstimate:
    """What `count` images of a contender will cost in USD; None where the catalogue knows no price.

    `low` is by the lowest source, `expected` by the mean of `measured` past images or else by the list, `high` is what
    calls reserve under a cap. `seen_on` are the first and the last day on which its prices were read.
    """

    contender: Contender
    count: int
    low: Decimal | None
    expected: Decimal | None
    high: Decimal | None
    measured: int = 0
    seen_on: tuple[datetime.date, datetime.date] | None = None


def estimate_costs(
    contenders: Sequence[Contender], counts: Mapping[int, int], *, prompts: Sequence[Prompt] = ()
) -> list[CostEstimate]:
    """Return the estimate of each contender, of which `counts` images by its key are to be made; reads only.

    `high` is the bound of the dearest of the prompts times the count, with the pictures that an edit sends along;
    without prompts, it is the list price times the count.
    """
    prefetch_related_objects(contenders, "offering__provider", "offering__prices")
    prefetch_related_objects(prompts, "source_images")
    measured = _mean_costs(contenders)
    return [_estimate(each, counts.get(each.pk, 0), prompts, measured.get(each.pk)) for each in contenders]


def keep_estimates(run: Run, contenders: Sequence[Contender], prompts: Sequence[Prompt]) -> dict[str, list[str | None]]:
    """Return for `Run.estimates` what the planned images of each contender are to cost: low, expected, high."""
    counts = dict(run.generations.order_by().values_list("contender").annotate(count=Count("id")))
    kept = {}
    for each in estimate_costs(contenders, counts, prompts=prompts):
        if each.count:
            kept[str(each.contender.pk)] = [_text(amount) for amount in (each.low, each.expected, each.high)]
    return kept


def kept_estimate(run: Run, contender_id: int) -> Decimal | None:
    """Return what a contender's planned images were expected to cost in USD.

    None where no price was known, or where the run was planned by an earlier release.
    """
    _low, expected, _high = run.estimates.get(str(contender_id)) or (None, None, None)
    return None if expected is None else Decimal(expected)


def total_estimate(estimates: Iterable[CostEstimate]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return low, expected and high of them all; None where an image of unknown price is among them."""
    wanted = [each for each in estimates if each.count]
    return (
        _total(each.low for each in wanted),
        _total(each.expected for each in wanted),
        _total(each.high for each in wanted),
    )


def _estimate(
    contender: Contender, count: int, prompts: Sequence[Prompt], measured: tuple[Decimal, int] | None
) -> CostEstimate:
    listed = image_price(contender)
    if listed is None:
        return CostEstimate(contender, count, None, None, None)
    prices = listed_amounts(contender)
    bounds = [
        call_bound(contender, prompt.text, [(each.width, each.height) for each in prompt.source_images.all()])
        for prompt in prompts
    ]
    mean, images = measured if listed and measured else (listed, 0)
    days = sorted(price.seen_on for price, _ in prices)
    return CostEstimate(
        contender=contender,
        count=count,
        low=count * min((amount for _, amount in prices), default=listed) if listed else Decimal(0),
        expected=count * mean,
        high=count * max((bound for bound in bounds if bound is not None), default=listed),
        measured=images,
        seen_on=(days[0], days[-1]) if days else None,
    )


def _mean_costs(contenders: Sequence[Contender]) -> dict[int, tuple[Decimal, int]]:
    """Return by contender the mean cost of its past images, and how many they are, where they are enough."""
    paid = Attempt.objects.filter(outcome="done", cost__isnull=False, generation__contender__in=contenders)
    rows = paid.order_by().values_list("generation__contender").annotate(mean=Avg("cost"), count=Count("id"))
    return {key: (mean, count) for key, mean, count in rows.filter(count__gte=ENOUGH_MEASURED)}


def _total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
