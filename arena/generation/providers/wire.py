"""One HTTP call with a total deadline and a byte cap; its errors say whether the call may have been charged."""

import contextlib
import email.utils
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx2

from arena.generation.providers.base import ErrorKind, ProviderError
from arena.generation.providers.limits import note_limits

CONNECT_SECONDS = 5.0
MAX_RETRY_AFTER = 3600.0
# Errors before any byte of the request was sent.
NOT_SENT = (
    httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol, httpx2.InvalidURL,
)  # fmt: skip


# One part of a multipart form: its name; its file name (None for a plain field), content and media type.
FormPart = tuple[str, tuple[str | None, bytes, str]]


@dataclass(frozen=True)
class Answer:
    """Status, headers with lower-case names, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class PlannedCall:
    """What one call would send; its body is `json`, or the parts of a `form`, or neither."""

    method: str
    url: str
    headers: Mapping[str, str]
    json: Any
    form: Sequence[FormPart] | None


class _Rehearsed(Exception):
    def __init__(self, call: PlannedCall) -> None:
        super().__init__()
        self.call = call


_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


def rehearse(order: Callable[[], object]) -> PlannedCall | None:
    """Return the first call that `order` would make, which is not made; None if it makes none."""
    token = _rehearsing.set(True)
    try:
        order()
    except _Rehearsed as stopped:
        return stopped.call
    finally:
        _rehearsing.reset(token)
    return None


@lru_cache(maxsize=1)
def _client() -> httpx2.Client:
    # No connection is kept: a reset on an idle one could not be told from a reset after a charge.
    return httpx2.Client(
        follow_redirects=False, trust_env=False, limits=httpx2.Limits(max_connections=64, max_keepalive_connections=0)
    )


def send(
    method: str, url: str, *, headers: Mapping[str, str], deadline: float, cap: int, json: Any = None,
    content: bytes | None = None, form: Sequence[FormPart] | None = None, server_name: str | None = None,
) -> Answer:  # fmt: skip
    """Make one call, never repeated. `deadline` (time.monotonic()) holds for all of it, `cap` for the body's bytes.

    The body is `json`, or `content` as it is, or the parts of a multipart `form`.

    Raises ProviderError: not charged if no connection was made, else unknown.
    """
    if _rehearsing.get():
        raise _Rehearsed(PlannedCall(method, url, headers, json, form))
    left = deadline - time.monotonic()
    if left <= 0:
        raise ProviderError(ErrorKind.TIMEOUT, "The deadline passed before the call.", billed="no")
    extensions: dict[str, Any] = {"sni_hostname": server_name} if server_name else {}
    timeout = httpx2.Timeout(left, connect=min(left, CONNECT_SECONDS))
    try:
        with (
            _cut_at(left, extensions),
            _client().stream(
                method,
                url,
                headers=dict(headers),
                json=json,
                content=content,
                files=form,
                timeout=timeout,
                extensions=extensions,
            ) as response,
        ):
            note_limits(response.headers)
            return Answer(response.status_code, response.headers, _read(response, deadline, cap))
    except NOT_SENT as error:
        raise ProviderError(ErrorKind.UNAVAILABLE, "The provider cannot be reached.", billed="no") from error
    except httpx2.HTTPError as error:
        if isinstance(error, httpx2.TimeoutException) or time.monotonic() >= deadline:
            raise ProviderError(ErrorKind.TIMEOUT, "The provider did not answer in time.", billed="unknown") from error
        message = f"The connection broke ({type(error).__name__})."
        raise ProviderError(ErrorKind.UNAVAILABLE, message, billed="unknown") from error


def _read(response: httpx2.Response, deadline: float, cap: int) -> bytes:
    body = bytearray()
    # Read chunks as they come: waiting for full ones would let a slow trickle run past the deadline.
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > cap:
            raise ProviderError(ErrorKind.BAD_RESPONSE, f"The answer is longer than {cap:,} bytes.", billed="unknown")
    # This also catches a body without a declared length that ended because we closed the connection.
    if time.monotonic() >= deadline:
        raise ProviderError(ErrorKind.TIMEOUT, "The answer trickled past the deadline.", billed="unknown")
    return bytes(body)


@contextlib.contextmanager
def _cut_at(seconds: float, extensions: dict[str, Any]) -> Iterator[None]:
    """Shut the call's socket down after `seconds`: the client's own timeouts restart with each byte received."""
    streams: list[Any] = []

    def remember(event: str, info: Mapping[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            streams.append(info["return_value"])

    def cut() -> None:
        for stream in streams[-1:]:
            with contextlib.suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    extensions["trace"] = remember
    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a Retry-After header (a number or a date) asks for, at most an hour; None without.

    A header retry-after-ms, in milliseconds, goes first.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    value = headers.get("retry-after", "")
    seconds = _number(value) if milliseconds is None else milliseconds / 1000
    if seconds is None:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
