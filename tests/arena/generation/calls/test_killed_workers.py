"""A real worker is killed again and again while its calls run: nothing is lost, nothing is paid or painted twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from arena.catalog.models import Contender, Offering, Provider
from arena.fake_provider.server import ImageProvider, serve_images
from arena.generation.models import Attempt, Generation
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.process.broker import install_broker
from arena.process.programs import GENERATION, HOUSEKEEPING
from tests.arena.generation.conftest import make_shop
from tests.factories import make_contender, make_image_model, make_prompt
from tests.patience import HANGING
from tests.system.easel import ROOT

CLOSED = {"done", "needs_decision"}


@dataclass(frozen=True)
class Size:
    """How often a worker is killed, and how many paid and painted images it works on."""

    kills: int
    paid: int
    painted: int


@pytest.fixture
def size(thorough: bool) -> Size:
    return Size(kills=5, paid=160, painted=40) if thorough else Size(kills=2, paid=30, painted=6)


@pytest.fixture
def broker(transactional_db: None) -> Iterator[None]:
    """PGMQ in the test's database."""
    install_broker()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA pgmq CASCADE")


@contextmanager
def running_worker(folder: Path, queue: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery worker of one queue on the test's database; end it when the block ends in any way."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database, "CELERY_BROKER_URL": "pgmq://", "EASEL_DATA_DIR": str(folder),
        "CALL_SECONDS": "4", "LEASE_MARGIN_SECONDS": "1", "SWEEP_SECONDS": "1",
        "SEAL_SECONDS": "3600", "REFRESH_SECONDS": "3600",
    }  # fmt: skip
    with (folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [
                sys.executable, "-m", "celery", "--quiet", "--app", "arena.celery", "worker", "--queues", queue,
                "--pool", "threads", "--concurrency", "3", "--loglevel", "WARNING",
                "--without-gossip", "--without-mingle", *options,
            ],
            cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield worker
    finally:
        # The scheduler is a separate process in the worker's group.
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def wait_until(condition: Callable[[], bool], worker: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the condition; if the worker ends by itself, fail with its last output."""
    limit = time.monotonic() + HANGING
    while not condition():
        assert worker.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < limit, log.read_text()[-3000:]
        time.sleep(0.02)


def make_painter() -> Contender:
    """Return a contender painted by the built-in provider."""
    provider = Provider.objects.create(slug="built-in", name="Built-in", family="painters")
    image_model = make_image_model()
    offering = Offering.objects.create(provider=provider, image_model=image_model, model_id="harbour")
    return make_contender(image_model=image_model, offering=offering, settings={"painter": "harbour"})


def closed() -> int:
    """Return how many generations are finished."""
    return Generation.objects.filter(state__in=CLOSED).count()


def kill_during_a_call(server: ImageProvider, folder: Path, *, after: int) -> None:
    """Run a worker until the provider has charged more than `after` orders and holds the last one; kill it."""
    server.limit = after
    with running_worker(folder, GENERATION) as worker:
        wait_until(lambda: server.journal.bills.total() > after, worker, folder / "worker.log")
    server.limit = None


@pytest.mark.system
@pytest.mark.long
@pytest.mark.usefixtures("broker")
def test_killed_workers_lose_nothing_and_pay_nothing_twice(tmp_path: Path, size: Size) -> None:
    # Only the process that calls the provider is killed; scheduler and sweep go on.
    with serve_images() as server, running_worker(tmp_path, HOUSEKEEPING, "--beat"):
        shop = make_shop(server, concurrency=4)
        painter = make_painter()
        prompts = [make_prompt() for _ in range(size.paid)]
        for contender, count in ((shop.contender, size.paid), (painter, size.painted)):
            start_run(run=plan_run(contenders=[contender], prompts=prompts[:count], name="Killed"))
        for kill in range(1, size.kills + 1):
            kill_during_a_call(server, tmp_path, after=kill * size.paid // (size.kills + 1))
        with running_worker(tmp_path, GENERATION) as worker:
            wait_until(lambda: closed() == size.paid + size.painted, worker, tmp_path / "worker.log")
        bills = server.journal.bills
    paid = Attempt.objects.filter(generation__contender=shop.contender)
    keys = {str(key): ended for key, ended in paid.values_list("idempotency_key", "ended_at")}
    billed = {str(key) for key in paid.filter(billed="yes").values_list("idempotency_key", flat=True)}
    # Nothing was charged twice. Every charge has its attempt; one without a charge was killed before it was sent.
    assert set(bills.values()) == {1}
    assert billed <= set(bills) <= set(keys)
    assert all(keys[key] is None for key in set(keys) - set(bills))
    assert paid.count() == size.paid
    # Only calls that may have been charged wait for a decision; each kill left at least one.
    stuck = Generation.objects.filter(state="needs_decision")
    assert stuck.count() >= size.kills
    assert set(stuck.values_list("contender", flat=True)) == {shop.contender.pk}
    assert set(stuck.values_list("attempts__billed", flat=True)) == {"unknown"}
    # Every other image exists once: painters repeat what was interrupted, but store nothing twice.
    done = Generation.objects.filter(state="done", image__isnull=False)
    assert done.count() == size.paid + size.painted - stuck.count()
    assert Attempt.objects.filter(outcome="done").count() == done.count()
    assert done.filter(contender=painter).count() == size.painted
