"""Answers database errors that are not a page's fault: 503 if it is unreachable, 400 if it cannot hold a value."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse

from arena.errors import Busy
from arena.web.refusals import AWAY, ask_to_come_again, refuse_request


class OutageMiddleware:
    """Answers 503 instead of 500 when a view could not reach the database; programs get the one JSON shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer if the database is unreachable or refuses a value, or there is no room; leave other errors alone."""
        if isinstance(error, (*AWAY, Busy)):
            if isinstance(error, Busy):
                return ask_to_come_again(request, error.message, cause="busy")
            return ask_to_come_again(request)
        # For example a zero byte in a filter, which Django's own admin passes on.
        return refuse_request(request, error) if isinstance(error, DataError) else None
