"""The page of one's own account: its sessions, its password, and how else one signs in."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordChangeView
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from arena.accounts.browser_sessions.own_sessions import end_sessions, list_sessions
from arena.accounts.forms.password_forms import ChangePasswordForm
from arena.accounts.models import Identity
from arena.accounts.second_factors import find_second_factor
from arena.accounts.views.sign_in import PutsOff


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the account of who is signed in."""
    user = own_user(request)
    context = {
        "sessions": list_sessions(user),
        "this_session": request.session.session_key,
        "second_factor": find_second_factor(user),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "is_connected": Identity.objects.filter(user=user, issuer=settings.OIDC_ISSUER).exists(),
    }
    return render(request, "accounts/account.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session of one's own, or with no name of one all others."""
    only = request.POST.get("session", "")
    end_sessions([own_user(request)], but=None if only else request.session.session_key, only=only)
    messages.success(request, _("The session has ended.") if only else _("All other sessions have ended."))
    return HttpResponseRedirect(reverse("account"))


@method_decorator(never_cache, name="dispatch")
class ChangePasswordView(PutsOff, PasswordChangeView):
    """Asks for the old password and a new one; the other sessions then end."""

    template_name = "accounts/change_password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("account")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form count guesses."""
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Form) -> HttpResponse:
        """Change the password."""
        response = super().form_valid(form)
        end_sessions([own_user(self.request)], but=self.request.session.session_key)
        messages.success(self.request, _("Your password is changed. All other sessions have ended."))
        return response


def own_user(request: HttpRequest) -> User:
    """Return who is signed in."""
    assert isinstance(request.user, User)
    return request.user
