"""A provider of images that misbehaves on request: OpenAI's images API over real HTTP on loopback, with billing.

A fault is named in the prompt (`[fault]`) or as a suffix of the model (`model:fault`). Each order that the server
accepts is charged under its idempotency key, whatever happens to the answer; a repeated key is answered, not charged.
"""

import base64
import io
import json
import random
import re
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

MARKER = re.compile(r"\[([a-z0-9_]+)\]")


@dataclass
class Journal:
    """What the server was asked and what it charged; `in_flight` counts orders accepted but not yet answered."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    bills: Counter[str] = field(default_factory=Counter)
    fetched: set[str] = field(default_factory=set)
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def order(self, key: str, body: dict[str, Any], headers: dict[str, str]) -> Iterator[None]:
        """Count an order while it is answered."""
        with self.lock:
            self.orders.append({"key": key, "body": body, "headers": headers})
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            yield
        finally:
            with self.lock:
                self.in_flight -= 1

    def charge(self, key: str) -> int:
        """Charge an order once it is accepted; return its number."""
        with self.lock:
            self.bills[key] += 1
            return self.bills.total()


class ImageProvider(ThreadingHTTPServer):
    """The server; `delay` is the seconds that an order takes. After `limit` orders it charges but does not answer."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *, delay: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.delay = delay
        self.limit: int | None = None
        self.journal = Journal()
        self.base_url = f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up: some are killed on purpose."""


@contextmanager
def serve_images(*, delay: float = 0.0) -> Iterator[ImageProvider]:
    """Run a provider in its own thread."""
    server = ImageProvider(delay=delay)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_png(text: str, *, width: int = 256, height: int = 256) -> bytes:
    """Return a PNG that depends on the text, and names its maker in its metadata as real ones do."""
    generator = random.Random(text)  # noqa: S311 - it draws test pictures, and hides nothing.
    picture = Image.new("RGB", (width, height), tuple(generator.randrange(256) for _ in range(3)))
    for _ in range(6):
        left, top = generator.randrange(width), generator.randrange(height)
        colour = tuple(generator.randrange(256) for _ in range(3))
        picture.paste(colour, (left, top, left + width // 4, top + height // 4))
    info = PngInfo()
    info.add_text("Software", f"fake-provider {text}")
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=info)
    return file.getvalue()


def make_bomb(side: int = 30_000) -> bytes:
    """Return a small PNG whose header promises `side` × `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class _Handler(BaseHTTPRequestHandler):
    server: ImageProvider
    tokens: int

    def do_GET(self) -> None:
        """Serve an asset by URL."""
        if self.path.startswith("/v1/shaky/") and self.path not in self.server.journal.fetched:
            # The connection is closed without any answer.
            self.server.journal.fetched.add(self.path)
        elif self.path.startswith(("/v1/files/", "/v1/shaky/")):
            self.reply(200, make_png(self.path), media_type="image/png")
        elif self.path.startswith("/redirect"):
            self.reply(302, b"", {"location": "http://169.254.169.254/"})
        else:
            self.reply(404, b"gone")

    def do_POST(self) -> None:
        """Take an order."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        # In the worst case each byte of a prompt is a token.
        self.tokens = max(9, len(body.get("prompt", "").encode()))
        headers = {name.lower(): value for name, value in self.headers.items()}
        key = headers.get("idempotency-key", "")
        found = MARKER.search(body.get("prompt", ""))
        fault = found.group(1) if found else body.get("model", "").partition(":")[2]
        with self.server.journal.order(key, body, headers):
            FAULTS.get(fault, _good)(self, key, body)

    def charge(self, key: str) -> None:
        number = self.server.journal.charge(key)
        while self.server.limit is not None and number > self.server.limit:
            time.sleep(0.01)
        time.sleep(self.server.delay)

    def answer(self, item: dict[str, Any]) -> None:
        usage = {
            "input_tokens": self.tokens, "input_tokens_details": {"text_tokens": self.tokens, "image_tokens": 0},
            "output_tokens": 272, "output_tokens_details": {"image_tokens": 272, "text_tokens": 0},
        }  # fmt: skip
        self.reply(200, json.dumps({"created": 1, "data": [item], "usage": usage}).encode())

    def fail(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        error = {"error": {"message": message, "type": code, "param": None, "code": code}}
        self.reply(status, json.dumps(error).encode(), headers)

    def reply(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, media_type: str = "application/json"
    ) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Log nothing; tests read the journal."""


def _encoded(data: bytes) -> dict[str, Any]:
    return {"b64_json": base64.b64encode(data).decode()}


def _good(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    handler.answer(_encoded(make_png(body["prompt"] + body["model"])))


def _paid(item: Callable[[_Handler, str], dict[str, Any]]) -> Callable[[_Handler, str, dict[str, Any]], None]:
    def fault(handler: _Handler, key: str, body: dict[str, Any]) -> None:
        handler.charge(key)
        handler.answer(item(handler, body["prompt"]))

    return fault


def _unpaid(status: int, code: str, message: str, **headers: str) -> Callable[[_Handler, str, dict[str, Any]], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, key, body: handler.fail(status, code, message, named)


def _raw(status: int, content: bytes, media_type: str) -> Callable[[_Handler, str, dict[str, Any]], None]:
    def fault(handler: _Handler, key: str, body: dict[str, Any]) -> None:
        handler.charge(key)
        handler.reply(status, content, media_type=media_type)

    return fault


def _broken(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    handler.reply(500, b"Internal Server Error", media_type="text/plain")


def _truncated(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"created":1,"data":[{"b64_json":"iVBOR')
    handler.close_connection = True


def _trickle(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    handler.send_response(200)
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def _header_trickle(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x-slow: 1\r\n" * 60:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


def _slow(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    time.sleep(30)


def _reset(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    handler.charge(key)
    # With a linger of zero seconds, closing sends a reset instead of an orderly end.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True


def _flaky(handler: _Handler, key: str, body: dict[str, Any]) -> None:
    """Answer the first order of a prompt as busy, and the next one well."""
    earlier = [order for order in handler.server.journal.orders if order["body"]["prompt"] == body["prompt"]]
    if len(earlier) == 1:
        handler.fail(429, "rate_limit_exceeded", "Slow down.", {"retry-after": "0"})
    else:
        _good(handler, key, body)


FAULTS: dict[str, Callable[[_Handler, str, dict[str, Any]], None]] = {
    "slow": _slow,
    "busy": _unpaid(429, "rate_limit_exceeded", "Rate limit exceeded for images per minute.", retry_after="7"),
    "flaky": _flaky,
    "quota": _unpaid(429, "insufficient_quota", "You exceeded your current quota."),
    "badkey": _unpaid(401, "invalid_api_key", "Incorrect API key provided: secret-of-the-tests."),
    "gone": _unpaid(404, "model_not_found", "The model was shut down."),
    "invalid": _unpaid(400, "invalid_request_error", "Invalid size."),
    "moderated": _unpaid(400, "moderation_blocked", "Your request was rejected by the safety system."),
    "overloaded": _unpaid(503, "server_is_overloaded", "Overloaded."),
    "broken": _broken,
    "truncated": _truncated,
    "html": _raw(200, b"<html><body>Sign in</body></html>", "text/html"),
    "empty": _raw(200, b'{"created": 1, "data": []}', "application/json"),
    "error200": _raw(200, b'{"error": {"message": "Something", "code": "oops"}}', "application/json"),
    "wrongtypes": _raw(200, b'{"data": [{"b64_json": 5}]}', "application/json"),
    "badbase64": _raw(200, b'{"data": [{"b64_json": "!!!not base64!!!"}]}', "application/json"),
    "wrongsize": _paid(lambda handler, prompt: _encoded(make_png(prompt, width=640, height=200))),
    "bomb": _paid(lambda handler, prompt: _encoded(make_bomb())),
    "notanimage": _paid(lambda handler, prompt: _encoded(b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
    "dataurl": _paid(
        lambda handler, prompt: {"b64_json": "data:image/png;base64," + _encoded(make_png(prompt))["b64_json"]}
    ),
    "url": _paid(lambda handler, prompt: {"url": f"{handler.server.base_url}/files/1.png"}),
    "shakyurl": _paid(lambda handler, prompt: {"url": f"{handler.server.base_url}/shaky/1.png"}),
    "privateurl": _paid(lambda handler, prompt: {"url": "https://127.0.0.1/1.png"}),
    "goneurl": _paid(lambda handler, prompt: {"url": handler.server.base_url.removesuffix("/v1") + "/expired.png"}),
    "redirecturl": _paid(lambda handler, prompt: {"url": handler.server.base_url.removesuffix("/v1") + "/redirect"}),
    "trickle": _trickle,
    "headertrickle": _header_trickle,
    "reset": _reset,
}
