"""Traces by OpenTelemetry: off unless OTEL_EXPORTER_OTLP_ENDPOINT says where to, and then with the extra `otel`."""

import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def start_tracing() -> None:
    """Trace requests, statements and jobs of this process, if the environment asks for it.

    Raises ImproperlyConfigured if the extra is missing.
    """
    if not settings.TRACES_TO:
        return
    os.environ.setdefault("OTEL_SERVICE_NAME", f"easel-{settings.PROGRAM}")
    try:
        import_module("arena.monitoring.traced_work").start()
    except ModuleNotFoundError as missing:
        raise ImproperlyConfigured(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and {missing.name} is not installed. "
            'Run `uv sync --extra otel` or `pip install "easel[otel]"`, or unset it.'
        ) from missing
