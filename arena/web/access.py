"""ACCESS=login: nothing but the sign-in page answers without an account; the API also answers a key."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from arena.web.refusals import AWAY, ask_to_come_again

# The sign-in page itself, in the language of one's choice, and what keeps robots away.
OPEN_PATHS = frozenset({"/accounts/login/", "/language/", "/robots.txt"})
# Other ways in: with a mailed link, an invitation, or the identity provider. Webhooks of providers: they are answered
# with nothing, and verified by their signatures.
OPEN_FOLDERS = ("/accounts/reset/", "/accounts/invitations/", "/accounts/oidc/", "/hooks/")


class AccessMiddleware:
    """Sends visitors without an account to the sign-in page when ACCESS is `login`; programs get a 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            is_open = request.path in OPEN_PATHS or request.path.startswith(OPEN_FOLDERS)
            has_key = getattr(request, "api_key", None) is not None
            is_let_in = settings.ACCESS == "public" or is_open or has_key or request.user.is_authenticated
        except AWAY:
            return ask_to_come_again(request)
        if is_let_in:
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "forbidden", "message": _("Sign in to use this arena.")}, status=403)
        return redirect_to_login(request.get_full_path())
