"""Which prices of an offering a file changes, as lines of the public log."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from arena.catalog.models import LogLine, Offering, Price

# What names a price: where these are equal, another amount is a change of it.
_NAMED_BY = ("item", "unit", "quality", "size", "currency", "source")
_SHOWN = ("item", "unit", "quality", "size", "currency")


def log_price_changes(
    *, offering: Offering, before: Iterable[Price], after: Iterable[Mapping[str, Any]], today: datetime.date
) -> int:
    """Write a line for each price that came, went or changed; return how many.

    The prices of a new offering are no change.
    """
    old: dict[tuple[Any, ...], Decimal] = {_key(vars(price)): price.amount for price in before}
    new: dict[tuple[Any, ...], Decimal] = {_key(values): values["amount"] for values in after}
    if not old:
        return 0
    lines = [
        LogLine(
            day=today,
            kind=LogLine.Kind.PRICE,
            image_model=offering.image_model,
            name=offering.image_model.name,
            source=key[-1],
            details={
                "provider": offering.provider.name,
                **dict(zip(_SHOWN, key, strict=False)),
                "old": _text(old.get(key)),
                "new": _text(new.get(key)),
            },
        )
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
    LogLine.objects.bulk_create(lines)
    return len(lines)


def _key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in _NAMED_BY)


def _text(amount: Decimal | None) -> str:
    """The amount without useless zeros; empty if there is none."""
    return "" if amount is None else f"{amount.normalize():f}"
