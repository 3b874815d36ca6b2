"""Answers to requests that fail: a page for people, the one JSON shape for programs; never the exception's text."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from arena.monitoring.counts import REFUSALS
from arena.monitoring.request_ids import current_request_id

RETRY = {"Retry-After": "5"}
# The errors of an unreachable database.
AWAY = (OperationalError, InterfaceError)


def refuse_forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403; the reason is for logs, not for the sender."""
    if asks_for_json(request):
        message = _("This request did not come from a page of this site. Reload the page and try again.")
        return JsonResponse({"code": "forbidden", "message": message}, status=403)
    return csrf_failure(request, reason)


def refuse_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 to what Django cannot read: a foreign host name, a broken or oversized form."""
    if asks_for_json(request):
        message = _("This request cannot be read. Check the host name, and the form and its size.")
        return JsonResponse({"code": "bad_request", "message": message}, status=400)
    # Rendered without the request, since its host name may be the fault.
    return HttpResponse(_render("400.html"), status=400)


def refuse_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 to an address that leads nowhere."""
    if asks_for_json(request):
        message = _("There is nothing at this address. The API lists its addresses at /api/v1/.")
        return JsonResponse({"code": "not_found", "message": message}, status=404)
    # Django's own view would read the form for its token, and fail where that is unreadable.
    return render(request, "404.html", status=404)


def admit_fault(request: HttpRequest) -> HttpResponse:
    """Answer 500 for a fault of ours, which is logged; 503 if a middleware or an error page found no database."""
    if isinstance(sys.exc_info()[1], AWAY):
        return ask_to_come_again(request)
    if asks_for_json(request):
        message = _("Something went wrong here, and it is not your request. Try again, or tell who runs this arena.")
        return JsonResponse({"code": "error", "message": message}, status=500)
    return HttpResponse(_render("500.html"), status=500)


def ask_to_come_again(request: HttpRequest, message: str = "", *, cause: str = "database") -> HttpResponse:
    """Answer 503: a page for people; for programs the one JSON shape, with what is missing if not the database.

    `cause` is counted, and one of a few.
    """
    REFUSALS.labels(cause).inc()
    if asks_for_json(request):
        said = message or _("The database does not answer. Try again in a moment.")
        return JsonResponse({"code": "unavailable", "message": said}, status=503, headers=RETRY)
    # Rendered without a request, so that the page does not ask the database for the user.
    return HttpResponse(_render("500.html"), status=503, headers=RETRY)


def _render(page: str) -> str:
    """Return an error page with the id under which the logs have the request."""
    return get_template(page).render({"request_id": current_request_id()})


def asks_for_json(request: HttpRequest) -> bool:
    """Tell whether a program asks: the address is the API's, or it accepts JSON."""
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")
