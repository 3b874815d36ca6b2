"""Probes that tell the truth: healthz says that the process answers, readyz that it can do its work."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process serves requests."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated; 503 naming what is missing otherwise."""
    missing = _missing()
    return JsonResponse({"status": missing or "ok"}, status=503 if missing else 200)


def _missing() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "the database is not migrated"
    except DatabaseError:
        return "the database does not answer"
    return ""
