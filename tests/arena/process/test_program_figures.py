"""How many messages wait in each queue is read from whichever broker is set."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from pytest_django import Settings

from arena.process.program_figures import read_program_figures
from tests.patience import HANGING
from tests.system.easel import free_port, wait_until


@pytest.fixture
def redis(tmp_path: Path, settings: Settings) -> Iterator[str]:
    """A Redis server as the broker."""
    program = shutil.which("redis-server") or ""
    if not program:
        missing = "There is no redis-server: `apt-get install redis-server`."
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    yield settings.CELERY_BROKER_URL
    server.terminate()
    server.wait(HANGING)


def read_queues() -> dict[str, float]:
    """Return what `/metrics` says of the broker and its queues."""
    return {
        each.labels.get("queue", each.name): each.value
        for each in read_program_figures()
        if each.name in ("broker_up", "queue_messages")
    }


@pytest.mark.django_db
def test_redis_tells_how_many_jobs_wait(redis: str) -> None:
    idle = {"broker_up": 1, "easel": 0, "generation": 0}
    assert wait_until(lambda: read_queues() == idle), "an idle Redis is up, and its queues are empty"
    with current_app.connection_for_write(url=redis, transport_options={}) as broker:
        for _ in range(3):
            current_app.send_task("arena.voting.seal", connection=broker)
        current_app.send_task("arena.generation.refill", connection=broker)
    assert read_queues() == {"broker_up": 1, "easel": 3, "generation": 1}


@pytest.mark.django_db
def test_broker_that_does_not_answer_is_down(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert read_queues() == {"broker_up": 0}
