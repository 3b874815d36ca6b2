"""The one door to accounts."""

import math
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.generic import FormView

from arena.accounts.forms.sign_in_form import SignInForm
from arena.accounts.guessing import TooManyGuesses
from arena.accounts.hashing import TooManyHashes
from arena.accounts.known_browsers import remember_browser
from arena.monitoring.counts import REFUSALS
from arena.web.refusals import asks_for_json

# Until some of those who wait have been heard, in seconds.
_CROWD_SECONDS = 5


class PutsOff(FormView[Any]):
    """A view whose form is about passwords. Who has guessed too often is told when to come again (429)."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or say when to come again."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except TooManyGuesses as refused:
            return say_when(request, refused.seconds)
        except TooManyHashes as busy:
            return _put_off(request, busy.message, status=503, seconds=_CROWD_SECONDS)


class SignInView(PutsOff, LoginView):
    """Asks for name and password."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Name the identity provider, if one is set."""
        return {**super().get_context_data(**given), "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, and remember that somebody has signed in to this account in this browser."""
        response = super().form_valid(form)
        # Django keeps the session's key where the same account signs in again.
        self.request.session.cycle_key()
        remember_browser(response, form.cleaned_data["username"])
        return response


def say_when(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429: too many guesses were wrong, and after so many seconds the next one is heard."""
    minutes = math.ceil(seconds / 60)
    message = ngettext(
        "Too many tries were wrong. Try again in %(minutes)d minute.",
        "Too many tries were wrong. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
    return _put_off(request, message, status=429, seconds=seconds)


def _put_off(request: HttpRequest, message: str, *, status: int, seconds: int) -> HttpResponse:
    REFUSALS.labels("guesses" if status == 429 else "hashes").inc()
    headers = {"Retry-After": str(seconds)}
    if asks_for_json(request):
        code = "too_many_requests" if status == 429 else "busy"
        return JsonResponse({"code": code, "message": message}, status=status, headers=headers)
    following = request.POST.get("next", request.GET.get("next", ""))
    asked = f"?{urlencode({'next': following})}" if is_own_address(request, following) else ""
    context = {"message": message, "back": f"{request.path}{asked}"}
    page = get_template("accounts/come_again.html").render(context, request)
    return HttpResponse(page, status=status, headers=headers)


def lead_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead from the admin's sign-in page to the site's, or on if nothing more is needed."""
    asked = request.GET.get("next", "")
    following = asked if is_own_address(request, asked) else reverse("admin:index")
    if request.user.is_staff:
        return HttpResponseRedirect(following)
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': following})}")


def is_own_address(request: HttpRequest, address: str) -> bool:
    """Tell whether an address leads to a page of this site."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
