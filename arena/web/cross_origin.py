"""Pages of other sites may read the public API: it knows no sessions, and changes nothing."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_FOLDER = "/api/"
_READING = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Retry-After, Content-Disposition, Content-Length, Content-Range, Accept-Ranges, X-Total-Count, "
        "X-Snapshot, X-Output-Hash, X-Ledger-Head, X-Ledger-Length, X-Ledger-Position, X-Exclusions-Hash"
    ),
}
_ASKING = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Range, If-None-Match, If-Match, If-Range",
    "Access-Control-Max-Age": "86400",
}


class CrossOriginMiddleware:
    """Lets scripts of any origin read the API when ACCESS is `public`; behind a login, those of no other origin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.ACCESS != "public" or not request.path.startswith(_FOLDER):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=204, headers=_READING | _ASKING)
        response = self.get_response(request)
        for name, value in _READING.items():
            response[name] = value
        return response
