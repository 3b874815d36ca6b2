"""What people fill in to get a new password."""

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, PasswordResetForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.accounts.forms.counted_guesses import counted_guess
from arena.accounts.guessing import Counter, admit_guess, count_network
from arena.accounts.passwords.password_mails import ask_for_reset
from arena.web.client_address import client_address


class OwnPasswordForm(forms.Form):
    """The password of who is signed in, before a change that would outlast a stolen session."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Check it. Raises TooManyGuesses and TooManyHashes."""
        password: str = self.cleaned_data["password"]
        user = self.request.user
        with counted_guess(self.request, user.get_username()):
            if not user.check_password(password):
                raise forms.ValidationError(_("This is not your password."))
        return password


class ChangePasswordForm(PasswordChangeForm):
    """The old password and the new one; who sits down at somebody's browser guesses no more often than elsewhere."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        """Check the old password. Raises TooManyGuesses and TooManyHashes."""
        with counted_guess(self.request, self.user.get_username()):
            return super().clean_old_password()


class ResetForm(PasswordResetForm):
    """The address to which a link is sent, if an account has it."""

    def save(self, *_: Any, request: HttpRequest | None = None, **options: Any) -> None:
        """Have a mail sent by a job, so that the answer and its time tell nothing. Raises TooManyGuesses.

        Each wish counts as a wrong guess, so that nobody is flooded with mails.
        """
        assert request is not None
        email: str = self.cleaned_data["email"]
        # What Django takes for the same address is one.
        same = unicodedata.normalize("NFKC", email).casefold()
        address = client_address(request)
        networks = [count_network(address, kind="network of resets")] if address else []
        admit_guess([*networks, Counter("reset", same, free=3)])
        ask_for_reset(request, email)
