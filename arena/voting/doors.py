"""What every view of voting does: forbid caches and indexes to keep it, refuse other sites' posts, explain errors."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arena.errors import DomainError, Forbidden
from arena.web.refusals import asks_for_json

View = Callable[..., HttpResponse]


def voting_door(view: View) -> View:
    """Wrap a view: domain errors become pages, or JSON for programs, and every answer is private to this voter."""

    @functools.wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _refuse_other_sites(request)
            response = view(request, *args, **kwargs)
        except DomainError as error:
            response = _answer_error(request, error)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return door


def _refuse_other_sites(request: HttpRequest) -> None:
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden(_("This request came from another site. Vote on the page itself."))


def _answer_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    if asks_for_json(request):
        return JsonResponse({"code": error.code, "message": error.message}, status=error.status)
    return render(request, "voting/problem.html", {"message": error.message}, status=error.status)
