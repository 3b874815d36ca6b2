"""The programs of `up`: slow providers keep no vote waiting, and each program ends when told to."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from django.conf import settings
from django.db import connection

from arena.fake_provider.server import serve_images
from arena.generation.runs.lifecycle import plan_run, start_run
from arena.process.broker import install_broker
from arena.process.programs import generation_command, housekeeping_command, scheduler_command, web_command
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger, LedgerEntry
from tests.arena.generation.conftest import KEY_ENV, make_shop
from tests.arena.voting.ledger.test_sealing import cast
from tests.factories import make_arena, make_prompt
from tests.patience import HANGING
from tests.system.easel import ROOT, free_port, wait_until

pytestmark = pytest.mark.system


@contextmanager
def running_programs(folder: Path) -> Iterator[None]:
    """Run the workers and their scheduler on the test's database; end them when the block ends in any way."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database, "EASEL_DATA_DIR": str(folder), KEY_ENV: "secret-of-the-tests",
        "SEAL_SECONDS": "1", "SWEEP_SECONDS": "1",
    }  # fmt: skip
    commands = (generation_command(), housekeeping_command(), scheduler_command())
    with (folder / "programs.log").open("ab") as log:
        started = [
            subprocess.Popen(each, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
            for each in commands
        ]
    try:
        yield
    finally:
        for each in started:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait()


@pytest.mark.django_db(transaction=True)
def test_vote_is_sealed_while_slow_calls_fill_the_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, "secret-of-the-tests")
    install_broker()
    with serve_images() as server, running_programs(tmp_path):
        server.limit = 0
        shop = make_shop(server, concurrency=16)
        start_run(run=plan_run(contenders=[shop.contender], prompts=[make_prompt() for _ in range(16)], name="Slow"))
        log = tmp_path / "programs.log"
        assert wait_until(lambda: server.journal.in_flight >= settings.WORKER_CONCURRENCY), log.read_text()
        make_arena(pixels=False)
        cast(open_ledger(Ledger.Kind.NATIVE))
        assert wait_until(LedgerEntry.objects.exists), log.read_text()
        assert server.journal.in_flight >= settings.WORKER_CONCURRENCY
        server.limit = None
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA pgmq CASCADE")


def test_web_server_that_is_told_to_end_while_it_starts_ends(tmp_path: Path) -> None:
    with (tmp_path / "web.log").open("ab") as log:
        server = subprocess.Popen(
            web_command("127.0.0.1", free_port()), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    try:
        assert wait_until(psutil.Process(server.pid).children)
        server.terminate()
        server.wait(HANGING)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
