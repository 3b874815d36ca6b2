"""What boards say of a contender beside its ratings, read as values: rows of models would take ten times as long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from arena.catalog.models import Contender
from arena.catalog.row_bases import has_come


@dataclass(frozen=True, slots=True)
class NamedContender:
    """A contender with its names, its settings, and the dates on which it or its model leaves."""

    pk: int
    slug: str
    name: str
    settings: dict[str, Any]
    retired_on: date | None
    image_model_id: int
    model_slug: str
    model_name: str
    shutdown_on: date | None
    organization_slug: str
    organization_name: str

    @property
    def is_retired(self) -> bool:
        """Whether it is no longer dealt, because it or its model is retired."""
        return has_come(self.retired_on) or has_come(self.shutdown_on)


_MODEL = "image_model__"
_COLUMNS = (
    "pk", "slug", "name", "settings", "retired_on", "image_model_id", f"{_MODEL}slug", f"{_MODEL}name",
    f"{_MODEL}shutdown_on", f"{_MODEL}organization__slug", f"{_MODEL}organization__name",
)  # fmt: skip


def read_named(keys: Iterable[int]) -> dict[int, NamedContender]:
    """Return contenders by key, in one query."""
    found = Contender.objects.filter(pk__in=set(keys)).order_by().values_list(*_COLUMNS)
    return {row[0]: NamedContender(*row) for row in found}
