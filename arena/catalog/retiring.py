"""Contenders leave sampling when their provider shuts the model down; the public log says what changed, and why."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from arena.catalog.models import Contender, ImageModel, LogLine, Offering

# A model that its provider has not listed for so many days counts as shut down: lists have gaps.
MISSING_DAYS = 7


def ended_on(offering: Offering) -> datetime.date | None:
    """Return the day from which the provider does not sell it any more, past or to come; None if no end is known."""
    days = [offering.shutdown_on, offering.reported_shutdown_on]
    if offering.missing_since:
        days.append(offering.missing_since + datetime.timedelta(days=MISSING_DAYS))
    return min((day for day in days if day), default=None)


def keep_log(*, today: datetime.date | None = None) -> int:
    """Retire contenders whose offering has ended, and write what the log does not say yet. Return the lines written.

    It compares the tables with the log, so it does not matter who made a change: a file, staff, an import or this rule.
    `today` is UTC's by default.
    """
    day = today or timezone.now().date()
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Of two at once, the second finds nothing left to write.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('easel.log'))")
        _retire_ended(day)
        lines = [*_announcements(day), *_of_models(day), *_of_contenders(day)]
        LogLine.objects.bulk_create(lines)
    return len(lines)


def _retire_ended(today: datetime.date) -> None:
    current = Contender.objects.filter(Q(retired_on=None) | Q(retired_on__gt=today)).exclude(offering=None)
    ending = current.exclude(
        offering__shutdown_on=None, offering__reported_shutdown_on=None, offering__missing_since=None
    )
    for contender in ending.select_related("offering__provider"):
        assert contender.offering is not None
        ended = ended_on(contender.offering)
        if ended and ended <= today:
            contender.retired_on = ended
            contender.retired_because = _why_ended(contender.offering, ended)
            contender.save(update_fields=["retired_on", "retired_because"])


def _why_ended(offering: Offering, ended: datetime.date) -> str:
    if ended in {offering.shutdown_on, offering.reported_shutdown_on}:
        return f"{offering.provider.name} shut {offering.model_id} down."[:300]
    return f"{offering.provider.name} has not listed {offering.model_id} for {MISSING_DAYS} days."[:300]


def _announcements(today: datetime.date) -> Iterator[LogLine]:
    """Yield a line for each coming shutdown whose day is not in the log."""
    known = {
        (line.image_model_id, line.details.get("provider", ""), line.details.get("day", ""))
        for line in LogLine.objects.filter(kind=LogLine.Kind.SHUTDOWN)
    }
    for model in ImageModel.objects.filter(shutdown_on__gt=today):
        if (model.pk, "", str(model.shutdown_on)) not in known:
            details = {"day": str(model.shutdown_on)}
            yield _line(today, "shutdown", model, source=_source_of(model), details=details)
    sold = Offering.objects.exclude(contenders=None).select_related("provider", "image_model")
    for offering in sold:
        ended = ended_on(offering)
        # That a model is missing from a list is no announcement.
        if ended and ended > today and ended in {offering.shutdown_on, offering.reported_shutdown_on}:
            details = {"day": str(ended), "provider": offering.provider.name}
            if (offering.image_model_id, offering.provider.name, str(ended)) not in known:
                yield _line(today, "shutdown", offering.image_model, details=details)


def _of_models(today: datetime.date) -> Iterator[LogLine]:
    """Yield a line for each model that was shut down, or lives again, since its last line."""
    last = {
        line.image_model_id: line.kind
        for line in LogLine.objects.filter(contender=None, kind__in=["retired", "returned"]).order_by("id")
    }
    for model in ImageModel.objects.exclude(shutdown_on=None, log_lines=None).distinct():
        is_retired = model.shutdown_on is not None and model.shutdown_on <= today
        if is_retired and last.get(model.pk) != "retired":
            assert model.shutdown_on is not None
            yield _line(model.shutdown_on, "retired", model, reason="It was shut down.", source=_source_of(model))
        elif not is_retired and last.get(model.pk) == "retired":
            yield _line(today, "returned", model)


def _of_contenders(today: datetime.date) -> Iterator[LogLine]:
    """Yield a line for each contender that came, was retired or returned since its last line."""
    last: dict[int | None, str] = {}
    for line in (
        LogLine.objects.exclude(contender=None).filter(kind__in=["added", "retired", "returned"]).order_by("id")
    ):
        last[line.contender_id] = line.kind
    for contender in Contender.objects.select_related("image_model").order_by("name"):
        kind = last.get(contender.pk)
        is_retired = contender.retired_on is not None and contender.retired_on <= today
        if kind is None:
            # One that is older than the log came at the latest when its first image was made.
            day = min(today, contender.frozen_at.date()) if contender.frozen_at else today
            yield _line(day, "added", contender.image_model, contender)
        if is_retired and kind != "retired":
            assert contender.retired_on is not None
            why = contender.retired_because or "Decided by this arena's staff."
            yield _line(contender.retired_on, "retired", contender.image_model, contender, reason=why)
        elif not is_retired and kind == "retired":
            yield _line(today, "returned", contender.image_model, contender)


def _source_of(model: ImageModel) -> str:
    """Return the page that names the shutdown's day; empty if no fact does."""
    fact = model.facts.filter(key="shutdown_on", value=str(model.shutdown_on)).order_by("id").first()
    return fact.source if fact else ""


def _line(
    day: datetime.date, kind: str, model: ImageModel, contender: Contender | None = None, **fields: Any
) -> LogLine:
    name = contender.name if contender else model.name
    return LogLine(day=day, kind=kind, image_model=model, contender=contender, name=name, **fields)
