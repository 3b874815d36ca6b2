"""When a run's images come into play: prompt by prompt, all of a prompt together, or by hand."""

import pytest

from arena.generation.calls.entering import enter_play, waiting_images
from arena.generation.calls.generating import generate_image
from arena.generation.calls.sweeping import sweep_generations
from arena.generation.models import Generation, Run
from arena.generation.runs.lifecycle import cancel_run, pause_run, plan_run, retry_failed, start_run
from arena.voting.dealing.pool import VoteCounts, load_pool
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger
from tests.arena.generation.conftest import Shop
from tests.factories import make_generation, make_prompt

pytestmark = pytest.mark.django_db


def plan(shop: Shop, *texts: str, publishing: str = "automatic") -> Run:
    """Return a started run of two contenders and a prompt for each text."""
    prompts = [make_prompt(text=text) for text in texts]
    contenders = [shop.contender, shop.sell("other")]
    run = plan_run(contenders=contenders, prompts=prompts, name="x", publishing=publishing)
    start_run(run=run)
    return run


def entered(run: Run) -> list[bool]:
    """Tell of each generation of the run, in the order of planning, whether its image is in play."""
    return [each.entered_at is not None for each in run.generations.all()]


def dealable() -> set[int]:
    """Return the generations that voters can be dealt."""
    ledger = open_ledger(Ledger.Kind.NATIVE)
    return set(load_pool(ledger_id=ledger.pk, counts=VoteCounts()).prompt_of_image)


def test_images_of_a_prompt_enter_together(shop: Shop) -> None:
    run = plan(shop, "A cat", "A dog")
    first, second, third, fourth = (each.pk for each in run.generations.all())
    generate_image(third)
    generate_image(first)
    assert entered(run) == [False] * 4
    assert dealable() == set()
    generate_image(second)
    assert entered(run) == [True, True, False, False]
    assert dealable() == {first, second}
    generate_image(fourth)
    assert entered(run) == [True] * 4


def test_refusal_and_open_decision_hold_nothing_up(shop: Shop) -> None:
    run = plan(shop, "A [moderated] cat", "A dog", "A [broken] fox")
    ids = [each.pk for each in run.generations.all()]
    Generation.objects.filter(pk=ids[5]).update(prompt=make_prompt())
    for each in ids:
        generate_image(each)
    states = list(run.generations.values_list("state", flat=True))
    assert states == ["refused", "refused", "done", "done", "needs_decision", "done"]
    assert entered(run) == [False, False, True, True, False, True]


def test_another_runs_work_on_the_prompt_holds_nothing_up(shop: Shop) -> None:
    prompt = make_prompt()
    earlier = plan_run(contenders=[shop.contender], prompts=[prompt], name="x")
    start_run(run=earlier)
    pause_run(run=earlier)
    run = plan_run(contenders=[shop.sell("other")], prompts=[prompt], name="y")
    start_run(run=run)
    generate_image(run.generations.get().pk)
    assert entered(run) == [True]


def test_cancelling_the_rest_publishes_what_is_there(shop: Shop) -> None:
    run = plan(shop, "A cat")
    generate_image(run.generations.all()[0].pk)
    assert entered(run) == [False, False]
    cancel_run(run=run)
    assert entered(run) == [True, False]


def test_sweep_publishes_what_a_dead_worker_left(shop: Shop) -> None:
    run = plan(shop, "A cat")
    for each in run.generations.all():
        generate_image(each.pk)
    run.generations.update(entered_at=None)
    sweep_generations()
    assert entered(run) == [True, True]


def test_run_published_by_hand_waits(shop: Shop) -> None:
    run = plan(shop, "A cat", publishing="by_hand")
    for each in run.generations.all():
        generate_image(each.pk)
    run.refresh_from_db()
    assert (run.state, enter_play(), waiting_images().count(), dealable()) == ("finished", 0, 2, set())


def test_image_made_after_its_prompt_entered_enters_alone(shop: Shop) -> None:
    run = plan(shop, "A cat")
    made, failed = run.generations.all()
    generate_image(made.pk)
    Generation.objects.filter(pk=failed.pk).update(state="failed")
    sweep_generations()
    assert entered(run) == [True, False]
    assert retry_failed(run=run) == 1
    generate_image(failed.pk)
    assert entered(run) == [True, True]


def test_image_that_no_run_planned_is_in_play_at_once(shop: Shop) -> None:
    assert make_generation(pixels=False).entered_at is not None
