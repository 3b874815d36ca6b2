"""What a refused request gets: a page for people, the one JSON shape for programs; never the reason itself."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure


def refuse_forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403; the reason is for logs, not for whoever forged the form."""
    if _asks_for_json(request):
        message = _("This request did not come from a page of this site. Reload the page and try again.")
        return JsonResponse({"code": "forbidden", "message": message}, status=403)
    return csrf_failure(request, reason)


def refuse_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 to what Django cannot read: a foreign host name, a broken or oversized form."""
    if _asks_for_json(request):
        message = _("This request cannot be read. Check the host name, and the form and its size.")
        return JsonResponse({"code": "bad_request", "message": message}, status=400)
    # Without the request, whose host name may be what is wrong with it.
    return HttpResponse(get_template("400.html").render(), status=400)


def _asks_for_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")
