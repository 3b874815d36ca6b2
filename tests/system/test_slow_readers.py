"""Readers who request much and read nothing: the site still answers everybody else."""

import contextlib
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection

from arena.process.programs import web_command
from tests.leaderboard.ledgers import Cast, append_entries, make_contenders, make_ledger
from tests.patience import HANGING
from tests.system.easel import ROOT, free_port, wait_until

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

# Sockets, server and queue cannot buffer this many entries of one answer.
ENTRIES = 50_000
REPEAT = """
INSERT INTO voting_ledgerentry (ledger_id, position, "left", "right", outcome, prompt, category, language, modality,
    propensity, voter, cast_on, salt, leaf, chain)
SELECT ledger_id, number, "left", "right", outcome, prompt, category, language, modality, propensity, voter, cast_on,
    salt, leaf, chain
FROM voting_ledgerentry, generate_series(2, %s) number
"""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a web server as `up` starts it, on this test's database."""
    own = free_port()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    server = subprocess.Popen(
        web_command("127.0.0.1", own), cwd=ROOT, env=os.environ | {"DATABASE_URL": database, "DATABASE_SECONDS": "60"}
    )
    try:
        assert wait_until(lambda: answers(own))
        yield own
    finally:
        server.terminate()
        server.wait(HANGING)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=HANGING) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def count_entries(port: int) -> int:
    """Download the ledger; return 0 while all places are taken."""
    try:
        whole = f"http://127.0.0.1:{port}/api/v1/ledgers/native/entries/"
        with urllib.request.urlopen(whole, timeout=HANGING) as response:
            return sum(1 for _ in response)
    except urllib.error.HTTPError as refusal:
        if refusal.code != 503:
            raise
        return 0


def busy_sessions() -> list[tuple[str, str]]:
    """State and statement of each client that the database is serving, or whose answer nobody reads."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, query FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        return list(cursor.fetchall())


@contextlib.contextmanager
def stalled_readers(port: int, count: int) -> Iterator[list[bytes]]:
    """Request the whole ledger, read the first line of each answer, and then no more."""
    with contextlib.ExitStack() as stack:
        readers = []
        for _ in range(count):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(HANGING)
            reader.connect(("127.0.0.1", port))
            reader.sendall(b"GET /api/v1/ledgers/native/entries/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            readers.append(reader)
        yield [reader.recv(12) for reader in readers]


def test_site_answers_while_readers_of_the_ledger_stall(port: int) -> None:
    one, two = make_contenders(2)
    ledger = make_ledger()
    append_entries(ledger, [Cast(one, two, "left")])
    with connection.cursor() as cursor:
        cursor.execute(REPEAT, [ENTRIES])
    ledger.length = ENTRIES
    ledger.save()

    with stalled_readers(port, 6) as answered:
        assert sorted(answered) == [b"HTTP/1.1 200"] * 2 + [b"HTTP/1.1 503"] * 4
        assert all(answers(port) for _ in range(5))
        assert wait_until(lambda: not busy_sessions()), f"the database waits for a reader: {busy_sessions()}"
        with stalled_readers(port, 1) as (late,):
            assert late == b"HTTP/1.1 503"

    # The stalled readers have gone: once the server notices, their places are free again.
    assert wait_until(lambda: count_entries(port) == ENTRIES)
