"""Every fault of a provider: the outcome, whether it is billed, and the state of the generation afterwards."""

from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django import Settings

from arena.generation.calls.brakes.breaker import resume_provider
from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt, Generation
from arena.generation.runs.decisions import Choice, decide_generation
from arena.generation.runs.lifecycle import NothingMissing, plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt
from tests.patience import HANGING

# fault: outcome of the attempt, billed, state of the generation
CASES = {
    "none": ("done", "yes", "done"),
    "wrongsize": ("done", "yes", "done"),
    "dataurl": ("done", "yes", "done"),
    "url": ("done", "yes", "done"),
    "shakyurl": ("done", "yes", "done"),
    "slow": ("timeout", "unknown", "needs_decision"),
    "trickle": ("timeout", "unknown", "needs_decision"),
    "headertrickle": ("timeout", "unknown", "needs_decision"),
    "busy": ("rate_limited", "no", "queued"),
    "overloaded": ("unavailable", "no", "queued"),
    "quota": ("quota", "no", "queued"),
    "badkey": ("auth", "no", "queued"),
    "unverified": ("forbidden", "no", "failed"),
    "gone": ("not_found", "no", "failed"),
    "invalid": ("invalid", "no", "failed"),
    "moderated": ("refused", "no", "refused"),
    "broken": ("unavailable", "unknown", "needs_decision"),
    "truncated": ("unavailable", "unknown", "needs_decision"),
    "reset": ("unavailable", "unknown", "needs_decision"),
    "html": ("bad_response", "unknown", "needs_decision"),
    "empty": ("bad_response", "unknown", "needs_decision"),
    "error200": ("bad_response", "unknown", "needs_decision"),
    "wrongtypes": ("bad_response", "unknown", "needs_decision"),
    "badbase64": ("bad_response", "unknown", "needs_decision"),
    "bomb": ("bad_response", "yes", "needs_decision"),
    "notanimage": ("bad_response", "yes", "needs_decision"),
    "privateurl": ("bad_response", "yes", "needs_decision"),
    "goneurl": ("not_found", "yes", "needs_decision"),
    "redirecturl": ("bad_response", "yes", "needs_decision"),
}


def work_once(shop: Shop, prompt_text: str) -> tuple[Generation, Attempt]:
    """Plan and run one generation; return it with its only attempt."""
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text=prompt_text)], name="Faults")
    start_run(run=run)
    generation = run.generations.get()
    assert generate_image(generation.pk)
    generation.refresh_from_db()
    return generation, generation.attempts.get()


@pytest.mark.parametrize("fault", CASES)
def test_attempt_under_fault_is_classified(fault: str, shop: Shop, settings: Settings) -> None:
    settings.CALL_SECONDS = 1 if fault in {"slow", "trickle", "headertrickle"} else HANGING
    outcome, billed, state = CASES[fault]

    generation, attempt = work_once(shop, f"A cat [{fault}]")

    assert (attempt.outcome, attempt.billed, generation.state) == (outcome, billed, state)
    assert attempt.ended_at is not None
    assert generation.lease is None
    assert Generation.objects.filter(image__isnull=False).exists() == (state == "done")
    assert "secret-of-the-tests" not in attempt.message + generation.reason
    bills = shop.server.journal.bills
    assert max(bills.values(), default=0) <= 1
    if billed != "unknown":
        assert sum(bills.values()) == (billed == "yes")


def test_request_carries_key_settings_and_idempotency_key(shop: Shop) -> None:
    _, attempt = work_once(shop, "A dog")
    [order] = shop.server.journal.orders
    assert order["headers"]["authorization"] == "Bearer secret-of-the-tests"
    assert order["key"] == str(attempt.idempotency_key)
    assert order["body"] == {"model": "fake-model", "prompt": "A dog", "n": 1, "size": "1024x1024"}


def test_unreachable_provider_is_not_charged_and_tried_again(shop: Shop) -> None:
    shop.provider.base_url = "http://127.0.0.1:9/v1"
    shop.provider.save()
    generation, attempt = work_once(shop, "A dog")
    assert (attempt.outcome, attempt.billed, generation.state) == ("unavailable", "no", "queued")


def test_busy_provider_is_asked_again_after_its_own_time(shop: Shop) -> None:
    generation, attempt = work_once(shop, "A dog [busy]")
    assert generation.run_after is not None
    assert attempt.ended_at is not None
    assert 6 < (generation.run_after - attempt.ended_at).total_seconds() < 8
    assert not generate_image(generation.pk)


def test_flaky_provider_is_charged_once(shop: Shop) -> None:
    generation, _ = work_once(shop, "A dog [flaky]")
    assert generate_image(generation.pk)
    generation.refresh_from_db()
    assert generation.state == "done"
    assert [attempt.billed for attempt in generation.attempts.all()] == ["no", "yes"]
    assert sum(shop.server.journal.bills.values()) == 1


def test_paid_image_that_cannot_be_fetched_can_be_ordered_again(shop: Shop) -> None:
    generation, _ = work_once(shop, "A dog [goneurl]")
    decide_generation(generation=generation, choice=Choice.REPEAT)
    assert generate_image(generation.pk)
    decide_generation(generation=generation, choice=Choice.GIVE_UP)
    generation.refresh_from_db()
    assert (generation.state, shop.server.journal.bills.total()) == ("failed", 2)
    with pytest.raises(NothingMissing, match="given up"):
        plan_run(contenders=[shop.contender], prompts=[generation.prompt], name="Again")


def test_transient_failures_end_after_five_attempts(shop: Shop) -> None:
    generation, _ = work_once(shop, "A dog [overloaded]")
    for _ in range(4):
        Generation.objects.update(run_after=None)
        assert generate_image(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.attempts.count()) == ("failed", 5)


def test_failed_generation_gets_all_its_attempts_again_in_the_next_run(shop: Shop) -> None:
    generation, _ = work_once(shop, "A dog [overloaded]")
    for _ in range(4):
        Generation.objects.update(run_after=None)
        generate_image(generation.pk)
    resume_provider(shop.provider)
    run = plan_run(contenders=[shop.contender], prompts=[generation.prompt], name="Again")
    start_run(run=run)
    assert generate_image(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.run, generation.attempts.count()) == ("queued", run, 6)
    assert generation.run_after is not None
    assert (generation.run_after - timezone.now()).total_seconds() < 3


def test_cost_is_the_list_price_without_token_prices(shop: Shop) -> None:
    _, attempt = work_once(shop, "A dog")
    assert (attempt.cost, attempt.cost_basis) == (Decimal("0.005"), "list")


def test_cost_is_counted_from_usage_with_token_prices(shop: Shop) -> None:
    shop.bill_by_tokens()
    _, attempt = work_once(shop, "A dog")
    assert (attempt.cost, attempt.cost_basis) == (Decimal("0.002194"), "usage")
