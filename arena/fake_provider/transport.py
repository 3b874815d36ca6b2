"""Faults of the connection, the same on every wire: what is sent is slow, cut, endless or no answer at all."""

import gzip
import socket
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

PIXELS = b'{"created":1,"data":[{"b64_json":"iVBOR'
MEGABYTE = bytes(2**20)


def _head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.close_connection = True


def _whole(status: int, body: bytes, media_type: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def fault(handler: BaseHTTPRequestHandler) -> None:
        _head(handler, status, {"content-type": media_type, "content-length": str(len(body))})
        handler.wfile.write(body)

    return fault


def _slow(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(30)


def _truncated(handler: BaseHTTPRequestHandler) -> None:
    _head(handler, 200, {"content-type": "application/json", "content-length": "100000"})
    handler.wfile.write(PIXELS)


def _trickle(handler: BaseHTTPRequestHandler) -> None:
    _head(handler, 200, {})
    for _ in range(600):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def _header_trickle(handler: BaseHTTPRequestHandler) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x-slow: 1\r\n" * 60:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.05)


def _endless(handler: BaseHTTPRequestHandler) -> None:
    _head(handler, 200, {"content-type": "application/json"})
    for _ in range(4096):
        handler.wfile.write(MEGABYTE)


def _gzip_bomb(handler: BaseHTTPRequestHandler) -> None:
    _head(handler, 200, {"content-type": "application/json", "content-encoding": "gzip"})
    # Each member is a thousandth of what it unpacks to.
    packed = gzip.compress(MEGABYTE * 8, 6)
    for _ in range(512):
        handler.wfile.write(packed)


def _reset(handler: BaseHTTPRequestHandler) -> None:
    # With a linger of zero seconds, closing sends a reset instead of an orderly end.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True


# All of them come after the charge: the order was accepted.
TRANSPORT: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "slow": _slow,
    "trickle": _trickle,
    "headertrickle": _header_trickle,
    "truncated": _truncated,
    "endless": _endless,
    "gzipbomb": _gzip_bomb,
    "reset": _reset,
    "html": _whole(200, b"<html><body>Sign in</body></html>", "text/html"),
    "malformed": _whole(200, b'{"created": 1, "data": [', "application/json"),
    "notobject": _whole(200, b"[]", "application/json"),
    "nobody": _whole(200, b"", "application/json"),
    "broken": _whole(500, b"Internal Server Error", "text/plain"),
    "badgateway": _whole(502, b"<html>502 Bad Gateway</html>", "text/html"),
    "gatewaytimeout": _whole(504, b"<html>504 Gateway Time-out</html>", "text/html"),
    "redirected": lambda handler: _head(
        handler, 307, {"location": "http://169.254.169.254/latest/meta-data/", "content-length": "0"}
    ),
}
