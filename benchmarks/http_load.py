"""Sends prepared HTTP requests over kept-alive loopback connections, cheaply enough not to distort what is measured."""

import selectors
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

CHUNK = 65_536
TIMEOUT = 30.0


@dataclass(frozen=True)
class Answer:
    """The response to one request, and the time from sending to the last byte."""

    status: int
    head: str
    body: bytes
    seconds: float


@dataclass
class Line:
    """One connection and the request that it is waiting for."""

    end: socket.socket
    index: int = -1
    sent_at: float = 0.0
    received: bytes = b""


def send_all(port: int, requests: Sequence[bytes], *, connections: int) -> tuple[list[Answer], float]:
    """Send all requests, one at a time per connection; return the answers in order and the total seconds."""
    answers: list[Answer | None] = [None] * len(requests)
    waiting = iter(range(len(requests)))
    with selectors.DefaultSelector() as selector:
        lines = [Line(socket.create_connection(("127.0.0.1", port))) for _ in range(min(connections, len(requests)))]
        started = perf_counter()
        for line in lines:
            selector.register(line.end, selectors.EVENT_READ, line)
            _send_next(line, requests, waiting)
        while any(line.index >= 0 for line in lines):
            ready = selector.select(TIMEOUT)
            if not ready:
                raise TimeoutError(f"No answer for {TIMEOUT:.0f} s.")
            for key, _ in ready:
                line = key.data
                if (answer := _receive(line)) is not None:
                    answers[line.index] = answer
                    _send_next(line, requests, waiting)
        seconds = perf_counter() - started
        for line in lines:
            line.end.close()
    return [answer for answer in answers if answer is not None], seconds


def _send_next(line: Line, requests: Sequence[bytes], waiting: Iterator[int]) -> None:
    line.index = next(waiting, -1)
    line.received = b""
    if line.index >= 0:
        line.sent_at = perf_counter()
        line.end.sendall(requests[line.index])


def _receive(line: Line) -> Answer | None:
    """Read what has arrived; return the answer once it is complete."""
    data = line.end.recv(CHUNK)
    if not data:
        raise ConnectionError("The server closed a connection.")
    line.received += data
    head, found, body = line.received.partition(b"\r\n\r\n")
    if not found:
        return None
    text = head.decode("latin-1")
    status = int(text.split(" ", 2)[1])
    lengths = [row.partition(":")[2] for row in text.splitlines() if row.lower().startswith("content-length:")]
    if len(body) < int(lengths[0] if lengths else 0):
        return None
    return Answer(status, text, body, perf_counter() - line.sent_at)
