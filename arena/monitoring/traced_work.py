"""What is traced. Imported only where traces are sent: it needs the extra `otel`.

Requests and statements are traced here, since the public instruments note addresses, browsers and whole paths, which
name voters and their matchups, and one of them replaces Django's cursors. Jobs are traced by the public one.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from arena.monitoring.request_ids import current_request_id

_TRACER = trace.get_tracer("easel")


def start() -> None:
    """Send spans of requests, statements and jobs to where the environment says. Its other OTEL_ variables hold, too.

    Called before Django loads the middleware.
    """
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    CeleryInstrumentor().instrument()
    connection_created.connect(_trace_connection)
    # Inside the one that names the request.
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], f"{__name__}.TraceMiddleware", *settings.MIDDLEWARE[1:]]


class TraceMiddleware:
    """Traces a request, as part of the trace of a trusted proxy if there is one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        around = propagate.extract(dict(request.headers)) if settings.TRUSTED_PROXY_COUNT > 0 else None
        with _TRACER.start_as_current_span("request", context=around, kind=trace.SpanKind.SERVER) as span:
            response = self.get_response(request)
            match = request.resolver_match
            if match is not None:
                span.update_name(f"{request.method} {match.view_name or 'unnamed'}")
            span.set_attributes({
                "http.request.method": request.method or "",
                "http.route": match.route if match is not None else "",
                "http.response.status_code": response.status_code,
                "easel.request_id": current_request_id(),
            })  # fmt: skip
            if response.status_code >= 500:
                span.set_status(trace.StatusCode.ERROR)
            return response


def _trace_connection(connection: Any, **_: Any) -> None:
    if _trace_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_trace_statement)


def _trace_statement(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
    """Trace a statement with its text and without its values."""
    text = str(statement)
    attributes = {"db.system.name": "postgresql", "db.query.text": text}
    name = text.split(maxsplit=1)[0] if text.strip() else "statement"
    with _TRACER.start_as_current_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes):
        return execute(statement, params, many, context)
