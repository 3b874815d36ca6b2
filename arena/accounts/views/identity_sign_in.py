"""Signing in through the identity provider, and connecting an account with it."""

import time
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from arena.accounts.forms.password_forms import OwnPasswordForm
from arena.accounts.identities.identity_accounts import connect_account, find_account
from arena.accounts.second_factors import note_provider
from arena.accounts.views.sign_in import PutsOff, is_own_address
from arena.errors import Busy, DomainError
from arena.web.refusals import RETRY

# In the session: where to go afterwards, until when an account may be connected, and whether this is to connect it.
_NEXT, _MAY_CONNECT, _CONNECTS = "oidc_next", "oidc_may_connect", "oidc_connects"
# The session of who is not signed in lasts no longer than a visit to the provider, in seconds.
_VISIT = 3600
_MINUTES_TO_CONNECT = 10


@never_cache
@require_GET
def sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """Lead to the provider."""
    provider, session = _provider(), request.session
    following = request.GET.get("next", "")
    session[_NEXT] = following if is_own_address(request, following) else reverse("home")
    session[_CONNECTS] = "connect" in request.GET and session.get(_MAY_CONNECT, 0) > time.time()
    if not request.user.is_authenticated:
        session.set_expiry(_VISIT)
    try:
        answer: HttpResponse = provider.lead_there(request, request.build_absolute_uri(reverse("come-back")))
    except DomainError as refused:
        return _say(request, refused)
    return answer


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Let in whom the provider vouches for, or connect the account of who is signed in."""
    provider, user, session = _provider(), request.user, request.session
    connects = session.pop(_CONNECTS, False)
    try:
        claims = provider.read_claims(request)
        if connects and isinstance(user, User):
            session.pop(_MAY_CONNECT, None)
            connect_account(user, claims)
            messages.success(request, _("You can now also sign in with {name}.").format(name=settings.OIDC_NAME))
            return HttpResponseRedirect(reverse("account"))
        account = find_account(claims)
    except DomainError as refused:
        return _say(request, refused)
    following = session.pop(_NEXT, reverse("home"))
    login(request, account)
    # Django keeps the session's key where the same account signs in again.
    request.session.cycle_key()
    note_provider(request.session)
    return HttpResponseRedirect(following)


@method_decorator([never_cache, login_required], name="dispatch")
class ConnectView(PutsOff):
    """Asks for the password again: whoever sits at somebody's browser must not connect an identity of their own."""

    template_name = "accounts/connect.html"
    form_class = OwnPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer where there is a provider."""
        _provider()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form know whose password it is."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Form) -> HttpResponse:
        """Show the way to the provider: a form itself must not lead to another site."""
        self.request.session[_MAY_CONNECT] = time.time() + 60 * _MINUTES_TO_CONNECT
        return self.render_to_response(self.get_context_data(form=None))

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Name the provider."""
        return {**super().get_context_data(**given), "provider": settings.OIDC_NAME}


def _provider() -> Any:
    if not settings.OIDC_ISSUER:
        raise Http404
    return import_module("arena.accounts.identities.identity_provider")


def _say(request: HttpRequest, refused: DomainError) -> HttpResponse:
    headers = RETRY if isinstance(refused, Busy) else {}
    context = {"message": refused.message, "provider": settings.OIDC_NAME}
    page = get_template("accounts/elsewhere_refused.html").render(context, request)
    return HttpResponse(page, status=refused.status, headers=headers)
