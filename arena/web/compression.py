"""Which answers are compressed: pages without a secret, so that their length tells nothing of one (BREACH)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Voting pages hold handles of images, and their lengths must tell nothing; the others hold forms and accounts.
_NEVER = ("/vote/", "/staff/", "/admin/", "/accounts/", "/hooks/")
_KINDS = ("text/html", "text/plain", "text/markdown", "image/svg+xml", "application/xml")


def is_free_of_secrets(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether an answer holds no secret: no session, no form token, no voting page, no cookie."""
    return not (
        request.path.startswith(_NEVER)
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        # Django notes here that a page has asked for the token of its forms.
        or "CSRF_COOKIE_NEEDS_UPDATE" in request.META
        or response.cookies
    )


class CompressionMiddleware(GZipMiddleware):
    """Compresses reading pages for whoever takes gzip; everything else stays as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a whole page that holds no secret."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if not isinstance(response, HttpResponse) or kind not in _KINDS or not is_free_of_secrets(request, response):
            return response
        return super().process_response(request, response)
