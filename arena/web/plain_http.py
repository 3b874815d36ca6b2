"""Programs that call over plain HTTP are refused, not led to HTTPS: a key that went unprotected is to be noticed."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

# Where programs call; people who type an address are led on by SECURE_SSL_REDIRECT.
_OF_PROGRAMS = ("/api/", "/hooks/")


class PlainHttpMiddleware:
    """Answers 403 to what programs send over plain HTTP where HTTPS is on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not request.path.startswith(_OF_PROGRAMS):
            return self.get_response(request)
        message = _("Call this address by https://. A key that was sent over plain HTTP may be known to others.")
        return JsonResponse({"code": "https_only", "message": message}, status=403)
