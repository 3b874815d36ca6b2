"""Pages for who has forgotten the password: a mail with a link, and a new password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from arena.accounts.browser_sessions.own_sessions import end_sessions
from arena.accounts.forms.password_forms import ResetForm
from arena.accounts.views.sign_in import PutsOff


@method_decorator(never_cache, name="dispatch")
class AskForResetView(PutsOff, PasswordResetView):
    """Asks for the address to which a link goes; says whom to ask where no mail is sent."""

    template_name = "accounts/ask_for_reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("reset-asked")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer where mail is sent."""
        if not settings.MAIL:
            return render(request, "accounts/no_mail.html")
        return super().dispatch(request, *args, **kwargs)


@never_cache
def reset_asked(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, if an account has the address."""
    return render(request, "accounts/reset_asked.html")


class NewPasswordView(PutsOff, PasswordResetConfirmView):
    """Takes a new password from who has the mailed link, once; all sessions then end, and a second factor stays."""

    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """Set the password."""
        response = super().form_valid(form)
        end_sessions([form.user])
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response
