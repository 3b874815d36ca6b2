"""The page behind an invitation's link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from arena.accounts.forms.invitation_form import InvitationForm
from arena.accounts.guessing import Counter, admit_guess
from arena.accounts.joining.invitations import accept_invitation, find_invitation
from arena.accounts.known_browsers import remember_browser
from arena.accounts.views.sign_in import PutsOff
from arena.errors import Conflict, Gone


@method_decorator(never_cache, name="dispatch")
class InvitationView(PutsOff):
    """Asks for name and password of a new account, and signs its owner in."""

    template_name = "accounts/invitation.html"
    form_class = InvitationForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer who has a link that is good; all others get the same page."""
        self.invitation = find_invitation(kwargs["token"])
        if self.invitation is None:
            return _say_gone(request)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the account. Each try counts as a wrong guess, so that no list of names is tried."""
        assert self.invitation is not None
        admit_guess([Counter("invitation", self.invitation.sha256, free=20)])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: ModelForm[User]) -> HttpResponse:
        """Make the account, unless somebody else has just used the link or taken the name."""
        user = form.save(commit=False)
        try:
            accept_invitation(self.kwargs["token"], user=user)
        except Gone:
            return _say_gone(self.request)
        except Conflict as taken:
            form.add_error("username", taken.message)
            return self.form_invalid(form)
        login(self.request, user)
        messages.success(self.request, _("Your account is made, and you are signed in."))
        response = HttpResponseRedirect(reverse("home"))
        remember_browser(response, user.get_username())
        return response

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Say whom the invitation is for."""
        return {**super().get_context_data(**given), "invitation": self.invitation}


def _say_gone(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_gone.html", status=404)
