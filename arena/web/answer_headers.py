"""What every answer says: one constant content security policy, and that nobody keeps what accounts are shown.

Methods that nothing here has, such as TRACE, are refused.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Where accounts are, pages are for one person even before anybody has signed in.
_PRIVATE = ("/accounts/", "/admin/", "/staff/")


class AnswerHeadersMiddleware:
    """Sends CONTENT_SECURITY_POLICY with every response that has no policy of its own, static files included.

    What somebody who is signed in gets stays out of all caches, unless a view says otherwise, as for pictures.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request) if request.method in _METHODS else HttpResponseNotAllowed(_METHODS)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        is_of_site = not request.path.startswith(settings.STATIC_URL)
        is_private = settings.SESSION_COOKIE_NAME in request.COOKIES or request.path.startswith(_PRIVATE)
        if is_private and is_of_site:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
