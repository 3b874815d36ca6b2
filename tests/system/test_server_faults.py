"""A server by environment keeps every acknowledged vote, whatever is killed, stopped or full.

`apt-get install nginx-light redis-server postgresql-15`, and `--thorough` as root, run it.
"""

import contextlib
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.embedded.binaries import find_binaries
from tests.system.crowds import Crowd
from tests.system.easel import wait_until
from tests.system.proxies import send_slowly
from tests.system.server import Server
from tests.system.stored_votes import entries_of, unsealed, votes_of
from tests.system.voting_client import VotingClient

pytestmark = [pytest.mark.system, pytest.mark.long, pytest.mark.thorough]

CLIENTS, SLOW_CLIENTS = 4, 60
# The room of the database; what is left of it when it is full takes no page more.
ROOM = "400m"


@pytest.fixture(params=["15", "18"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A running server with pictures to vote on; its database lies on a disk of its own."""
    binaries = find_binaries() if request.param == "18" else Path(f"/usr/lib/postgresql/{request.param}/bin")
    disk = tmp_path / "postgres"
    disk.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0700", "tmpfs", disk], check=True)
    started = Server(tmp_path, binaries)
    try:
        started.set_up()
        yield started
    finally:
        started.stop()
        subprocess.run(["umount", disk], check=True)


@pytest.fixture
def crowd(server: Server, caplog: pytest.LogCaptureFixture) -> Iterator[Crowd]:
    caplog.set_level("WARNING", logger="httpx2")
    with Crowd.of([VotingClient(server.client, seed=number, pause=0.05) for number in range(CLIENTS)]) as voting:
        yield voting


@contextlib.contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Leave no room on a disk."""
    filling = folder / "filling"
    with contextlib.suppress(OSError), filling.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filling.unlink()


@contextlib.contextmanager
def slow_clients(server: Server) -> Iterator[None]:
    """Let many clients begin a form and never end it."""
    with contextlib.ExitStack() as slow, server.client() as reader:
        reader.get("/accounts/login/")
        for _ in range(SLOW_CLIENTS):
            slow.enter_context(send_slowly(server.proxy.https, token=reader.cookies["__Host-easel_csrf"]))
        yield


def test_acknowledged_votes_are_stored(server: Server, crowd: Crowd) -> None:
    crowd.go_on(20)
    for name in ("web", "nginx", "housekeeper", "redis", "postgres"):
        server.kill(name)
        time.sleep(1)
        server.start(name)
        crowd.go_on(20)
    server.kill("redis")
    crowd.go_on(20)
    server.start("redis")
    server.signal("postgres", signal.SIGSTOP)
    assert wait_until(lambda: server.status("/readyz") == 503)
    assert server.status("/healthz") == 200
    server.signal("postgres", signal.SIGCONT)
    crowd.go_on(20)
    with slow_clients(server):
        crowd.go_on(20)
    with full_disk(server.folder / "postgres"):
        assert wait_until(lambda: server.status("/readyz") == 503)
    # PostgreSQL may have ended itself for want of room, and its supervisor starts it again.
    if server.running["postgres"].poll() is not None:
        server.start("postgres")
    crowd.go_on(20)
    crowd.leave()

    acknowledged = crowd.acknowledged
    assert wait_until(lambda: unsealed(server) == 0), "votes were left unsealed"
    assert [refusal for client in crowd.clients for refusal in client.refused] == []
    entries = entries_of(server)
    assert Counter((e["token"], e["outcome"]) for e in entries) == Counter((a.token, a.answer) for a in acknowledged)
    assert {row["token"] for row in votes_of(server)} == {e["token"] for e in entries}
    told = server.manage("verify")
    for kind, count in Counter(e["kind"] for e in entries).items():
        assert f"{kind}: {count} entries verified" in told
