"""No acknowledged vote is lost or counted twice, whatever is killed, and at whatever moment."""

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

from arena.embedded.postgres import Cluster
from tests.system.crowds import Crowd
from tests.system.easel import Easel, kill_all, wait_until
from tests.system.gates import (
    ENTRY_COMMITTING,
    ENTRY_INSERTED,
    VOTE_COMMITTING,
    VOTE_INSERTED,
    Gate,
    closed,
    install_gates,
)
from tests.system.lossy_proxy import LossyProxy
from tests.system.stored_votes import entries_of, unsealed, votes_of
from tests.system.voting_client import VotingClient

pytestmark = [pytest.mark.system, pytest.mark.long]


@dataclass(frozen=True)
class Size:
    """How many voters vote, with how many seconds between votes, and which process is killed at which gate.

    `worker` is a word in the command line of the worker processes to kill.
    """

    clients: int
    pause: float
    worker: str
    at_gates: list[tuple[Gate, str]]
    at_random: list[str]


FULL = Size(
    clients=8,
    pause=0.0,
    worker="celery",
    at_gates=[
        (VOTE_INSERTED, "web"), (VOTE_INSERTED, "server"), (VOTE_COMMITTING, "web"), (VOTE_COMMITTING, "server"),
        (ENTRY_INSERTED, "worker"), (ENTRY_COMMITTING, "server"), (ENTRY_COMMITTING, "worker"),
    ],
    at_random=["web"] * 4 + ["server"] * 4 + ["worker"] * 2,
)  # fmt: skip
# Each part once where it can lose most; of the workers, only the one that seals.
TELLING = Size(
    clients=4,
    pause=0.2,
    worker="easel@",
    at_gates=[(VOTE_INSERTED, "web"), (VOTE_COMMITTING, "server"), (ENTRY_COMMITTING, "worker")],
    at_random=["web"],
)
SEED = 20261121


@dataclass
class Killer:
    """Kills one part of a running Easel with SIGKILL, and counts the kills."""

    easel: Easel
    worker: str
    killed: Counter[str] = field(default_factory=Counter)

    def kill(self, part: str) -> None:
        """Kill `web`, `worker` or `server`, which must be running (or about to be, after an earlier kill)."""
        find = {"web": self._web, "worker": self._worker, "server": self._server}[part]
        pids: list[int] = []

        def look() -> bool:
            pids[:] = find()
            return bool(pids)

        assert wait_until(look), f"no {part} to kill"
        assert kill_all(pids)
        self.killed[part] += 1

    def kill_backend(self, pid: int) -> None:
        """Kill one process of the database server; the server then ends all others and restarts."""
        os.kill(pid, signal.SIGKILL)
        self.killed["backend"] += 1

    def _web(self) -> list[int]:
        # The first process only supervises the one that serves. It is killed once: `up` pauses longer at each restart.
        found = sorted(self.easel.pids("granian"))
        return found[1:] if self.killed["web"] else found

    def _worker(self) -> list[int]:
        return self.easel.pids(self.worker)

    def _server(self) -> list[int]:
        pid = Cluster(self.easel.folder).ready_pid()
        return [pid] if pid and pid in self.easel.processes() else []


@pytest.fixture
def size(thorough: bool) -> Size:
    return FULL if thorough else TELLING


@pytest.fixture
def running(easel: Callable[..., Easel]) -> Easel:
    started = easel("--prompts", "2", SEAL_SECONDS="1", EASEL_DURABLE="1")
    started.wait_for("Easel runs at")
    install_gates(started)
    return started


@pytest.fixture
def proxy(running: Easel) -> Iterator[LossyProxy]:
    between = LossyProxy(running.port)
    yield between
    between.close()


@pytest.fixture
def crowd(proxy: LossyProxy, size: Size, caplog: pytest.LogCaptureFixture) -> Iterator[Crowd]:
    caplog.set_level("WARNING", logger="httpx2")
    clients = [VotingClient(proxy.address, seed=SEED + number, pause=size.pause) for number in range(size.clients)]
    with Crowd.of(clients) as voting:
        yield voting


def kill_at_gates(easel: Easel, crowd: Crowd, killer: Killer, at_gates: list[tuple[Gate, str]]) -> None:
    """Kill each part while a transaction waits after its insert, or at its commit."""
    with closed(easel, VOTE_INSERTED) as backends:
        killer.kill_backend(backends[0])
    crowd.go_on()
    for gate, part in at_gates:
        with closed(easel, gate):
            killer.kill(part)
        crowd.go_on()


def kill_before_replies(easel: Easel, crowd: Crowd, proxy: LossyProxy, killer: Killer) -> set[str]:
    """Kill after votes are committed and before their replies pass; return the tokens of those votes."""
    unheard: set[str] = set()

    def unheard_of() -> set[str]:
        return {row["token"] for row in votes_of(easel)} - {each.token for each in crowd.acknowledged}

    for part in ("web", "server"):
        with contextlib.ExitStack() as replies:
            with closed(easel, VOTE_COMMITTING):
                # The transactions that wait there commit, but their clients get no reply.
                replies.enter_context(proxy.withholding())
            # Replies sent before the proxy began to withhold have arrived by now.
            assert wait_until(lambda: proxy.withheld >= len(crowd.clients) // 2 and unheard_of())
            unheard |= unheard_of()
            killer.kill(part)
        crowd.go_on()
    return unheard


def test_acknowledged_votes_survive_kills(running: Easel, proxy: LossyProxy, crowd: Crowd, size: Size) -> None:
    killer = Killer(running, size.worker)
    crowd.go_on(20)
    kill_at_gates(running, crowd, killer, size.at_gates)
    unheard = kill_before_replies(running, crowd, proxy, killer)
    rng = Random(SEED)
    for part in rng.sample(size.at_random, len(size.at_random)):
        time.sleep(rng.uniform(0.05, 0.8))
        killer.kill(part)
    crowd.go_on(20)
    crowd.leave()

    acknowledged = crowd.acknowledged
    assert wait_until(lambda: unsealed(running) == 0), "votes were left unsealed"
    assert [refusal for client in crowd.clients for refusal in client.refused] == []
    entries = entries_of(running)
    assert Counter((e["token"], e["outcome"]) for e in entries) == Counter((a.token, a.answer) for a in acknowledged)
    assert [e["position"] for e in entries] == list(range(1, len(entries) + 1))
    assert all(e["answer"] == e["outcome"] == e["cast"] for e in entries)
    assert {row["token"] for row in votes_of(running)} == {e["token"] for e in entries}
    assert f"{len(entries)} entries verified" in running.manage("verify", "--ledger", "native").stdout

    # The test itself worked: every part was killed, and clients had to repeat answers that were already taken.
    before_replies = ["web", "server"]
    parts = Counter(part for _, part in size.at_gates) + Counter(before_replies + size.at_random)
    assert killer.killed == parts + Counter(backend=1)
    assert len(acknowledged) > 60
    repeated = {each.token for each in acknowledged if each.sent > 1}
    assert unheard
    assert unheard <= repeated
    assert len(repeated) > len(unheard)
