"""What a refused form gets: a page for people, the one JSON shape for programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure


def refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403; the reason is for logs, not for whoever forged the form."""
    if "application/json" in request.headers.get("Accept", ""):
        message = _("This request did not come from a page of this site. Reload the page and try again.")
        return JsonResponse({"code": "forbidden", "message": message}, status=403)
    return csrf_failure(request, reason)
