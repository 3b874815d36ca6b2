"""A receiver of OTLP that keeps the traces that it is sent."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keep)
        self.kept: list[ExportTraceServiceRequest] = []

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a program that sends its traces here."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.server_port}",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
        }

    @property
    def resources(self) -> list[ResourceSpans]:
        """What each program has sent, in the order of its coming."""
        return [resource for each in list(self.kept) for resource in each.resource_spans]

    @property
    def spans(self) -> dict[str, Span]:
        """The last span of each name."""
        scopes = [scope for resource in self.resources for scope in resource.scope_spans]
        return {span.name: span for scope in scopes for span in scope.spans}


class Keep(http.server.BaseHTTPRequestHandler):
    """Takes an export."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/traces"
        self.server.kept.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receive_traces() -> Iterator[Receiver]:
    """Receive traces at a port of loopback."""
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
