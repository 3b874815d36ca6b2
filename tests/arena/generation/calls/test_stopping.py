"""A call that staff give up while its host may be at work: the host is asked once to stop it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from arena.generation.calls.generating import generate_image
from arena.generation.calls.stopping import stop_call
from arena.generation.models import Decision, Generation
from arena.generation.runs.decisions import Choice, decide_generation
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.generation.transitions import end_attempts
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt

CANCEL = "/fal/acme/app/requests/job-1/cancel"


@pytest.fixture
def stuck(shop: Shop) -> Generation:
    """A call that its host never ended, and that was set aside."""
    shop.provider.family, shop.provider.base_url = "fal_queue", shop.server.address_of("fal")
    shop.provider.save()
    run = plan_run(contenders=[shop.sell("acme/app")], prompts=[make_prompt(text="A cat [stuck]")], name="Stuck")
    start_run(run=run)
    generation = run.generations.get()
    assert generate_image(generation.pk)
    end_attempts(generation.attempts.all(), outcome="timeout")
    run.generations.update(state="needs_decision")
    return run.generations.get()


def cancels(shop: Shop) -> int:
    return [call["path"] for call in shop.server.journal.calls].count(CANCEL)


@pytest.mark.usefixtures("plain_static_files")
def test_host_is_asked_once_to_stop_what_is_given_up(shop: Shop, stuck: Generation, admin_client: Client) -> None:
    user = User.objects.get(username="admin")
    decision = decide_generation(generation=stuck, choice=Choice.GIVE_UP, user=user)
    assert "to stop it" not in admin_client.get("/staff/decisions/").content.decode()
    stop_call(decision.pk)
    stop_call(decision.pk)
    assert cancels(shop) == 1
    assert shop.server.journal.jobs["job-1"].cancelled
    assert Decision.objects.get().stopped is True
    assert "The provider agreed to stop it." in admin_client.get("/staff/decisions/").content.decode()
    # What it counts for stays: the host did not say what it charges.
    assert stuck.attempts.get().billed == "unknown"


def test_host_that_cannot_be_reached_has_not_agreed(shop: Shop, stuck: Generation) -> None:
    decision = decide_generation(generation=stuck, choice=Choice.GIVE_UP)
    shop.provider.base_url = "http://127.0.0.1:9/fal"
    shop.provider.save()
    stop_call(decision.pk)
    assert Decision.objects.get().stopped is False


def test_nothing_is_stopped_that_is_repeated_or_was_answered_at_once(shop: Shop, stuck: Generation) -> None:
    Generation.objects.update(handle=None)
    for choice in (Choice.GIVE_UP, Choice.REPEAT):
        Generation.objects.update(state="needs_decision")
        stop_call(decide_generation(generation=stuck, choice=choice).pk)
    assert cancels(shop) == 0
    assert set(Decision.objects.values_list("stopped", flat=True)) == {None}
