"""Refuses requests beyond the limits, and says when to come again."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from arena.admission.request_counting import COUNTER
from arena.admission.rules import subjects_of
from arena.monitoring.counts import REFUSALS
from arena.web.refusals import asks_for_json


class LimitsMiddleware:
    """Answers 429 to who sends more than LIMITS allow: a page for people, the one JSON shape for programs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = COUNTER.admit(subjects_of(request)) if settings.LIMITS else 0
        if not seconds:
            return self.get_response(request)
        REFUSALS.labels("limit").inc()
        response = _ask_to_slow_down(request, seconds)
        # The counter has logged that the limit is reached; a line for each request would only fill the disk.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def _ask_to_slow_down(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 and say after how many seconds to come again."""
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    if asks_for_json(request):
        message = _("Too many requests. Come again when the header Retry-After says.")
        return JsonResponse({"code": "too_many", "message": message}, status=429, headers=headers)
    # Rendered without the request, so that the page asks the database for nothing.
    page = get_template("429.html").render({"seconds": seconds})
    return HttpResponse(page, status=429, headers=headers)
