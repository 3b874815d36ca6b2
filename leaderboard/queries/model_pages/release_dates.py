"""When models were released, as far as a source says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from arena.catalog.models import Fact

_STATED = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
# A month without a day is drawn in its middle.
_MIDDLE = 15


@dataclass(frozen=True, order=True)
class ReleaseDate:
    """A day, or a month of which the day is not known; `day` then is one in its middle."""

    day: date
    is_month: bool = False


def read_stated_date(text: str) -> ReleaseDate | None:
    """Read `2026-01-28` or `2026-01`; None if it is neither."""
    found = _STATED.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        return ReleaseDate(date(int(year), int(month), int(day or _MIDDLE)), is_month=day is None)
    except ValueError:
        return None


def read_release_dates(models: Iterable[str] | None = None) -> dict[str, ReleaseDate]:
    """Return when models were released, by slug; of several dates the earliest. All models by default. One query."""
    facts = Fact.objects.filter(key="released_on").order_by("value")
    chosen = facts if models is None else facts.filter(image_model__slug__in=list(models))
    found: dict[str, ReleaseDate] = {}
    for slug, text in chosen.values_list("image_model__slug", "value"):
        released = read_stated_date(text)
        if released:
            found.setdefault(slug, released)
    return found
