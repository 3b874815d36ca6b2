"""Answers that readers and caches keep for a while and then ask for again by their tag."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe


def answer_kept(request: HttpRequest, response: HttpResponse, *, seconds: int = 0) -> HttpResponse:
    """Tag an answer by its content and say for how long it may be kept; or return 304 if the reader has it.

    Behind a login only the reader's own browser may keep it. Another status than 200 is returned as it is.
    """
    if response.status_code != 200:
        return response
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    scope = "public" if settings.ACCESS == "public" else "private"
    response["Cache-Control"] = f"{scope}, max-age={seconds}" if seconds else "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    changed = parse_http_date_safe(response.get("Last-Modified", ""))
    conditional = get_conditional_response(request, etag=response["ETag"], last_modified=changed, response=response)
    return conditional if isinstance(conditional, HttpResponse) else response
