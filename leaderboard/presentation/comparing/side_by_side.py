"""Contenders side by side: prices, speed, reliability and facts, with the lines marked in which they differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.catalog.workflows import brief_settings
from leaderboard.presentation.contenders.stated_dates import write_fact
from leaderboard.queries.figures import ListPrice, Reliability, list_prices, read_reliability

# Facts that a reader chooses by; the model's page has the others.
FACTS = ("released_on", "licence", "commercial_use", "max_size", "max_input_images", "output_formats", "shutdown_on")


@dataclass(frozen=True)
class Cell:
    """What one contender has in a line: how its value is written depends on `kind`; sources are of facts and prices."""

    kind: str
    value: Any
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class ComparedLine:
    """A line of the comparison: its name, a cell for each contender, and whether known values differ."""

    name: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True)
class ComparedGroup:
    """Lines on one subject; the lines of `facts` are named by their keys."""

    kind: str
    name: str
    lines: tuple[ComparedLine, ...]


def compare_side_by_side(contenders: Sequence[Contender], *, modality: str) -> tuple[ComparedGroup, ...]:
    """Return what is known of each contender, in groups; lines in which nothing is known are left out."""
    prices = list_prices(contenders)
    calls = read_reliability([contender.pk for contender in contenders], modality=modality)
    groups = [
        ("prices", _("Price"), _compare_prices(contenders, prices, calls)),
        ("calls", _("Speed and reliability, measured here"), _compare_calls(contenders, calls)),
        ("facts", _("Facts"), _compare_facts(contenders)),
        ("settings", _("Settings"), _compare_settings(contenders)),
    ]
    return tuple(ComparedGroup(kind, name, lines) for kind, name, lines in groups if lines)


def _lines(named: Sequence[tuple[str, Sequence[Cell]]]) -> tuple[ComparedLine, ...]:
    known = [(name, cells) for name, cells in named if any(cell.value not in (None, "", ()) for cell in cells)]
    return tuple(ComparedLine(name, tuple(cells), _differ(cells)) for name, cells in known)


def _differ(cells: Sequence[Cell]) -> bool:
    return len({str(cell.value) for cell in cells}) > 1


def _compare_prices(
    contenders: Sequence[Contender], prices: Mapping[int, ListPrice], calls: Mapping[int, Reliability]
) -> tuple[ComparedLine, ...]:
    listed = [prices.get(contender.pk) for contender in contenders]
    paid = [calls[contender.pk].cost_per_image for contender in contenders]
    return _lines([
        (_("List price of an image"), [
            Cell("money", None) if price is None else Cell("money", price.amount, price.provider, price.source)
            for price in listed
        ]),
        (_("1,000 images"), [Cell("money", None if price is None else 1000 * price.amount) for price in listed]),
        (_("Paid for an image here"), [Cell("money", cost or None) for cost in paid]),
    ])  # fmt: skip


def _compare_calls(contenders: Sequence[Contender], calls: Mapping[int, Reliability]) -> tuple[ComparedLine, ...]:
    own = [calls[contender.pk] for contender in contenders]
    rows: list[tuple[str, str, Callable[[Reliability], Any]]] = [
        (_("Median time"), "seconds", lambda line: line.median_seconds),
        (_("19 of 20 calls took at most"), "seconds", lambda line: line.p95_seconds),
        (_("Calls that gave an image"), "percent", lambda line: line.success_rate),
        (_("Calls that were refused"), "percent", lambda line: line.refusal_rate),
        (_("Calls counted"), "count", lambda line: line.calls or None),
    ]
    return _lines([(name, [Cell(kind, read(line)) for line in own]) for name, kind, read in rows])


def _compare_facts(contenders: Sequence[Contender]) -> tuple[ComparedLine, ...]:
    return _lines([(key, [_fact(one, key) for one in contenders]) for key in FACTS])


def _fact(contender: Contender, key: str) -> Cell:
    found = [fact for fact in contender.image_model.facts.all() if fact.key == key]
    values = dict.fromkeys(f"{write_fact(key, fact.value)} {fact.unit}".strip() for fact in found)
    return Cell("text", "; ".join(values), source=found[0].source if found else "")


def _compare_settings(contenders: Sequence[Contender]) -> tuple[ComparedLine, ...]:
    settings = [brief_settings(contender.settings) for contender in contenders]
    names = sorted({name for own in settings for name in own})
    return _lines([(name, [Cell("text", str(own.get(name, ""))) for own in settings]) for name in names])
