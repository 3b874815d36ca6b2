"""Pages of the second factor: asking for a code, setting it up, and the recovery codes."""

import segno
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from arena.accounts.guessing import TooManyGuesses
from arena.accounts.one_time_codes import app_address, make_secret
from arena.accounts.second_factors import (
    count_recovery_codes,
    find_second_factor,
    is_awaited,
    set_up,
    show,
)
from arena.accounts.views.sign_in import is_own_address, say_when

# Until its first code is shown, a new secret is kept in the session, which lies on the server.
_NEW = "new_second_factor"


def _is_staff(user: User | AnonymousUser) -> bool:
    return user.is_staff or user.is_superuser


staff_only = user_passes_test(_is_staff, login_url="sign-in")


@never_cache
@staff_only
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code; or, of who has shown it, say how it stands."""
    user = _user(request)
    if find_second_factor(user) is None:
        return HttpResponseRedirect(f"{reverse('set-up-second-factor')}?{request.GET.urlencode()}")
    if not is_awaited(user, request.session):
        return render(request, "accounts/second_factor.html", {"left": count_recovery_codes(user)})
    context = {"next": _following(request)}
    if request.method == "POST":
        try:
            if show(user, request.session, code=request.POST.get("code", "")):
                return HttpResponseRedirect(context["next"])
        except TooManyGuesses as refused:
            return say_when(request, refused.seconds)
        context["error"] = _("This code is not right, or has been used. Wait for the next one, and type it.")
    return render(request, "accounts/second_factor_asked.html", context)


@never_cache
@staff_only
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Show a new secret and take its first code; then show the recovery codes, once."""
    user = _user(request)
    if find_second_factor(user) is not None and is_awaited(user, request.session):
        return HttpResponseRedirect(f"{reverse('second-factor')}?{request.GET.urlencode()}")
    secret = request.session.setdefault(_NEW, make_secret())
    context = {"next": _following(request)}
    if request.method == "POST":
        if codes := set_up(user, request.session, secret=secret, code=request.POST.get("code", "")):
            del request.session[_NEW]
            return render(request, "accounts/recovery_codes.html", {**context, "codes": codes})
        context["error"] = _("This is not the code that the app shows now. Check the clock of your phone.")
    site = f"Easel {request.get_host().partition(':')[0]}"
    context |= {"secret": secret, "qr": _draw(app_address(secret, site=site, name=user.get_username()))}
    return render(request, "accounts/set_up_second_factor.html", context)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _following(request: HttpRequest) -> str:
    asked = request.POST.get("next", request.GET.get("next", ""))
    return asked if is_own_address(request, asked) else reverse("home")


def _draw(text: str) -> SafeString:
    """Return a QR code as SVG, dark on light in every theme, as cameras expect it."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(dark="#000", light="#fff", border=4, omitsize=True, svgclass=None, lineclass=None)
    return SafeString(svg)
