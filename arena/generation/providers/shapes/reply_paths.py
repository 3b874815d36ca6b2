"""Finds what hosts put into their answers: a value at a path, a cost in USD, a seed without loss."""

from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Any

# No image costs as many USD; a host that says so has told nothing.
ABSURD = 1_000


def find_in(envelope: Any, path: str) -> Any:
    """Return what lies at a path such as "output.media.0.url"; None if nothing does."""
    for step in path.split("."):
        if isinstance(envelope, dict):
            envelope = envelope.get(step)
        elif isinstance(envelope, list) and step.isdecimal() and int(step) < len(envelope):
            envelope = envelope[int(step)]
        else:
            return None
    return envelope


def cost_in(envelope: Mapping[str, Any], path: str, unit: str) -> Decimal | None:
    """Return the USD at a path, counted there in units of `unit` USD; None without a path or a plain number at it."""
    value = find_in(envelope, path) if path else None
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return None
    try:
        cost = Decimal(str(value)) * Decimal(unit)
    except DecimalException:
        return None
    return cost if cost.is_finite() and 0 <= cost < ABSURD else None


def kept_notes(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return some of an answer's values for the provenance; a seed as text, as JSON keeps long numbers only roughly."""
    notes = {name: table[name] for name in names if name in table}
    if isinstance(notes.get("seed"), int):
        notes["seed"] = str(notes["seed"])
    return notes
