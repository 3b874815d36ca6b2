"""Traces by OpenTelemetry: off unless OTEL_EXPORTER_OTLP_ENDPOINT says where to, and then with the extra `otel`."""

import os
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

WHERE_TO = "OTEL_EXPORTER_OTLP_ENDPOINT"


def start_tracing() -> None:
    """Trace requests, statements and jobs of this process, if the environment asks for it.

    Raises ImproperlyConfigured if the extra is missing.
    """
    if not os.environ.get(WHERE_TO):
        return
    if find_spec("opentelemetry.sdk") is None:
        raise ImproperlyConfigured(
            f"{WHERE_TO} is set, and OpenTelemetry is not installed. Run `uv sync --extra otel` or `pip install "
            f'"easel[otel]"`, or unset it.'
        )
    os.environ.setdefault("OTEL_SERVICE_NAME", f"easel-{settings.PROGRAM}")
    import_module("arena.monitoring.instruments").start()
