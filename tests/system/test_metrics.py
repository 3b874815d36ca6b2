"""Metrics and logs of several processes at once: sums are right, outlive a killed process, and lines name requests."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from arena.embedded.postgres import Cluster
from tests.metric_text import value_of
from tests.system.easel import Easel, clean_environment, free_port, processes_of, wait_until

pytestmark = pytest.mark.system
TOKEN = "only for this test"
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def second_server(folder: Path, log: Path, **environment: str) -> Iterator[str]:
    """Run a web server of two processes beside `up`, as on a server of one's own behind a proxy; yield its address."""
    port = free_port()
    environment = clean_environment(folder, **environment) | {
        "DATABASE_URL": Cluster(folder).url,
        "SECRET_KEY": (folder / "secret_key").read_text(),
        "HTTPS": "0",
        "TRUSTED_PROXY_COUNT": "1",
    }
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--respawn-failed-workers", "--no-access-log", "--log-level", "warning",
        "arena.wsgi:application",
    ]  # fmt: skip
    with log.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=file)
        try:
            address = f"http://127.0.0.1:{port}"
            assert wait_until(lambda: _answers(address)), log.read_text()
            yield address
        finally:
            process.terminate()
            process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz").status_code == 200
    except httpx2.TransportError:
        return False


def vote(address: str, answers: list[str]) -> None:
    """Vote as one voter."""
    with httpx2.Client(base_url=address, timeout=60) as http:
        http.get("/vote/")
        for answer in answers:
            page = http.get("/vote/next/").text
            token = re.findall(r'data-matchup="([\w-]+)"', page)[0]
            headers = {"Accept": "application/json", "X-CSRFToken": http.cookies["easel_csrf"]}
            for _ in range(2):  # A repeat of the same answer is no second vote.
                sent = http.post(f"/vote/answer/{token}/", data={"answer": answer}, headers=headers)
                assert sent.status_code == 200, sent.text


def scrape(address: str) -> str:
    return httpx2.get(f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60).text


def test_counts_and_logs_of_all_processes_belong_together(
    easel: Callable[..., Easel], folder: Path, tmp_path: Path
) -> None:
    own_port = free_port()
    shown = {"METRICS_TOKEN": TOKEN, "METRICS_PORT": str(own_port)}
    running = easel("--prompts", "3", **shown)
    running.wait_for("Easel runs at")
    log = tmp_path / "web.log"
    with second_server(folder, log, **shown) as second:
        for address in (running.address, second, second, second):
            vote(address, ["left", "skip", "tie"])
        with running.database() as database:
            dealt = database.execute("SELECT count(*) FROM voting_matchup").fetchone()
        # Every process of every program gives the same answer.
        for address in [running.address, *[second] * 8, *[f"http://127.0.0.1:{own_port}"] * 8]:
            text = scrape(address)
            counted = [value_of(text, f"easel_{name}_total") for name in ("votes", "skips", "deals")]
            assert counted == [8, 4, dealt and dealt[0]]
        assert value_of(text, "easel_votes_total", outcome="tie") == 4
        assert value_of(text, "easel_requests_total", route="vote-answer", status="2xx") == 24
        assert wait_until(lambda: value_of(scrape(second), "easel_tasks_total", task="arena.voting.seal") > 0)
        assert value_of(scrape(second), "easel_provider_calls_total", outcome="done") >= 15
        # What was counted outlives the process that counted it.
        workers = web_workers_of(folder)
        assert len(workers) == 3
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: _answers(second))
        assert wait_until(lambda: _answers(running.address))
        assert value_of(scrape(second), "easel_votes_total") == 8
        vote(second, ["right"])
        assert value_of(scrape(running.address), "easel_votes_total") == 9
        told = httpx2.get(f"{second}/leaderboard/", headers={"X-Request-ID": "from-a-proxy"}, timeout=60)
        assert told.headers["X-Request-ID"] == "from-a-proxy"
        assert wait_until(lambda: '"request_id": "from-a-proxy"' in log.read_text())
    check_lines(log.read_text().splitlines())


def web_workers_of(folder: Path) -> list[int]:
    """Return the processes of web servers that answer requests."""
    servers = {pid for pid, line in processes_of(folder) if "granian" in line}
    children = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in children.splitlines()]
    return [pid for pid, parent in pairs if parent in servers]


def check_lines(lines: list[str]) -> None:
    """Each event is one line of JSON; a request's line says what was asked for, and nothing of who asked."""
    events = [json.loads(line) for line in lines if not line.startswith("[")]
    requests = [event for event in events if event["event"] == "request"]
    answers = [event for event in requests if event["route"] == "vote-answer"]
    assert len(answers) == 20
    assert {(event["method"], event["status"]) for event in answers} == {("POST", 200)}
    assert all(event["seconds"] > 0 and event["bytes"] > 0 for event in answers)
    own = [event["request_id"] for event in requests if event["request_id"] != "from-a-proxy"]
    assert len(set(own)) == len(own)
    known = {"event", "route", "method", "status", "seconds", "bytes", "request_id", "level", "logger", "timestamp"}
    assert {key for event in requests for key in event} == known
    assert not any(route in {event["route"] for event in requests} for route in ("healthz", "metrics"))
