"""Whether a contender is what a reader wants, by facts, prices and measured times; and if not, why not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isqrt

from django.db.models import Prefetch

from arena.catalog.models import Contender, Fact, Modality, Parameter
from arena.generation.providers.registry import is_free
from leaderboard.queries.choosing.licences import KEYS, answer_licence, has_open_weights
from leaderboard.queries.choosing.reader_wishes import Wishes
from leaderboard.queries.figures import ListPrice, Reliability, list_prices, read_reliability

_SIDES = re.compile(r"(\d+)\s*[x×]\s*(\d+)")
_THOUSANDS = re.compile(r"\b(\d+)\s*K\b")
_MEGAPIXELS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:megapixels|MP)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Suitability:
    """A contender's price and measured calls, and the codes of the wishes that it does not meet, or is not known to.

    `price` is USD per image: the lowest list price, or 0 where it is generated at a provider that costs nothing.
    """

    price: Decimal | None
    price_source: str
    reliability: Reliability
    unmet: tuple[str, ...]


def judge_contenders(contenders: Iterable[Contender], wishes: Wishes) -> dict[int, Suitability]:
    """Judge each contender by its key. Eight queries at most."""
    wanted = {each.pk: each for each in contenders}
    rows = Contender.objects.filter(pk__in=wanted).select_related("offering__provider", "image_model")
    rows = rows.prefetch_related(
        Prefetch("image_model__facts", Fact.objects.filter(key__in=[*KEYS, "max_size"])),
        Prefetch("image_model__parameters", Parameter.objects.filter(name="background")),
        "image_model__offerings",
    )
    found = list(rows)
    listed, calls = list_prices(found), read_reliability(wanted, modality=wishes.modality)
    return {each.pk: _judge(each, wishes, listed.get(each.pk), calls[each.pk]) for each in found}


def _judge(contender: Contender, wishes: Wishes, listed: ListPrice | None, calls: Reliability) -> Suitability:
    costs_nothing = contender.offering is not None and is_free(contender.offering.provider)
    price = listed.amount if listed else Decimal(0) if costs_nothing else None
    source = listed.source if listed else ""
    return Suitability(price, source, calls, tuple(_unmet(contender, wishes, price, calls)))


def _unmet(contender: Contender, wishes: Wishes, price: Decimal | None, calls: Reliability) -> Iterable[str]:
    if contender.is_retired:
        yield "retired"
    if wishes.max_price is not None:
        yield from _too_much(price, wishes.max_price, "price_unknown", "too_dear")
    if wishes.max_seconds is not None:
        yield from _too_much(calls.median_seconds, wishes.max_seconds, "time_unknown", "too_slow")
    facts = _facts_of(contender)
    if wishes.licence == "open":
        yield from _not_open(contender.image_model.facts.all())
    if wishes.licence == "commercial":
        yield from _not_commercial(contender.image_model.facts.all())
    if "edit" in wishes.musts and Modality.IMAGE_EDITING not in contender.image_model.modalities:
        yield "no_edits"
    if "transparent" in wishes.musts and not _is_transparent(contender):
        yield "no_transparency"
    if wishes.size:
        longest = max(map(longest_side, facts.get("max_size", ())), default=0)
        yield from [] if longest >= wishes.size else ["too_small" if longest else "size_unknown"]


def _too_much(value: Decimal | float | None, most: Decimal | float, unknown: str, beyond: str) -> Iterable[str]:
    if value is None:
        yield unknown
    elif value > most:
        yield beyond


def _facts_of(contender: Contender) -> Mapping[str, tuple[str, ...]]:
    facts: dict[str, tuple[str, ...]] = {}
    for fact in contender.image_model.facts.all():
        facts[fact.key] = (*facts.get(fact.key, ()), fact.value)
    return facts


def _not_open(facts: Iterable[Fact]) -> Iterable[str]:
    is_open = has_open_weights(facts)
    if not is_open:
        yield "licence_unknown" if is_open is None else "not_open"


def _not_commercial(facts: Iterable[Fact]) -> Iterable[str]:
    answer = answer_licence(facts).get("output_use")
    if answer is None:
        yield "licence_unknown"
    elif answer.verdict != "yes":
        differs = answer.verdict == "differ" and any(fact.value.casefold() == "yes" for fact in answer.facts)
        yield "licence_differs" if differs else "not_commercial"


def _is_transparent(contender: Contender) -> bool:
    offered = any(each.capabilities.get("transparent") for each in contender.image_model.offerings.all())
    return offered or any("transparent" in each.allowed for each in contender.image_model.parameters.all())


def longest_side(stated: str) -> int:
    """Return the pixels of the longer side that a stated largest size allows.

    It is written as `3840x2160`, as `1K, 2K, 4K`, or as `4 megapixels`, which are taken as a square; 0 if otherwise.
    """
    sides = [int(side) for pair in _SIDES.findall(stated) for side in pair]
    sides += [1024 * int(count) for count in _THOUSANDS.findall(stated)]
    sides += [isqrt(int(float(count) * 1_000_000)) for count in _MEGAPIXELS.findall(stated)]
    return max(sides, default=0)
