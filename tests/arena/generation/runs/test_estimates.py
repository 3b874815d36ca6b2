"""Estimates: the lowest source, what past images cost, and the most that calls reserve; unknown stays unknown."""

import datetime
from decimal import Decimal

from arena.catalog.models import Modality, SourceImage
from arena.generation.calls.generating import generate_image
from arena.generation.calls.prices import call_bound
from arena.generation.models import Attempt, Run
from arena.generation.runs.estimates import (
    ENOUGH_MEASURED,
    CostEstimate,
    estimate_costs,
    total_estimate,
)
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.runs.overview import contender_lines
from tests.arena.generation.conftest import Shop
from tests.factories import make_category, make_generation, make_prompt


def estimate(shop: Shop, count: int = 10, **options: object) -> CostEstimate:
    [found] = estimate_costs([shop.contender], {shop.contender.pk: count}, **options)  # type: ignore[arg-type] # prompts
    return found


def test_sources_that_differ_give_low_and_high(shop: Shop) -> None:
    assert shop.contender.offering is not None
    shop.contender.offering.prices.create(
        item="image", unit="image", amount=Decimal("0.01"), source="https://example.org/dear", seen_on="2026-11-23"
    )
    found = estimate(shop)
    assert (found.low, found.expected, found.high) == (Decimal("0.05"), Decimal("0.1"), Decimal("0.1"))
    assert found.seen_on == (datetime.date(2026, 11, 21), datetime.date(2026, 11, 23))


def test_high_is_what_the_dearest_prompt_may_cost(shop: Shop) -> None:
    shop.bill_by_tokens()
    short, long = make_prompt(text="A cat"), make_prompt(text="A cat " * 500)
    found = estimate(shop, prompts=[short, long])
    assert found.expected == Decimal("0.05")
    assert found.high == 10 * (call_bound(shop.contender, long.text) or 0)


def test_high_of_an_edit_counts_the_pictures_that_go_along(shop: Shop) -> None:
    shop.bill_by_tokens()
    edits = make_category(modality=Modality.IMAGE_EDITING)
    plain, edit = make_prompt(text="A cat"), make_prompt(text="A cat", category=edits)
    SourceImage.objects.create(
        prompt=edit, sha256="0" * 64, storage_key="x", media_type="image/png", width=4032, height=3024, byte_size=1
    )
    high = {each.pk: estimate(shop, 1, prompts=[each]).high for each in (plain, edit)}
    added = (high[edit.pk] or 0) - (high[plain.pk] or 0)
    # Tokens of pictures are billed like those of answers where the catalogue has no price of their own.
    assert added == Decimal(8) * 14364 / 1_000_000


def test_past_images_are_expected_to_cost_the_same_again(shop: Shop) -> None:
    for number in range(ENOUGH_MEASURED):
        generation = make_generation(contender=shop.contender, pixels=False)
        assert estimate(shop).measured == 0
        Attempt.objects.create(generation=generation, number=1, outcome="done", cost=Decimal(number) / 1000)
    found = estimate(shop)
    assert (found.expected, found.measured) == (Decimal("0.02"), ENOUGH_MEASURED)
    assert found.high == Decimal("0.05")


def test_total_of_an_unknown_price_is_unknown_unless_none_of_it_is_made(shop: Shop) -> None:
    unknown = shop.sell("unknown", price=None)
    both = [shop.contender, unknown]
    assert total_estimate(estimate_costs(both, {each.pk: 1 for each in both})) == (None, None, None)
    assert total_estimate(estimate_costs(both, {shop.contender.pk: 1}))[1] == Decimal("0.005")


def test_free_contender_costs_nothing(shop: Shop) -> None:
    shop.provider.family = "painters"
    shop.provider.save()
    shop.contender.refresh_from_db()
    found = estimate(shop)
    assert (found.low, found.expected, found.high) == (Decimal(0), Decimal(0), Decimal(0))


def test_estimate_stands_beside_what_was_spent(shop: Shop) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(), make_prompt(text="A [broken]")], name="x")
    start_run(run=run)
    for generation in run.generations.all():
        generate_image(generation.pk)
    shop.contender.offering.prices.update(amount=9)  # type: ignore[union-attr] # it has one
    run.refresh_from_db()
    [found] = contender_lines(run)
    assert (found.total, found.done) == (2, 1)
    assert (found.expected, found.spent) == (Decimal("0.01"), Decimal("0.01"))
    assert run.estimates == {str(shop.contender.pk): ["0.010000"] * 3}
    Run.objects.update(estimates={})
    run.refresh_from_db()
    assert contender_lines(run)[0].expected is None
