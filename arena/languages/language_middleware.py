"""Which language an answer is in: people read their own, programs always English."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

# What programs read; pages for people lie at all other addresses.
_FOR_PROGRAMS = re.compile(
    r"^/(api|badges|cards|hooks|methodology/source)/|^/(healthz|readyz|metrics)$"
    r"|^/images/.*/original/$|\.(webp|avif|png|svg|atom|md|txt|xml)$"
)


class LanguageMiddleware:
    """Speaks the language that the reader chose (a cookie), else the first of `Accept-Language` that Easel speaks.

    Answers for programs are in English whatever the request says, and so do not vary by it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _FOR_PROGRAMS.search(request.path):
            with override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        language = get_language_from_request(request)
        with override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response
