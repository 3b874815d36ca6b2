"""The doors of the metrics: /metrics on the site's port with a token, and a port of their own."""

import secrets
import socket
from collections.abc import Callable
from socketserver import TCPServer
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import structlog
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from arena.monitoring.exposition import write_metrics

METRICS = "/metrics"

log = structlog.get_logger(__name__)


class MetricsMiddleware:
    """Answers /metrics to who has METRICS_TOKEN, before anything else looks at the request; unset, it is no address.

    Prometheus comes by address, maybe over plain HTTP, from inside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != METRICS or not settings.METRICS_TOKEN:
            return self.get_response(request)
        return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    sent, token = text.strip().encode(), settings.METRICS_TOKEN.encode()
    if token and not (kind.lower() == "bearer" and secrets.compare_digest(sent, token)):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})
    content = write_metrics()
    headers = {"Cache-Control": "no-store", "Content-Length": str(len(content))}
    return HttpResponse(content, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers=headers)


def serve_own_port() -> None:
    """Answer at METRICS_PORT from a thread of this process, if it is set.

    All programs on a machine share the port: whichever answers says the same, and one that ends leaves it to the
    others.
    """
    if not settings.METRICS_PORT:
        return
    try:
        server = _SharedPort((settings.METRICS_HOST, settings.METRICS_PORT), _SilentHandler)
    except OSError as error:
        log.error("metrics cannot be served", host=settings.METRICS_HOST, port=settings.METRICS_PORT, error=str(error))
        return
    server.set_app(_serve)
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def _serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    request = WSGIRequest(environ)
    try:
        answer = _answer(request) if request.path == METRICS else HttpResponse(status=404)
    finally:
        connections.close_all()
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [answer.content]


class _SharedPort(WSGIServer):
    """Listens beside the other programs that do."""

    allow_reuse_port = True

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Listen, without asking the network for this machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]
        self.setup_environ()


class _SilentHandler(WSGIRequestHandler):
    """Logs nothing: a scrape is no event. Gives up on a client that sends nothing."""

    timeout = 10

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's.
        """Say nothing."""
