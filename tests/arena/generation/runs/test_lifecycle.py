"""Runs: only missing images are planned, what is planned is frozen, the cap holds, and staff decide unclear calls."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction

from arena.catalog.models import Contender, Price, Prompt, Provider
from arena.errors import Conflict
from arena.fake_provider.server import make_png, serve_images
from arena.generation.calls.claims import CAP_REACHED, claim_generation
from arena.generation.calls.generating import generate_image
from arena.generation.calls.outcomes import close_done
from arena.generation.ingest.images import keep_files
from arena.generation.models import Attempt, Generation, Run
from arena.generation.providers.base import Asset, Done
from arena.generation.runs.decisions import Choice, decide_generation
from arena.generation.runs.lifecycle import (
    CannotPlan,
    NothingMissing,
    cancel_run,
    pause_run,
    plan_run,
    run_progress,
    start_run,
)
from arena.generation.spending import spent_in_run
from tests.arena.generation.conftest import KEY_ENV, Shop, make_shop
from tests.factories import make_contender, make_editing_prompt, make_generation, make_prompt


def in_threads(works: list[Callable[[], object]]) -> None:
    """Run each in a thread with its own database connection; raise what they raise."""
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread.
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_plan_goes_prompt_by_prompt_and_freezes(shop: Shop) -> None:
    other, prompts = shop.sell("other"), [make_prompt(), make_prompt()]
    run = plan_run(contenders=[shop.contender, other], prompts=prompts, samples=2, name="Plan")
    rows = list(run.generations.values_list("prompt", "sample", "contender"))
    assert rows == [
        (prompt.pk, sample, contender.pk)
        for prompt in prompts
        for sample in (0, 1)
        for contender in (shop.contender, other)
    ]
    assert run.estimate == Decimal("0.04")
    assert not Prompt.objects.filter(frozen_at=None).exists()
    assert not Contender.objects.filter(frozen_at=None).exists()
    seeds = set(run.generations.filter(prompt=prompts[0], sample=0).values_list("seed"))
    assert len(seeds) == 1


def test_second_plan_holds_only_what_is_missing(shop: Shop) -> None:
    first, second = make_prompt(), make_prompt()
    plan_run(contenders=[shop.contender], prompts=[first], name="First")
    start_run(run=Run.objects.get())
    run = plan_run(contenders=[shop.contender], prompts=[first, second], name="Second")
    assert [generation.prompt for generation in run.generations.all()] == [second]
    start_run(run=run)
    with pytest.raises(NothingMissing):
        plan_run(contenders=[shop.contender], prompts=[first, second], name="Third")
    assert Run.objects.count() == 2


def test_cancelled_and_uncharged_failures_are_planned_again(shop: Shop) -> None:
    prompts = [make_prompt(text=text) for text in ("A [invalid]", "A [bomb]", "A [moderated]", "A cat", "A dog")]
    run = plan_run(contenders=[shop.contender], prompts=prompts, name="First")
    start_run(run=run)
    for generation in list(run.generations.all())[:4]:
        generate_image(generation.pk)
    cancel_run(run=run)
    again = plan_run(contenders=[shop.contender], prompts=prompts, name="Again")
    assert [generation.prompt.text for generation in again.generations.all()] == ["A [invalid]", "A dog"]


def test_what_waits_in_a_run_that_was_never_started_is_planned_again(shop: Shop) -> None:
    prompt = make_prompt()
    abandoned = plan_run(contenders=[shop.contender], prompts=[prompt], name="Killed before it was started")
    run = plan_run(contenders=[shop.contender], prompts=[prompt], name="Again")
    start_run(run=run)
    generation = run.generations.get()
    assert not abandoned.generations.exists()
    assert generate_image(generation.pk)


@pytest.mark.parametrize("paused", [False, True])
def test_what_waits_in_a_run_at_work_stays_there(shop: Shop, paused: bool) -> None:
    prompt = make_prompt()
    run = plan_run(contenders=[shop.contender], prompts=[prompt], name="At work")
    start_run(run=run)
    if paused:
        pause_run(run=run)
    with pytest.raises(NothingMissing):
        plan_run(contenders=[shop.contender], prompts=[prompt], name="Again")
    assert run.generations.get().state == "queued"


def test_plan_that_costs_more_than_can_be_counted_is_refused(shop: Shop) -> None:
    dear = shop.sell("dear", price="600000")
    with pytest.raises(CannotPlan, match="a million USD or more"):
        plan_run(contenders=[dear], prompts=[make_prompt(), make_prompt()], name="x")
    assert not Run.objects.exists()


def test_plan_without_what_it_needs_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = [make_prompt()]
    with pytest.raises(CannotPlan, match="at least one"):
        plan_run(contenders=[], prompts=prompts, name="x")
    with pytest.raises(CannotPlan, match="imported"):
        plan_run(contenders=[make_contender()], prompts=prompts, name="x")
    with pytest.raises(CannotPlan, match="it makes images from text and does not edit them"):
        plan_run(contenders=[shop.contender], prompts=[make_editing_prompt()], name="x")
    with pytest.raises(CannotPlan, match="no known price"):
        plan_run(contenders=[shop.sell("dear", price=None)], prompts=prompts, cap=Decimal(1), name="x")
    Provider.objects.update(key_env="SECRET_KEY")
    with pytest.raises(CannotPlan, match="SECRET_KEY, a secret"):
        plan_run(contenders=[Contender.objects.get(pk=shop.contender.pk)], prompts=prompts, name="x")
    Provider.objects.update(key_env=KEY_ENV)
    monkeypatch.delenv(KEY_ENV)
    with pytest.raises(CannotPlan, match=KEY_ENV):
        plan_run(contenders=[shop.contender], prompts=prompts, name="x")
    assert not Generation.objects.exists()


def test_paused_run_is_not_worked_and_goes_on_after(shop: Shop) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="x")
    generation = run.generations.get()
    assert not generate_image(generation.pk)
    start_run(run=run)
    pause_run(run=run)
    assert not generate_image(generation.pk)
    start_run(run=run)
    assert generate_image(generation.pk)
    run.refresh_from_db()
    assert run.state == "finished"
    with pytest.raises(Conflict, match="finished"):
        start_run(run=run)


def test_progress_counts_states_and_costs(shop: Shop) -> None:
    texts = ("A cat", "A [moderated]", "A [bomb]", "A [broken]", "A dog", "A fox")
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text=text) for text in texts], name="x")
    start_run(run=run)
    for generation in list(run.generations.all())[:5]:
        generate_image(generation.pk)
    progress = run_progress(run)
    assert (progress.total, progress.done, progress.refused, progress.failed) == (6, 2, 1, 0)
    assert (progress.needs_decision, progress.closed) == (2, 5)
    # Two images, one paid decompression bomb, one call that may have been charged.
    assert progress.spent == Decimal("0.020")
    assert progress.eta_seconds is not None


def test_decision_to_retry_orders_once_more(shop: Shop) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text="A [broken]")], name="x")
    start_run(run=run)
    generation = run.generations.get()
    generate_image(generation.pk)
    decide_generation(generation=generation, choice=Choice.REPEAT)
    run.refresh_from_db()
    assert run.state == "running"
    assert generate_image(generation.pk)
    decide_generation(generation=generation, choice=Choice.GIVE_UP)
    generation.refresh_from_db()
    assert (generation.state, generation.attempts.count()) == ("failed", 2)
    with pytest.raises(Conflict):
        decide_generation(generation=generation, choice=Choice.REPEAT)


def test_decision_to_retry_in_a_cancelled_run_is_carried_out(shop: Shop) -> None:
    prompts = [make_prompt(text="A [broken]"), make_prompt()]
    run = plan_run(contenders=[shop.contender], prompts=prompts, name="x")
    start_run(run=run)
    first, second = run.generations.all()
    generate_image(first.pk)
    cancel_run(run=run)
    decide_generation(generation=first, choice=Choice.REPEAT)
    assert generate_image(first.pk)
    assert not generate_image(second.pk)


def test_cap_cancels_what_does_not_fit(shop: Shop) -> None:
    prompts = [make_prompt() for _ in range(3)]
    run = plan_run(contenders=[shop.contender], prompts=prompts, cap=Decimal("0.012"), name="x")
    start_run(run=run)
    for generation in run.generations.all():
        generate_image(generation.pk)
    run.refresh_from_db()
    assert run.state == "finished"
    assert list(run.generations.values_list("state", "reason")) == [
        ("done", ""), ("done", ""), ("cancelled", CAP_REACHED),
    ]  # fmt: skip
    assert spent_in_run(run.pk) == Decimal("0.010")


def test_cap_holds_for_prompts_whose_own_tokens_cost_more_than_the_image(shop: Shop) -> None:
    shop.bill_by_tokens()
    prompts = [make_prompt(text=f"{number} " + "å" * 5000) for number in range(2)]
    run = plan_run(contenders=[shop.contender], prompts=prompts, cap=Decimal("0.03"), name="x")
    start_run(run=run)
    for generation in run.generations.all():
        generate_image(generation.pk)
    assert list(run.generations.values_list("state", flat=True)) == ["done", "cancelled"]
    assert Decimal("0.022") < spent_in_run(run.pk) < Decimal("0.03")


def test_reserved_sum_covers_the_words_of_a_template_and_what_must_not_be_shown(shop: Shop) -> None:
    shop.bill_by_tokens()
    settings = shop.contender.settings | {"template": "{prompt}, " + "å" * 1500, "negative_prompt": "b" * 3000}
    Contender.objects.filter(pk=shop.contender.pk).update(settings=settings)
    shop.contender.refresh_from_db()
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt(text="A cat")], cap=Decimal("0.03"), name="x")
    start_run(run=run)
    generate_image(run.generations.get().pk)
    attempt = Attempt.objects.get()
    assert attempt.cost is not None
    # 6,000 bytes of text, at most a token each, for 2 USD per million.
    assert attempt.cost <= attempt.cost_reserved
    assert attempt.cost_reserved > Decimal("0.0055") + Decimal("0.012")


def test_cost_without_a_token_count_is_the_list_price_and_not_what_was_reserved(shop: Shop) -> None:
    shop.bill_by_tokens()
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="x")
    start_run(run=run)
    claim = claim_generation(run.generations.get().pk)
    assert claim is not None
    assert claim.attempt.cost_reserved > Decimal("0.0055")
    data = make_png("x")
    with keep_files(data) as files:
        close_done(claim, Done((Asset(data=data),)), files, seconds=1.0, provenance={})
    assert spent_in_run(run.pk) == Decimal("0.005")


def test_cap_cancels_what_has_lost_its_price(shop: Shop) -> None:
    capped = plan_run(contenders=[shop.contender], prompts=[make_prompt()], cap=Decimal("1"), name="x")
    uncapped = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="y")
    Price.objects.all().delete()
    for run in (capped, uncapped):
        start_run(run=run)
        generate_image(run.generations.get().pk)
    assert (capped.generations.get().state, uncapped.generations.get().state) == ("cancelled", "done")
    assert sum(shop.server.journal.bills.values()) == 1


@pytest.mark.django_db(transaction=True)
def test_cap_holds_under_concurrency() -> None:
    with serve_images(delay=0.02) as server:
        shop = make_shop(server, concurrency=50)
        prompts = [make_prompt() for _ in range(24)]
        run = plan_run(contenders=[shop.contender], prompts=prompts, cap=Decimal("0.036"), name="x")
        start_run(run=run)
        ids = list(run.generations.values_list("id", flat=True))
        in_threads([lambda part=ids[start::8]: [generate_image(pk) for pk in part] for start in range(8)])  # type: ignore[misc]
    assert sum(server.journal.bills.values()) == 7
    assert spent_in_run(run.pk) == Decimal("0.035")
    assert run.generations.filter(state="cancelled").count() == 17


@pytest.mark.django_db(transaction=True)
def test_race_for_one_generation_has_one_winner() -> None:
    with serve_images(delay=0.05) as server:
        shop = make_shop(server, concurrency=50)
        run = plan_run(contenders=[shop.contender], prompts=[make_prompt() for _ in range(5)], name="x")
        start_run(run=run)
        ids = list(run.generations.values_list("id", flat=True))
        in_threads([lambda: [generate_image(pk) for pk in ids] for _ in range(8)])
    assert set(run.generations.values_list("state", flat=True)) == {"done"}
    assert Attempt.objects.count() == sum(server.journal.bills.values()) == 5


@pytest.mark.django_db(transaction=True)
def test_provider_gets_no_more_calls_at_once_than_it_takes() -> None:
    with serve_images(delay=0.3) as server:
        shop = make_shop(server, concurrency=2)
        run = plan_run(contenders=[shop.contender], prompts=[make_prompt() for _ in range(12)], name="x")
        start_run(run=run)
        ids = list(run.generations.values_list("id", flat=True))
        in_threads([lambda: [generate_image(pk) for pk in ids] for _ in range(6)])
    assert server.journal.most_in_flight == 2


def test_claim_writes_the_attempt_before_the_call(shop: Shop) -> None:
    run = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="x")
    start_run(run=run)
    claim = claim_generation(run.generations.get().pk)
    assert claim is not None
    assert not shop.server.journal.orders
    attempt = Attempt.objects.get()
    assert (attempt.ended_at, attempt.billed, attempt.cost_reserved) == (None, "unknown", Decimal("0.005"))


def test_frozen_prompt_and_contender_refuse_a_change(shop: Shop) -> None:
    prompt = make_prompt()
    plan_run(contenders=[shop.contender], prompts=[prompt], name="x")
    prompt.refresh_from_db()
    prompt.text = "Another text"
    with pytest.raises(Exception, match="frozen"), transaction.atomic():
        prompt.save()


def test_done_generation_is_not_worked_again(shop: Shop) -> None:
    generation = make_generation(contender=shop.contender)
    assert not generate_image(generation.pk)
    assert not generate_image(10**9)
