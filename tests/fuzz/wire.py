"""Sends requests byte by byte, also those that no well-made client would send, and reads the answers."""

import contextlib
import gzip
import http.client
import socket
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.patience import HANGING


@dataclass(frozen=True)
class Request:
    """One request to a pattern of the site; `target` and `headers` go out as they stand."""

    route: str
    role: str
    method: str
    target: bytes
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __str__(self) -> str:
        """The request as a line of a report."""
        named = ", ".join(f"{name}: {value[:60]}" for name, value in self.headers)
        return f"{self.role} {self.method[:20]} {self.target[:300]!r} [{named}] {self.body[:200]!r}"

    def written(self, cookies: str) -> bytes:
        """Return it as it goes over the wire."""
        lines = list({"Host": "127.0.0.1", **dict(self.headers)}.items())
        if cookies and "Cookie" not in dict(self.headers):
            lines.append(("Cookie", cookies))
        if self.body and "Transfer-Encoding" not in dict(self.headers):
            lines.append(("Content-Length", str(len(self.body))))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines).encode("utf-8", "surrogateescape")
        return self.method.encode() + b" " + self.target + b" HTTP/1.1\r\n" + head + b"\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    """What came back. The status is 0 where the server closed the connection without a word."""

    status: int
    headers: http.client.HTTPMessage = field(default_factory=http.client.HTTPMessage)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return str(self.headers.get("Content-Type", "")).partition(";")[0]


class Wire:
    """One connection to the site, opened again whenever the site has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(self, *ended: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close the connection."""
        self.close()

    def send(self, request: Request, cookies: str = "") -> Answer:
        """Send one request; raises TimeoutError where nothing comes until the test must be taken to hang."""
        began = time.monotonic()
        written = request.written(cookies)
        kept = self._socket is not None
        answer = self._try(written, request.method)
        # A connection that was kept may just have been closed.
        if answer is None and kept:
            answer = self._try(written, request.method)
        if answer is None:
            return Answer(0, seconds=time.monotonic() - began)
        headers, status, body = answer
        if headers.get("Content-Encoding") == "gzip" and body:
            body = gzip.decompress(body)
        return Answer(status, headers, body, time.monotonic() - began)

    def open(self) -> socket.socket:
        """Return the open connection."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=HANGING)
        return self._socket

    def _try(self, written: bytes, method: str) -> tuple[http.client.HTTPMessage, int, bytes] | None:
        connected = self.open()
        # The server may answer and close before it has read all.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connected.sendall(written)
        response = http.client.HTTPResponse(connected, method=method)
        try:
            response.begin()
            body = response.read()
        except (http.client.HTTPException, ConnectionError):
            self.close()
            return None
        if response.will_close:
            self.close()
        return response.headers, response.status, body

    def close(self) -> None:
        """Close the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
