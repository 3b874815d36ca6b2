"""What in the catalogue needs a look by staff: what providers' lists say, facts grown old, and models that end soon."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Min, Model
from django.utils import timezone

from arena.catalog.models import Claim, Contender, Fact, ImageModel, Notice, Parameter, Price
from arena.catalog.retiring import ended_on

STALE_DAYS = 90
SOON_DAYS = 90


@dataclass(frozen=True)
class StaleModel:
    """A model that competes, how many of its statements are older than STALE_DAYS, and the oldest one's day."""

    image_model: ImageModel
    statements: int
    oldest: datetime.date


@dataclass(frozen=True)
class EndingModel:
    """A model with the day on which it ends, or ended at the provider that generates its images (empty: everywhere)."""

    image_model: ImageModel
    day: datetime.date
    provider: str


@dataclass(frozen=True)
class Notices:
    """Everything that staff should look at; `total` counts it."""

    reported: tuple[Notice, ...]
    ending: tuple[EndingModel, ...]
    stale: tuple[StaleModel, ...]

    @property
    def total(self) -> int:
        return len(self.reported) + len(self.ending) + len(self.stale)


def read_notices(*, today: datetime.date | None = None) -> Notices:
    """Return what needs a look on a day (UTC's by default). The number of queries is fixed."""
    day = today or timezone.now().date()
    current = [
        contender
        for contender in Contender.objects.select_related("image_model", "offering__provider")
        if not contender.is_retired
    ]
    models = {contender.image_model_id: contender.image_model for contender in current}
    return Notices(
        reported=tuple(Notice.objects.select_related("provider")),
        ending=tuple(sorted(_ending(current, day), key=lambda one: (one.day, one.image_model.name))),
        stale=tuple(sorted(_stale(models, day), key=lambda one: (one.oldest, one.image_model.name))),
    )


def _ending(current: list[Contender], today: datetime.date) -> set[EndingModel]:
    found = set()
    for contender in current:
        model, offering = contender.image_model, contender.offering
        day = ended_on(offering) if offering else None
        if model.shutdown_on:
            found.add(EndingModel(model, model.shutdown_on, ""))
        if offering and day and day != model.shutdown_on:
            found.add(EndingModel(model, day, offering.provider.name))
    return {one for one in found if one.day <= today + datetime.timedelta(days=SOON_DAYS)}


def _stale(models: dict[int, ImageModel], today: datetime.date) -> list[StaleModel]:
    before = today - datetime.timedelta(days=STALE_DAYS)
    counts: dict[int, list[tuple[int, datetime.date]]] = {}
    tables: tuple[tuple[type[Model], str], ...] = (
        (Fact, "image_model"), (Parameter, "image_model"), (Claim, "image_model"), (Price, "offering__image_model"),
    )  # fmt: skip
    for table, owner in tables:
        old = table._default_manager.filter(**{f"{owner}__in": models, "seen_on__lt": before}).order_by()
        for row in old.values(owner).annotate(count=Count("pk"), oldest=Min("seen_on")):
            counts.setdefault(row[owner], []).append((row["count"], row["oldest"]))
    return [
        StaleModel(models[key], sum(count for count, _ in rows), min(oldest for _, oldest in rows))
        for key, rows in counts.items()
    ]
