"""Caps of a day, at one provider and in all: reserved before each call, settled after it, exceeded by none."""

import datetime
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from arena.fake_provider.server import serve_images
from arena.generation.calls.brakes.day_caps import DAY_CAP_REACHED, NO_PRICE, PROVIDER_CAP_REACHED, TOO_DEAR
from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt, ProviderState, Run, Spending
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.runs.provider_lines import find_waits, set_day_cap, spent_by_day
from arena.generation.spending import spent_in_run, spent_on
from arena.typed_environment import Environment
from tests.arena.generation.conftest import Shop, make_shop
from tests.arena.generation.runs.test_lifecycle import in_threads
from tests.factories import make_prompt


def today() -> datetime.date:
    return timezone.now().astimezone(datetime.UTC).date()


def start(shop: Shop, *texts: str) -> Run:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text=text) for text in texts], name="Capped")
    start_run(run=run)
    return run


def work(run: Run) -> list[bool]:
    return [generate_image(key) for key in run.generations.order_by("id").values_list("id", flat=True)]


def test_sums_follow_each_call_to_its_end(shop: Shop) -> None:
    run = start(shop, "A cat", "A [moderated]", "A [broken]", "A [bomb]")
    work(run)
    # One image; nothing for a refusal; what was reserved for a call that may have been, or was, charged.
    assert spent_in_run(run.pk) == Decimal("0.015")
    assert spent_on(today()) == spent_on(today(), provider_id=shop.provider.pk) == Decimal("0.015")
    assert [each.amount for each in spent_by_day(shop.provider)] == [Decimal("0.015")]
    assert sum(attempt.charge for attempt in Attempt.objects.all()) == Decimal("0.015")


def test_provider_cap_lets_images_wait_for_the_next_day(shop: Shop) -> None:
    set_day_cap(shop.provider, Decimal("0.012"))
    run = start(shop, "A cat", "A dog", "A fox")
    assert work(run) == [True, True, False]
    assert run.generations.filter(state="queued").count() == 1
    assert find_waits(run)[0].reason == PROVIDER_CAP_REACHED
    Spending.objects.exclude(day=None).update(day=today() - datetime.timedelta(days=1))
    ProviderState.objects.update(held_until=None)
    assert work(run)[2]


def test_raised_cap_lets_calls_begin_at_once(shop: Shop) -> None:
    set_day_cap(shop.provider, Decimal("0.005"))
    run = start(shop, "A cat", "A dog")
    assert work(run) == [True, False]
    set_day_cap(shop.provider, Decimal("0.01"))
    assert work(run)[1]


def test_cap_in_all_counts_every_provider(shop: Shop, settings: Settings) -> None:
    settings.SPEND_PER_DAY = Decimal("0.012")
    Spending.objects.create(day=today(), amount=Decimal("0.006"))
    run = start(shop, "A cat", "A dog")
    assert work(run) == [True, False]
    assert find_waits(run)[0].reason == DAY_CAP_REACHED


@pytest.mark.parametrize(("price", "reason"), [("0.5", TOO_DEAR), (None, NO_PRICE)])
def test_call_that_never_fits_is_cancelled(price: str | None, reason: str, shop: Shop, settings: Settings) -> None:
    contender = shop.sell("dear", price=price)
    run = plan_run(contenders=[contender], prompts=[make_prompt()], name="Dear")
    # The operator sets the cap after the plan.
    settings.SPEND_PER_DAY = Decimal("0.1")
    start_run(run=run)
    work(run)
    assert list(run.generations.values_list("state", "reason")) == [("cancelled", reason)]


@pytest.mark.django_db(transaction=True)
def test_day_caps_hold_under_sixteen_workers(settings: Settings) -> None:
    settings.SPEND_PER_DAY = Decimal("0.052")
    with serve_images(delay=0.01) as server:
        shop = make_shop(server, concurrency=50)
        set_day_cap(shop.provider, Decimal("0.046"))
        runs = [start(shop, *[f"{run} {number}" for number in range(16)]) for run in range(2)]
        ids = [key for run in runs for key in run.generations.values_list("id", flat=True)]
        together = threading.Barrier(16)

        def work_part(part: list[int]) -> Callable[[], object]:
            def begin() -> None:
                together.wait()
                for key in part:
                    generate_image(key)

            return begin

        in_threads([work_part(ids[first::16]) for first in range(16)])
        assert sum(server.journal.bills.values()) <= 9
        # What a hold has put off fits as far as the cap goes, and no further.
        for _ in range(2):
            ProviderState.objects.update(held_until=None)
            for key in ids:
                generate_image(key)
        assert sum(server.journal.bills.values()) == 9
        set_day_cap(shop.provider, None)
        for key in ids:
            generate_image(key)
    assert sum(server.journal.bills.values()) == 10
    assert spent_on(today()) == Decimal("0.05")


def test_price_version_names_the_prices_of_a_call(shop: Shop) -> None:
    first = start(shop, "A cat")
    work(first)
    [before] = Attempt.objects.all()
    assert before.price_version.startswith("2026-11-21 ")
    assert before.provider == shop.provider
    assert shop.contender.offering is not None
    shop.contender.offering.prices.update(amount=Decimal("0.006"))
    second = start(shop, "A dog")
    work(second)
    assert second.generations.get().attempts.get().price_version != before.price_version


@pytest.mark.parametrize(("text", "amount"), [("", None), ("12.5", Decimal("12.5")), ("0", Decimal(0))])
def test_cap_is_read_from_the_environment(text: str, amount: Decimal | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEND_PER_DAY", text)
    assert Environment().decimal("SPEND_PER_DAY") == amount


@pytest.mark.parametrize("text", ["much", "-1", "NaN", "inf"])
def test_cap_that_is_no_amount_stops_the_start(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEND_PER_DAY", text)
    with pytest.raises(ImproperlyConfigured, match="SPEND_PER_DAY"):
        Environment().decimal("SPEND_PER_DAY")
