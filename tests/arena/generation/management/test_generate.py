"""`manage.py generate` as an operator sees it: what it prints, what it asks, what it does not touch."""

import io
import os
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from arena.catalog.models import Offering, Provider
from arena.generation.calls.claims import claim_generation
from arena.generation.models import Generation, Run
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop, provider_key, server, shop, storage
from tests.factories import make_category, make_contender, make_image_model, make_prompt
from tests.system.easel import free_port

__all__ = ["provider_key", "server", "shop", "storage"]

pytestmark = pytest.mark.django_db(transaction=True)


def generate(*options: str) -> str:
    """Run the command; return what it printed."""
    out = io.StringIO()
    call_command("generate", *options, stdout=out)
    return out.getvalue()


def test_generate_here_makes_what_is_missing_and_no_more(shop: Shop) -> None:
    prompt = make_prompt(slug="red-fox")
    said = generate("--contenders", shop.contender.slug, "--prompts", "red-fox", "--samples", "2", "--here", "--yes")
    assert "2 images are missing, for about 0.01 USD." in said
    assert "2 done" in said
    assert "0.0100 USD" in said
    assert prompt.generations.filter(state="done").count() == 2
    assert "Nothing is missing" in generate("--prompts", "red-fox", "--samples", "2", "--here", "--yes")
    assert sum(shop.server.journal.bills.values()) == 2


def test_generate_dry_says_what_it_would_make_and_cost(shop: Shop) -> None:
    dear = shop.sell("dear", price=None)
    make_prompt(slug="red-fox")
    said = generate("--samples", "2", "--dry-run")
    costs = "0.01 – 0.01 – 0.01 USD (low – expected – high; prices of 2026-11-21)"
    assert f"{shop.contender.slug}: 2 images, {costs}" in said
    assert f"{dear.slug}: 2 images, price unknown" in said
    assert "4 images are missing, at an unknown price." in said
    assert not Run.objects.exists()
    assert "It costs at least 0.005, at most 0.005 USD." in generate("--contenders", shop.contender.slug, "--dry-run")


def test_generate_leaves_out_a_server_that_does_not_run(shop: Shop) -> None:
    make_prompt()
    idle = Provider.objects.create(
        slug="idle", name="A server", family="comfyui", base_url=f"http://127.0.0.1:{free_port()}", key_env=""
    )
    model = make_image_model()
    offering = Offering.objects.create(provider=idle, image_model=model, model_id="any")
    contender = make_contender(image_model=model, offering=offering)
    said = generate("--here", "--yes")
    assert f"A server is left out: nothing listens at {idle.base_url}. Start it first." in said
    assert set(Generation.objects.values_list("contender__slug", "state")) == {(shop.contender.slug, "done")}
    assert f"{contender.slug}: 1 image" in generate("--contenders", contender.slug, "--dry-run")


def test_generate_ends_with_the_causes_of_what_is_missing(shop: Shop) -> None:
    make_prompt(text="An [invalid] size")
    said = generate("--here", "--yes")
    assert "The provider does not accept the request, 1 image: Compare the contender's settings" in said
    assert "For example: The provider answered 400: Invalid size." in said


def test_run_published_by_hand_is_published_by_a_command(shop: Shop) -> None:
    make_prompt()
    said = generate("--here", "--yes", "--publishing", "by_hand")
    run = Run.objects.get()
    assert f"1 image waits to be published: look at /staff/runs/{run.pk}/look/" in said
    out = io.StringIO()
    call_command("publish_run", str(run.pk), stdout=out)
    assert "Published: 1." in out.getvalue()
    assert Generation.objects.get().entered_at is not None
    for number, words in ((run.pk, "No image"), (run.pk + 1, "There is no run")):
        with pytest.raises(CommandError, match=words):
            call_command("publish_run", str(number))


def test_run_is_steered_by_a_command(shop: Shop) -> None:
    make_prompt()
    generate("--yes", "--detach")
    run = Run.objects.get()
    for action, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        out = io.StringIO()
        call_command("steer_run", str(run.pk), action, stdout=out)
        assert f"is {state}" in out.getvalue()
    for number, action, words in (
        (run.pk, "resume", "is cancelled"),
        (run.pk, "retry", "Nothing"),
        (0, "pause", "no run"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("steer_run", str(number), action)


def test_generate_without_worker_works_by_itself(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.generation.management.commands.generate.WORKER_SECONDS", 0.1)
    make_prompt()
    assert "1 done" in generate("--yes")


def test_generate_is_not_fooled_by_the_lease_of_a_dead_worker(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.generation.management.commands.generate.WORKER_SECONDS", 0.1)
    killed = plan_run(contenders=[shop.contender], prompts=[make_prompt()], name="Killed")
    start_run(run=killed)
    assert claim_generation(killed.generations.get().pk)
    make_prompt(slug="red-fox")
    assert "1 done" in generate("--prompts", "red-fox", "--yes")


def test_generate_detached_leaves_the_work_to_workers(shop: Shop) -> None:
    make_prompt()
    assert "is started" in generate("--yes", "--detach")
    assert Generation.objects.get().state == "queued"


def test_generate_again_goes_on_with_a_run_at_work(shop: Shop) -> None:
    prompt = make_prompt()
    start_run(run=plan_run(contenders=[shop.contender], prompts=[prompt], name="Interrupted"))
    assert "1 done" in generate("--here", "--yes")
    assert Run.objects.count() == 1


def test_generate_keeps_the_cap(shop: Shop) -> None:
    category = make_category(slug="foxes")
    for _ in range(3):
        make_prompt(category=category)
    make_prompt()
    said = generate("--categories", "foxes", "--cap", "0.01", "--here", "--yes")
    assert "2 done" in said
    assert "1 cancelled" in said
    assert Run.objects.get().cap == Decimal("0.01")


def test_generate_unattended_asks_before_it_spends(shop: Shop) -> None:
    make_prompt()
    with pytest.raises(CommandError, match="--yes"):
        generate("--here")
    assert not shop.server.journal.orders
    assert Generation.objects.get().state == "cancelled"


def test_generate_left_at_its_question_leaves_the_images_to_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_prompt()
    terminal, keyboard = os.openpty()
    os.write(terminal, b"\x04")  # Ctrl-D
    with os.fdopen(keyboard) as stdin, monkeypatch.context() as patch:
        patch.setattr("sys.stdin", stdin)
        with pytest.raises(EOFError):
            generate("--here")
    os.close(terminal)
    assert Generation.objects.get().state == "cancelled"
    assert "1 done" in generate("--here", "--yes")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--contenders", "red-foxx"], "There is no contender 'red-foxx'."),
        (["--prompts", "red-foxx"], "There is no prompt 'red-foxx'. Similar: red-fox."),
        (["--categories", "nothing-like-it"], "There is no category 'nothing-like-it'."),
        (["--cap", "much"], "not an amount in USD"),
        (["--cap", "-1"], "--cap must be"),
        (["--cap", "NaN"], "--cap must be"),
        (["--samples", "99999999"], "At most 100 samples"),
        (["--samples", "0"], "at least one"),
    ],
)
def test_generate_with_a_slip_of_the_pen_is_one_line(shop: Shop, options: list[str], words: str) -> None:
    make_prompt(slug="red-fox")
    with pytest.raises(CommandError) as caught:
        generate(*options)
    assert words in str(caught.value)
    assert not Generation.objects.exists()


def test_generate_ends_and_says_why_when_its_provider_is_stopped(shop: Shop) -> None:
    make_prompt(text="A fox [badkey]")
    make_prompt()
    said = generate("--here", "--yes")
    # The other image may have been called for before the key was refused.
    assert re.search(r"(1 image waits|2 images wait) for Fake: The provider answered 401", said)
    assert "/staff/providers/fake/" in said
    assert Run.objects.get().state == "running"
