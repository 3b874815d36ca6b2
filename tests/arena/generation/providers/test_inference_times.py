"""Hosts that say how long they worked: the rest of a call's time was their queue, and pages show it."""

import pytest
from django.test import Client

from arena.fake_provider.wires.fal_wire import INFERENCE_SECONDS
from arena.fake_provider.wires.replicate_wire import PREDICT_SECONDS
from arena.generation.calls.generating import generate_image
from arena.generation.providers.shapes.answers import seconds_at
from arena.generation.runs.lifecycle import plan_run, start_run
from leaderboard.presentation.board_page.figure_texts import seconds as show_seconds
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt


@pytest.mark.usefixtures("plain_static_files")
@pytest.mark.parametrize(
    ("family", "segment", "said"),
    [("fal_queue", "fal", INFERENCE_SECONDS), ("replicate", "replicate/v1", PREDICT_SECONDS)],
)
def test_model_page_shows_the_time_in_the_hosts_queue(
    shop: Shop, client: Client, family: str, segment: str, said: float
) -> None:
    shop.provider.family, shop.provider.base_url = family, shop.server.address_of(segment)
    shop.provider.save()
    contender = shop.sell("acme/app")
    run = plan_run(contenders=[contender], prompts=[make_prompt()], name="Queue")
    start_run(run=run)
    for _ in range(3):
        run.generations.update(run_after=None)
        generate_image(run.generations.get().pk)
    generation = run.generations.get()
    assert generation.seconds is not None
    assert generation.attempts.get().inference_seconds == said

    answer = client.get(f"/models/{contender.image_model.slug}/")

    [line] = answer.context["calls"]
    assert line.figures.median_queue_seconds == pytest.approx(generation.seconds - said)
    cells = answer.content.decode().partition("In the host’s queue, 95 %")[2]
    assert cells.count(f'<td class="number">{show_seconds(line.figures.median_queue_seconds)}</td>') >= 2


@pytest.mark.parametrize("metrics", [None, {}, {"time": "3"}, {"time": -1}, {"time": True}, {"time": float("nan")}])
def test_time_that_is_none_is_not_taken(metrics: object) -> None:
    assert seconds_at({"metrics": metrics}, "metrics", "time") is None
    assert seconds_at({"metrics": {"time": 3}}, "metrics", "time") == 3.0
