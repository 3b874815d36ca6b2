"""Nothing answers staff who have not shown their second factor, but the page that asks for it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from arena.accounts.second_factors import is_awaited
from arena.web.refusals import AWAY, ask_to_come_again, asks_for_json

OPEN_PATHS = frozenset(
    {
        "/accounts/second-factor/", "/accounts/second-factor/set-up/", "/accounts/login/", "/accounts/logout/",
        "/language/", "/robots.txt",
    }
)  # fmt: skip


class SecondFactorMiddleware:
    """Sends such staff to the page that asks for the code; programs get a 403.

    It guards every address, so that no page, admin or door of the API has to remember it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Who has no session is not signed in; looking at it would make pages for everybody depend on cookies.
        if request.path in OPEN_PATHS or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        try:
            awaited = is_awaited(request.user, request.session)
        except AWAY:
            return ask_to_come_again(request)
        if not awaited:
            return self.get_response(request)
        if asks_for_json(request):
            message = _("Show your second factor first, at /accounts/second-factor/.")
            return JsonResponse({"code": "forbidden", "message": message}, status=403)
        return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'next': request.get_full_path()})}")
