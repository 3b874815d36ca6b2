"""Requests of the API that bring a key: `Authorization: Bearer easel_…`."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from arena.admission.api_keys import find_key
from arena.admission.request_counting import COUNTER
from arena.admission.rules import subjects_of
from arena.monitoring.counts import REFUSALS
from arena.web.refusals import AWAY, ask_to_come_again


class KeyMiddleware:
    """Notes the key of a request as `request.api_key`; refuses unknown and revoked ones, so that mistakes show."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not request.path.startswith("/api/"):
            return self.get_response(request)
        try:
            key = find_key(text.strip())
        except AWAY:
            return ask_to_come_again(request)
        if key is None:
            return _refuse(request)
        request.api_key = key  # type: ignore[attr-defined]
        return self.get_response(request)


def _refuse(request: HttpRequest) -> HttpResponse:
    # Who guesses keys uses up what their network may ask without one.
    seconds = COUNTER.admit(subjects_of(request)) if settings.LIMITS else 0
    REFUSALS.labels("limit" if seconds else "key").inc()
    headers = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"} | (
        {"Retry-After": str(seconds)} if seconds else {}
    )
    body = {"code": "unauthorized", "message": _("This key is not known here, or was revoked.")}
    return JsonResponse(body, status=429 if seconds else 401, headers=headers)
