"""What is noted of each request: its id in every log line and in the answer, a line when it is over, and counts."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from arena.monitoring.counts import REQUEST_SECONDS, REQUESTS
from arena.monitoring.metrics_door import METRICS
from arena.monitoring.request_ids import begin_work, end_work, is_request_id, make_request_id
from arena.web.health import HEALTHZ, READYZ

HEADER = "X-Request-ID"
# They come every few seconds; only their failures are logged.
_PROBES = {HEALTHZ: "healthz", READYZ: "readyz", METRICS: "metrics"}

access = structlog.get_logger("easel.access")


class RequestLogMiddleware:
    """Names the request; counts and logs it once its answer is sent, without its path, address or voter."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = _choose_id(request)
        begin_work(request_id)
        response = self.get_response(request)
        response[HEADER] = request_id
        size = _Size(response)

        def note() -> None:
            seconds = time.perf_counter() - began
            route, status = route_of(request), response.status_code
            REQUESTS.labels(route, f"{status // 100}xx").inc()
            REQUEST_SECONDS.labels(route).observe(seconds)
            if settings.ACCESS_LOG and not (route in _PROBES.values() and status < 400):
                access.info(
                    "request", route=route, method=request.method, status=status, seconds=round(seconds, 4),
                    bytes=0 if request.method == "HEAD" else size.bytes,
                )  # fmt: skip
            end_work()

        response._resource_closers.append(note)  # type: ignore[attr-defined]
        return response


def _choose_id(request: HttpRequest) -> str:
    """Return the id that a trusted proxy has sent, or a new one: anybody else could choose that of another request."""
    sent = request.headers.get(HEADER, "") if settings.TRUSTED_PROXY_COUNT > 0 else ""
    return sent if is_request_id(sent) else make_request_id()


def route_of(request: HttpRequest) -> str:
    """Return the name of the address's pattern: one of about a hundred and fifty, never what stands in the address."""
    match = request.resolver_match
    if match is None:
        return "static" if request.path.startswith(settings.STATIC_URL) else _PROBES.get(request.path, "none")
    return match.namespaces[0] if match.namespaces else match.url_name or "unnamed"


class _Size:
    """The bytes of an answer's body: known at once, or counted as they are sent."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.bytes = int(response.headers.get("Content-Length", 0))
        if not isinstance(response, StreamingHttpResponse):
            self.bytes = len(response.content)  # type: ignore[attr-defined]
        elif "Content-Length" not in response.headers and not response.is_async:
            response.streaming_content = self._count(response.streaming_content)

    def _count(self, parts: Any) -> Iterator[bytes]:
        for part in parts:
            self.bytes += len(part)
            yield part
