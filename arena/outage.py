"""What the database says is no fault of a page: away for a moment is a 503, a value it cannot hold is a 400."""

from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from arena.refusals import asks_for_json, refuse_request

RETRY = {"Retry-After": "5"}


class OutageMiddleware:
    """Answers 503 instead of 500 when a view could not reach the database; programs get the one JSON shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn the database's absence, or its refusal of a value, into an answer; leave every other error alone."""
        if isinstance(error, (OperationalError, InterfaceError)):
            return ask_to_come_again(request)
        # A zero byte in a filter, for one, which Django's own admin passes on.
        return refuse_request(request, error) if isinstance(error, DataError) else None


def ask_to_come_again(request: HttpRequest) -> HttpResponse:
    """Answer 503: a page for people, the one JSON shape for programs."""
    if asks_for_json(request):
        message = _("The database does not answer. Try again in a moment.")
        return JsonResponse({"code": "unavailable", "message": message}, status=503, headers=RETRY)
    # Without a request, so that nothing in the page asks the database who is looking.
    return HttpResponse(get_template("500.html").render(), status=503, headers=RETRY)
