"""Voters as plain programs: each has its own cookie, repeats every answer until it is acknowledged, and keeps a log."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import httpx2

ANSWERS = ("left", "right", "tie", "both_bad")
TIMEOUT = 30.0


@dataclass(frozen=True)
class Acknowledgement:
    """An acknowledged answer: matchup token, answer, and how often it was sent until then."""

    token: str
    answer: str
    sent: int


class VotingClient(threading.Thread):
    """Votes until told to stop; the last answer is still repeated until it is acknowledged or given up."""

    def __init__(self, connect: str | Callable[[], httpx2.Client], *, seed: int, pause: float) -> None:
        """`connect` is the site's address, or what gives one more voter's connection to it."""
        super().__init__(daemon=True)
        self.connect = connect
        self.rng = Random(seed)
        self.pause = pause
        self.leaving = threading.Event()
        self.given_up = threading.Event()
        self.acknowledged: list[Acknowledgement] = []
        self.refused: list[str] = []

    def run(self) -> None:
        """Act as one voter after another: when one has judged everything, a new one follows."""
        while not self.leaving.is_set():
            with self._greet() as http:
                if self._send(http, "GET", "/vote/") is not None:
                    self._judge_everything(http)

    def _greet(self) -> httpx2.Client:
        if isinstance(self.connect, str):
            return httpx2.Client(base_url=self.connect, timeout=TIMEOUT)
        return self.connect()

    def _judge_everything(self, http: httpx2.Client) -> None:
        while not self.leaving.is_set():
            page = self._send(http, "GET", "/vote/next/")
            if page is None or page.status_code == 204:
                return
            found = re.search(r'data-matchup="([\w-]+)"', page.text)
            assert found is not None, page.text
            self._answer(http, found[1])
            time.sleep(self.pause)

    def _answer(self, http: httpx2.Client, token: str) -> None:
        answer = self.rng.choice(ANSWERS)
        token_of_form = http.cookies.get("easel_csrf") or http.cookies["__Host-easel_csrf"]
        headers = {"Accept": "application/json", "X-CSRFToken": token_of_form}
        sent = 0
        while not self.given_up.is_set():
            sent += 1
            try:
                reply = http.post(f"/vote/answer/{token}/", data={"answer": answer}, headers=headers)
            except httpx2.TransportError:
                time.sleep(0.05)
                continue
            if reply.status_code == 200 and reply.json()["answer"] == answer:
                self.acknowledged.append(Acknowledgement(token, answer, sent))
                return
            if reply.status_code < 500:
                self.refused.append(f"{token}: {reply.status_code} {reply.text[:200]}")
                return
            time.sleep(0.05)

    def _send(self, http: httpx2.Client, method: str, path: str) -> httpx2.Response | None:
        """Repeat a harmless request until it succeeds; None if the voter is told to stop."""
        while not self.leaving.is_set():
            try:
                response = http.request(method, path)
            except httpx2.TransportError:
                time.sleep(0.05)
                continue
            if response.status_code < 400:
                return response
            time.sleep(0.05)
        return None
