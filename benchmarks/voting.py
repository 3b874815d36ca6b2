"""Times voting over HTTP beside pgbench on one machine: `uv run python -m benchmarks.voting [rounds [stored]]`.

Two arenas run side by side: one empty, one with 200,000 past votes. Every round measures both, and pgbench on the full
one's server, one after the other, so that other load on the machine affects all alike. For either arena, each round is
300 next matchups and 300 votes with 16 connections, and 150 of each with one. Five rounds, including all the painting,
take a few minutes. At the end `benchmarks.long_histories` measures what dealing costs for voters with long histories.
Everything is on loopback and in a temporary folder.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

import psutil
import psycopg

from arena.embedded.binaries import find_binaries
from arena.embedded.postgres import Cluster
from benchmarks.http_load import Answer, send_all
from benchmarks.stored_votes import open_matchups, store_votes, write_scripts
from tests.system.easel import ROOT, Easel

CLIENTS = 16
PROMPTS = 16
# One voter holds three open matchups. 100 voters answer three each, 50 more answer one at a time.
CROWD, ALONE, HELD = 100, 50, 3
EACH = 60
VOTE, NEXT, PROBE = "vote", "next", "healthz"


@dataclass
class Seen:
    """Measurements of one kind of request over all rounds: CPU of the web process, latencies, and rate."""

    cpu: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)


@dataclass
class Voter:
    """A voter's cookies, the tokens of the open matchups, and the address that a proxy would name."""

    cookies: dict[str, str]
    tokens: list[str] = field(default_factory=list)
    address: str = ""

    def get(self, path: str) -> bytes:
        """Return the request that this voter's browser would send."""
        return f"GET {path} HTTP/1.1\r\n{self._head()}\r\n".encode()

    def post(self, token: str) -> bytes:
        """Return a vote for the left image."""
        head = f"{self._head()}X-CSRFToken: {self.cookies['easel_csrf']}\r\nAccept: application/json\r\n"
        form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n"
        return f"POST /vote/answer/{token}/ HTTP/1.1\r\n{head}{form}\r\nanswer=left".encode()

    def _head(self) -> str:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = ["Host: 127.0.0.1", "Accept-Language: en", f"Cookie: {cookies}" if cookies else "X-First: 1"]
        return "".join(f"{line}\r\n" for line in [*lines, *([f"X-Forwarded-For: {self.address}"] * bool(self.address))])


class Arena:
    """A running Easel with voters of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        environment: dict[str, Any] = {"REFRESH_SECONDS": "86400", "LIMITS": "1", **settings}
        self.easel = Easel(folder, "--prompts", str(PROMPTS), **environment).start()
        self.easel.wait_for("Easel runs at")
        # The last of granian's processes serves requests; its parent only supervises.
        self.web = psutil.Process(max(self.easel.pids("granian")))
        self.seen = {VOTE: Seen(), NEXT: Seen(), PROBE: Seen()}
        self.addresses = [""] * (CROWD + ALONE)

    def invite(self) -> None:
        """Let new voters come and vote once each, so that their rows exist and everything is warm."""
        strangers = [Voter({}, address=each) for each in self.addresses]
        pages, _ = send_all(self.easel.port, [each.get("/vote/") for each in strangers], connections=CLIENTS)
        self.voters = [
            Voter(_cookies(page), [_token(page)], each) for page, each in zip(pages, self.addresses, strict=True)
        ]
        _check(send_all(self.easel.port, self._votes(self.voters), connections=CLIENTS)[0])

    def measure(self) -> None:
        """Deal and cast: with all connections for rate and CPU, then with one connection for latency."""
        crowd, alone = self.voters[:CROWD], self.voters[CROWD:]
        cpu = self._cpu()
        answers, seconds = send_all(self.easel.port, [crowd[0].get("/healthz")] * CROWD * HELD, connections=CLIENTS)
        _check(answers)
        self._note(PROBE, self._cpu() - cpu, len(answers), seconds)
        cpu, seconds = self._cpu(), 0.0
        for _ in range(HELD):
            seconds += self._deal(crowd, connections=CLIENTS)[1]
        self._note(NEXT, self._cpu() - cpu, CROWD * HELD, seconds)
        cpu = self._cpu()
        answers, seconds = send_all(self.easel.port, self._votes(crowd), connections=CLIENTS)
        _check(answers)
        self._note(VOTE, self._cpu() - cpu, len(answers), seconds)
        for _ in range(HELD):
            self.seen[NEXT].alone += [answer.seconds for answer in self._deal(alone, connections=1)[0]]
        answers, _ = send_all(self.easel.port, self._votes(alone), connections=1)
        _check(answers)
        self.seen[VOTE].alone += [answer.seconds for answer in answers]

    def _deal(self, voters: list[Voter], *, connections: int) -> tuple[list[Answer], float]:
        requests = [each.get(f"/vote/next/?have={','.join(each.tokens)}") for each in voters]
        answers, seconds = send_all(self.easel.port, requests, connections=connections)
        _check(answers)
        for voter, answer in zip(voters, answers, strict=True):
            voter.tokens.append(_token(answer))
        return answers, seconds

    def _votes(self, voters: list[Voter]) -> list[bytes]:
        """Return the requests that answer all of these voters' open matchups, and clear their tokens."""
        requests = [each.post(token) for each in voters for token in each.tokens]
        for each in voters:
            each.tokens.clear()
        return requests

    def _note(self, kind: str, cpu: float, count: int, seconds: float) -> None:
        self.seen[kind].cpu.append(cpu / count)
        self.seen[kind].rate.append(count / seconds)

    def _cpu(self) -> float:
        times = self.web.cpu_times()
        return float(times.user + times.system)


def fill(arena: Arena, votes: int) -> None:
    """Store past votes, let the arena seal them, publish its boards; print the sealing time and the disk space used."""
    with arena.easel.database() as connection:
        before = _database_size(connection)
        store_votes(connection, votes)
        started = perf_counter()
        while connection.execute("SELECT EXISTS (SELECT FROM voting_unsealedvote)").fetchone() == (True,):
            sleep(0.1)
        seconds = perf_counter() - started
        connection.execute("VACUUM ANALYZE")
        size = _database_size(connection) - before
    arena.easel.manage("refresh")
    _print_row(
        f"seconds until {votes:,} stored votes were sealed", seconds, f"disk: {size / votes:,.0f} bytes per vote"
    )


def _database_size(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def run_pgbench(arena: Arena, script: Path, *, round_: int) -> float:
    """Answer prepared open matchups in the arena's own tables; return transactions per second."""
    with arena.easel.database() as connection:
        open_matchups(connection, round_=round_, clients=CLIENTS, each=EACH)
    done = subprocess.run(
        [
            find_binaries() / "pgbench", "--no-vacuum", "--client", str(CLIENTS), "--jobs", "2",
            "--transactions", str(EACH), "--define", "n=0", "--define", f"round={round_}", "--file", script,
            Cluster(arena.easel.folder).url,
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or f"{CLIENTS * EACH}/{CLIENTS * EACH}" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def _cookies(answer: Answer) -> dict[str, str]:
    return dict(re.findall(r"(?im)^set-cookie: *(\w+)=([^;\r\n]+)", answer.head))


def _token(answer: Answer) -> str:
    found = re.search(rb'data-matchup="([\w-]+)"', answer.body)
    if found is None:
        raise RuntimeError(f"No matchup in an answer with status {answer.status}; are there enough prompts?")
    return found[1].decode()


def _check(answers: list[Answer]) -> None:
    wrong = [answer for answer in answers if answer.status != 200]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(answers)} answers are not 200: {wrong[0].head} {wrong[0].body!r}")


def print_table(empty: Arena, full: Arena, stored: int, pgbench: dict[str, list[float]]) -> None:
    """Print medians over the rounds, and ratios."""
    votes = median(empty.seen[VOTE].rate)
    _print_row("votes per second over HTTP, 16 connections", votes, places=0)
    _print_row("next matchups per second over HTTP, 16 connections", median(empty.seen[NEXT].rate), places=0)
    for kind, what in (("shape", "the same rows in seven statements"), ("own", "the very statement")):
        rate = median(pgbench[kind])
        _print_row(f"pgbench, {what}, 16 clients", rate, f"HTTP / this: {votes / rate:.2f}", places=0)
    # For comparison: what a request that does nothing costs on this machine under its present load.
    _print_row("web CPU per /healthz, ms", median(empty.seen[PROBE].cpu) * 1000)
    for kind, aim in ((VOTE, 0.7), (NEXT, 2.0)):
        _print_row(f"web CPU per {kind}, ms", median(empty.seen[kind].cpu) * 1000, f"aim: {aim}")
    for kind in (VOTE, NEXT):
        for measure in ("alone", "cpu"):
            name = {"alone": f"median {kind}, one connection, ms", "cpu": f"web CPU per {kind}, ms"}[measure]
            first, second = (median(getattr(arena.seen[kind], measure)) * 1000 for arena in (empty, full))
            _print_row(f"{name}: 0, {stored:,} stored", first, f"{second:.2f}   ratio: {second / first:.2f} (aim: 1.2)")


def deal_to_long_histories(arena: Arena) -> None:
    """Run `benchmarks.long_histories` in the arena's environment: it fills the database and prints what deals cost."""
    command = "from benchmarks.long_histories import main; main()"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", command],
        cwd=ROOT, env=arena.easel.environment, check=True,
    )  # fmt: skip


def _print_row(what: str, value: float, rest: str = "", *, places: int = 2) -> None:
    print(f"{what:<60}{value:>10,.{places}f}   {rest}")


def main() -> None:
    rounds, stored = (int(text) for text in (sys.argv[1:] + ["5", "200000"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as name:
        folder, arenas = Path(name), list[Arena]()
        scripts = write_scripts(folder)
        Arena(folder / "empty").easel.stop()
        # The database stops a moment after its last user. A copy of a running database would be unusable.
        while (Cluster(folder / "empty").data / "postmaster.pid").exists():
            sleep(0.1)
        shutil.copytree(folder / "empty", folder / "full")
        try:
            for each in ("empty", "full"):
                arenas.append(Arena(folder / each))
                arenas[-1].invite()
            empty, full = arenas
            fill(full, stored)
            pgbench: dict[str, list[float]] = {kind: [] for kind in scripts}
            for number in range(rounds):
                for arena in arenas[:: 1 if number % 2 else -1]:
                    arena.measure()
                for at, (kind, script) in enumerate(scripts.items()):
                    pgbench[kind].append(run_pgbench(full, script, round_=10 * number + at))
            print_table(empty, full, stored, pgbench)
            sys.stdout.flush()
            deal_to_long_histories(full)
        finally:
            for arena in arenas:
                arena.easel.stop()


if __name__ == "__main__":
    main()
