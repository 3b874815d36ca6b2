"""Requests that reach the site at the same time, each over a connection of its own."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from tests.fuzz.site import CSRF, Site
from tests.fuzz.wire import Answer, Request, Wire
from tests.patience import HANGING

_POST = (
    ("Content-Type", "application/x-www-form-urlencoded"), ("X-CSRFToken", CSRF), ("Accept", "application/json"),
)  # fmt: skip


def post(path: str, *headers: tuple[str, str], **fields: str) -> Request:
    """Return a form as a program sends it."""
    return Request(path, "", "POST", path.encode(), (*_POST, *headers), urlencode(fields).encode())


def get(path: str, *headers: tuple[str, str]) -> Request:
    """Return a plain request."""
    return Request(path, "", "GET", path.encode(), headers)


def ask(site: Site, request: Request, cookies: str = "") -> Answer:
    """Send one request alone."""
    with Wire(site.port) as wire:
        return wire.send(request, cookies)


def race(site: Site, requests: Sequence[tuple[Request, str]]) -> list[Answer]:
    """Send requests, each with its cookies, at once; return their answers in the same order. None may be a fault."""
    start = threading.Barrier(len(requests))

    def run(sent: tuple[Request, str]) -> Answer:
        with Wire(site.port) as wire:
            wire.open()
            start.wait(timeout=HANGING)
            return wire.send(*sent)

    with ThreadPoolExecutor(len(requests)) as pool:
        answers = list(pool.map(run, requests))
    faults = [
        (answer.status, str(sent[0])) for answer, sent in zip(answers, requests, strict=True) if _is_fault(answer)
    ]
    assert (faults, site.faults_in_log) == ([], [])
    return answers


def _is_fault(answer: Answer) -> bool:
    return not answer.status or answer.status >= 500
