"""One shape for every error of the REST API: {"code", "message", "fields"?}."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from arena.errors import Busy, DomainError
from arena.monitoring.counts import REFUSALS

_RETRY = {"Retry-After": "5"}


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn domain errors and DRF's own into the one shape; the rest goes to `outage` and `refusals`."""
    if isinstance(error, DomainError):
        if isinstance(error, Busy):
            REFUSALS.labels("busy").inc()
        headers = _RETRY if isinstance(error, Busy) else None
        return Response({"code": error.code, "message": error.message}, status=error.status, headers=headers)
    response = exception_handler(error, context)
    if response is None:
        return None
    body: dict[str, Any] = {"code": "invalid", "message": str(response.data)}
    if isinstance(error, exceptions.ValidationError):
        message = _("Some parameters are not valid; see fields.")
        body = {"code": "invalid", "message": message, "fields": response.data}
    elif isinstance(response.data, dict) and "detail" in response.data:
        detail = response.data["detail"]
        body = {"code": str(getattr(detail, "code", "invalid")), "message": str(detail)}
    response.data = body
    return response
