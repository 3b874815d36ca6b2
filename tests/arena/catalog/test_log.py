"""The public log: what comes, what leaves by the rule, and what costs something else, each once and with its reason."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from arena.catalog.loading.price_changes import log_price_changes
from arena.catalog.models import Contender, Fact, LogLine, Offering, Price, Provider
from arena.catalog.retiring import MISSING_DAYS, ended_on, keep_log
from tests.factories import make_contender

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)


def sold(**fields: Any) -> Contender:
    """A contender whose offering has these fields."""
    contender = make_contender(slug="weaver")
    provider = Provider.objects.create(slug="host", name="Host")
    contender.offering = Offering.objects.create(
        provider=provider, image_model=contender.image_model, model_id="weaver-1", **fields
    )
    contender.save()
    return contender


def lines() -> list[tuple[date, str, str, str]]:
    return [(line.day, line.kind, line.name, line.reason) for line in LogLine.objects.order_by("id")]


def test_new_contender_is_logged_once() -> None:
    contender = make_contender()
    older = make_contender(frozen_at=datetime(2026, 11, 2, tzinfo=UTC))
    assert keep_log(today=TODAY) == 2
    assert set(lines()) == {
        (TODAY, "added", contender.name, ""),
        (date(2026, 11, 2), "added", older.name, ""),
    }
    assert keep_log(today=TODAY + DAY) == 0


@pytest.mark.parametrize("field", ["shutdown_on", "reported_shutdown_on"])
def test_contender_of_an_ended_offering_is_retired_by_rule(field: str) -> None:
    contender = sold(**{field: TODAY})
    keep_log(today=TODAY - DAY)
    contender.refresh_from_db()
    assert contender.retired_on is None
    keep_log(today=TODAY + 2 * DAY)
    contender.refresh_from_db()
    assert contender.retired_on == TODAY
    assert contender.is_retired
    assert [line for line in lines() if line[1] != "shutdown"] == [
        (TODAY - DAY, "added", contender.name, ""),
        (TODAY, "retired", contender.name, "Host shut weaver-1 down."),
    ]
    assert [line.details for line in LogLine.objects.filter(kind="shutdown")] == [
        {"day": str(TODAY), "provider": "Host"}
    ]


def test_contender_whose_model_is_missing_from_the_list_stays_a_week() -> None:
    contender = sold(missing_since=TODAY)
    assert contender.offering is not None
    assert ended_on(contender.offering) == TODAY + MISSING_DAYS * DAY
    keep_log(today=TODAY + (MISSING_DAYS - 1) * DAY)
    keep_log(today=TODAY + MISSING_DAYS * DAY)
    assert [(line[0], line[1], line[3]) for line in lines()] == [
        (TODAY + (MISSING_DAYS - 1) * DAY, "added", ""),
        (TODAY + MISSING_DAYS * DAY, "retired", "Host has not listed weaver-1 for 7 days."),
    ]


def test_retirement_by_staff_and_its_end_are_logged_with_the_reason() -> None:
    contender = make_contender(retired_on=TODAY - DAY)
    keep_log(today=TODAY)
    Contender.objects.filter(pk=contender.pk).update(retired_on=None)
    keep_log(today=TODAY)
    Contender.objects.filter(pk=contender.pk).update(retired_on=TODAY, retired_because="It repeats its images.")
    keep_log(today=TODAY)
    assert [(line[1], line[3]) for line in lines()] == [
        ("added", ""),
        ("retired", "Decided by this arena's staff."),
        ("returned", ""),
        ("retired", "It repeats its images."),
    ]


def test_shutdown_of_a_model_is_announced_and_then_a_retirement() -> None:
    contender = make_contender()
    model = contender.image_model
    model.shutdown_on = TODAY
    model.save()
    page = "https://example.com/end"
    Fact.objects.create(image_model=model, key="shutdown_on", value=str(TODAY), source=page, seen_on=TODAY)
    keep_log(today=TODAY - 9 * DAY)
    keep_log(today=TODAY - 8 * DAY)
    keep_log(today=TODAY)
    keep_log(today=TODAY + DAY)
    model.shutdown_on = TODAY + 9 * DAY
    model.save()
    keep_log(today=TODAY + 2 * DAY)
    shown = LogLine.objects.filter(contender=None).order_by("id").values_list("day", "kind", "source")
    assert list(shown) == [
        (TODAY - 9 * DAY, "shutdown", page),
        (TODAY, "retired", page),
        (TODAY + 2 * DAY, "shutdown", ""),
        (TODAY + 2 * DAY, "returned", ""),
    ]


def test_changed_prices_are_logged_old_beside_new() -> None:
    offering = sold().offering
    assert offering is not None
    kept = {"item": "image", "unit": "image", "size": "", "currency": "USD", "source": "https://example.com"}
    old = [
        Price(amount=Decimal(amount), quality=quality, **kept) for quality, amount in (("low", "0.01"), ("max", "2"))
    ]
    new = [{**kept, "quality": "low", "amount": Decimal("0.0120")}, {**kept, "quality": "mid", "amount": Decimal(1)}]
    assert log_price_changes(offering=offering, before=[], after=new, today=TODAY) == 0
    assert log_price_changes(offering=offering, before=old, after=new, today=TODAY) == 3
    found = [line.details for line in LogLine.objects.order_by("id")]
    assert [(one["quality"], one["old"], one["new"]) for one in found] == [
        ("low", "0.01", "0.012"), ("max", "2", ""), ("mid", "", "1"),
    ]  # fmt: skip
    assert found[0]["provider"] == "Host"
