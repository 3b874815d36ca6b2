"""A database that is away for a moment is no fault of a page: 503 says so, and when to come again."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

RETRY = {"Retry-After": "5"}


class OutageMiddleware:
    """Answers 503 instead of 500 when a view could not reach the database; programs get the one JSON shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn the database's absence into an answer; leave every other error alone."""
        if not isinstance(error, (OperationalError, InterfaceError)):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            message = _("The database does not answer. Try again in a moment.")
            return JsonResponse({"code": "unavailable", "message": message}, status=503, headers=RETRY)
        # Without a request, so that nothing in the page asks the database who is looking.
        return HttpResponse(get_template("500.html").render(), status=503, headers=RETRY)
