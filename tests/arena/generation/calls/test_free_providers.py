"""An operator's own server: nothing to pay, so that what is in doubt is made again; its concurrency still holds."""

from typing import Any

import pytest

from arena.catalog.models import Contender, Offering, Provider
from arena.fake_provider.server import ImageProvider
from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt, Generation
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.providers.ordering import SETTINGS
from tests.factories import make_contender, make_image_model, make_prompt

pytestmark = pytest.mark.django_db


def own_server(server: ImageProvider, family: str, segment: str, settings: dict[str, Any]) -> Contender:
    """Return a contender at the fake, entered as a free provider that takes one call at a time."""
    provider = Provider.objects.create(
        slug=family, name=family, family=family, base_url=server.address_of(segment), options={"free": True},
        concurrency=1,
    )  # fmt: skip
    image_model = make_image_model()
    offering = Offering.objects.create(provider=provider, image_model=image_model, model_id="fake-model")
    return make_contender(image_model=image_model, offering=offering, settings=settings)


def start(contender: Contender, *texts: str) -> list[Generation]:
    """Plan and start a run of these prompts; without a price the run needs no cap."""
    run = plan_run(contenders=[contender], prompts=[make_prompt(text=text) for text in texts], name="Own server")
    start_run(run=run)
    assert run.estimate == 0
    return list(run.generations.order_by("id"))


def work(generation: Generation) -> Attempt:
    """Work on a generation now; return its last attempt."""
    Generation.objects.update(run_after=None)
    assert generate_image(generation.pk)
    generation.refresh_from_db()
    attempt = generation.attempts.order_by("number").last()
    assert attempt is not None
    return attempt


@pytest.mark.parametrize("fault", ["broken", "reset", "latebusy", "outofmemory"])
def test_call_in_doubt_is_made_again(server: ImageProvider, fault: str) -> None:
    [generation] = start(own_server(server, "sdapi", "sdapi/v1", {}), f"A cat [{fault}]")
    attempt = work(generation)
    assert (attempt.billed, generation.state) == ("no", "queued")


def test_picture_of_another_checkpoint_needs_a_decision(server: ImageProvider) -> None:
    [generation] = start(own_server(server, "sdapi", "sdapi/v1", {}), "A cat [othermodel]")
    attempt = work(generation)
    assert (attempt.billed, generation.state) == ("yes", "needs_decision")
    assert "another-model" in generation.reason


def test_job_that_a_restarted_server_forgot_is_queued_again(server: ImageProvider) -> None:
    [generation] = start(own_server(server, "comfyui", "comfy", SETTINGS), "A cat [restarted]")
    work(generation)
    attempt = work(generation)
    assert (attempt.outcome, attempt.billed, generation.state, generation.handle) == (
        "not_found", "no", "queued", None,
    )  # fmt: skip


def test_picture_of_a_workflow_costs_nothing_and_keeps_its_record(server: ImageProvider) -> None:
    [generation] = start(own_server(server, "comfyui", "comfy", SETTINGS), "A cat")
    work(generation)
    assert generation.state == "pending"
    while generation.state == "pending":
        attempt = work(generation)
    assert generation.state == "done"
    assert attempt.cost == 0
    record = generation.image.provenance
    assert record["applied"]["seed"] == str(generation.seed)
    assert record["settings"]["workflow"] == f"sha256:{record['applied']['workflow_sha256']}"


def test_concurrency_of_a_free_server_holds(server: ImageProvider) -> None:
    first, second = start(own_server(server, "comfyui", "comfy", SETTINGS), "A cat", "A dog")
    work(first)
    assert not generate_image(second.pk)
    while first.state == "pending":
        work(first)
    assert generate_image(second.pk)
