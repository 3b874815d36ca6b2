"""Times votes and probes while a crowd signs in: `uv run python -m benchmarks.sign_in [rounds]`.

Each round times 60 votes and 60 probes, one at a time, first with nobody else, then with 12 clients that post wrong
passwords without a pause, each time for another account and from another network, so that no limit of guesses refuses
them. It prints the medians over all rounds, and the ratios; the aim is 1.2. Everything is on loopback and in a
temporary folder. On a machine with other load only the ratio within a round says something.
"""

import sys
import tempfile
import threading
from collections import Counter
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.http_load import send_all
from benchmarks.voting import PROMPTS, Voter, _check, _cookies, _token
from tests.system.easel import Easel

CLIENTS = 12
EACH = 60


class Crowd:
    """Clients that sign in with wrong passwords, over and over."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: Counter[int] = Counter()
        self.number = count()

    def __enter__(self) -> "Crowd":
        [page], _ = send_all(self.port, [Voter({}).get("/accounts/login/")], connections=1)
        self.token = _cookies(page)["easel_csrf"]
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._press) for _ in range(CLIENTS)]
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for each in self.threads:
            each.join()

    def _press(self) -> None:
        while not self.over.is_set():
            [answer], _ = send_all(self.port, [self._post(next(self.number))], connections=1)
            self.answers[answer.status] += 1

    def _post(self, number: int) -> bytes:
        form = urlencode({"csrfmiddlewaretoken": self.token, "username": f"user{number}", "password": "guess"})
        return (
            "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Forwarded-For: 10.{number >> 8 & 255}.{number & 255}.1\r\n"
            f"Cookie: easel_csrf={self.token}\r\nContent-Length: {len(form)}\r\n\r\n{form}"
        ).encode()


def time_votes(port: int, voters: list[Voter]) -> list[float]:
    """Deal to each voter and cast the vote, one after the other; return the seconds of the votes."""
    dealt, _ = send_all(port, [each.get("/vote/next/?have=") for each in voters], connections=1)
    _check(dealt)
    votes = [each.post(_token(page)) for each, page in zip(voters, dealt, strict=True)]
    answers, _ = send_all(port, votes, connections=1)
    _check(answers)
    return [answer.seconds for answer in answers]


def time_probes(port: int) -> list[float]:
    """Return the seconds of each probe."""
    answers, _ = send_all(port, [Voter({}).get("/healthz")] * EACH, connections=1)
    _check(answers)
    return [answer.seconds for answer in answers]


def invite(port: int) -> list[Voter]:
    """Let voters come and vote once, so that their rows exist."""
    pages, _ = send_all(port, [Voter({}).get("/vote/")] * EACH, connections=4)
    voters = [Voter(_cookies(page)) for page in pages]
    _check(send_all(port, [v.post(_token(p)) for v, p in zip(voters, pages, strict=True)], connections=4)[0])
    return voters


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    alone: dict[str, list[float]] = {"votes": [], "probes": []}
    beside: dict[str, list[float]] = {"votes": [], "probes": []}
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as name:
        options = ("--prompts", str(PROMPTS))
        easel = Easel(Path(name), *options, REFRESH_SECONDS="86400", TRUSTED_PROXY_COUNT="1").start()
        try:
            easel.wait_for("Easel runs at")
            voters, crowd = invite(easel.port), Crowd(easel.port)
            for _ in range(rounds):
                alone["votes"] += time_votes(easel.port, voters)
                alone["probes"] += time_probes(easel.port)
                with crowd:
                    beside["votes"] += time_votes(easel.port, voters)
                    beside["probes"] += time_probes(easel.port)
        finally:
            easel.stop()
    for kind in alone:
        before, after = 1000 * median(alone[kind]), 1000 * median(beside[kind])
        print(f"{kind}: {before:.2f} ms alone, {after:.2f} ms beside {CLIENTS} clients, ratio {after / before:.2f}")
    print(f"answers to sign-ins by status: {dict(crowd.answers)}")


if __name__ == "__main__":
    main()
