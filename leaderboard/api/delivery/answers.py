"""How an answer travels: its ETag, 304, compression, one byte range, and what caches may do with it."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import brotli
from django.conf import settings
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from leaderboard.api.delivery.downloads import Download

# Shorter answers gain nothing.
_LEAST_TO_COMPRESS = 500
_YEAR = 365 * 24 * 3600
_CHUNK = 1 << 18
# Of a number with more digits than any file has bytes, a range is made of nothing: it is ignored.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Content(Protocol):
    """The bytes of an answer, or of a part of it."""

    @property
    def size(self) -> int: ...
    @property
    def digest(self) -> str: ...
    def read(self, start: int, stop: int) -> bytes: ...


@dataclass(frozen=True)
class Held:
    """Content in memory."""

    data: bytes

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.data)

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def read(self, start: int, stop: int) -> bytes:
        """Some of its bytes."""
        return self.data[start:stop]


class FileResponse(HttpResponse):
    """A file's answer before it is delivered. `content_of` may be long; what is `frozen` never changes."""

    def __init__(self, content_of: Content, media_type: str, *, name: str, frozen: bool = False) -> None:
        super().__init__(content_type=media_type)
        self.content_of = content_of
        self.frozen = frozen
        self["Content-Disposition"] = f'attachment; filename="{name}"'


def is_part(request: Request) -> bool:
    """Whether a client asks for something of an answer only: its headers, or a range."""
    return request.method == "HEAD" or "Range" in request.headers


def deliver(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """Give a successful answer its validators and send what of it the client asked for, in its coding.

    The ETag is made of the content, one for each coding, so that it is a strong one. A range is a part of the content
    without any coding. Errors are never kept by caches.
    """
    if isinstance(response, Response):
        response.render()
    patch_vary_headers(response, ["Accept", "Accept-Encoding"])
    if response.status_code != 200 or request.method not in ("GET", "HEAD") or not isinstance(response, HttpResponse):
        if response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        return response
    content = response.content_of if isinstance(response, FileResponse) else Held(response.content)
    coding = "" if "Range" in request.headers else _choose_coding(request, response, content)
    etag = f'"{content.digest[:32]}{coding and "-"}{coding}"'
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = _caching(response)
    unchanged = get_conditional_response(request._request, etag=etag, response=response)
    if unchanged is None or unchanged is response:
        return _send(request, response, content, coding, etag)
    return unchanged


def _caching(response: HttpResponse) -> str:
    scope = "public" if settings.ACCESS == "public" else "private"
    if getattr(response, "frozen", False):
        return f"{scope}, max-age={_YEAR}, immutable"
    return f"{scope}, no-cache"


def _choose_coding(request: Request, response: HttpResponse, content: Content) -> str:
    """Brotli or gzip where the client accepts it and it pays; a long file is compressed as it is sent, by gzip."""
    if content.size < _LEAST_TO_COMPRESS or "parquet" in response["Content-Type"]:
        return ""
    accepted = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _semicolon, quality = part.strip().partition(";")
        accepted[name] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    possible = ("br", "gzip") if isinstance(content, Held) else ("gzip",)
    return next((name for name in possible if accepted.get(name, accepted.get("*", False))), "")


def _send(request: Request, response: HttpResponse, content: Content, coding: str, etag: str) -> HttpResponseBase:
    start, stop = 0, content.size
    if request.method == "GET" and "Range" in request.headers and request.headers.get("If-Range", etag) == etag:
        asked = _read_range(request.headers["Range"], content.size)
        if asked == (0, 0):
            return _refuse_range(content.size)
        if asked is not None:
            start, stop = asked
            response.status_code = 206
            response["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    if coding:
        response["Content-Encoding"] = coding
    if isinstance(content, Held):
        body = _CODERS[coding](content.read(start, stop))
        response["Content-Length"] = str(len(body))
        response.content = b"" if request.method == "HEAD" else body
        return response
    if not coding:
        response["Content-Length"] = str(stop - start)
    if request.method == "HEAD":
        response.content = b""
        return response
    return _stream(response, content, start, stop, compressed=bool(coding))


def _stream(response: HttpResponse, content: Content, start: int, stop: int, *, compressed: bool) -> HttpResponseBase:
    chunks = (content.read(at, min(at + _CHUNK, stop)) for at in range(start, stop, _CHUNK))
    # A part is sent at once; a long answer holds one of the few places until it is read.
    if stop - start <= _CHUNK:
        response.content = b"".join(_compress(chunks) if compressed else chunks)
        return response
    download = Download(_compress(chunks) if compressed else chunks)
    return StreamingHttpResponse(download, status=response.status_code, headers=response.headers)


def _compress(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(4, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


_CODERS: dict[str, Any] = {
    "": lambda data: data,
    "br": lambda data: brotli.compress(data, quality=4),
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
}


def _read_range(header: str, size: int) -> tuple[int, int] | None:
    """Return start and stop, (0, 0) for what lies outside, None for what is no single range and is to be ignored."""
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else (0, 0)
    if last and int(last) < int(first):
        return None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < size else (0, 0)


def _refuse_range(size: int) -> HttpResponseBase:
    text = _("This answer has {size} bytes; the range asked for lies outside.").format(size=size)
    headers = {"Content-Range": f"bytes */{size}", "Cache-Control": "no-store"}
    return JsonResponse({"code": "range_not_satisfiable", "message": text}, status=416, headers=headers)
