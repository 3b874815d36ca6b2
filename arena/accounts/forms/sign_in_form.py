"""What people fill in to come in."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm

from arena.accounts.forms.counted_guesses import counted_guess


class SignInForm(AuthenticationForm):
    """Name and password; each try is counted before the password is looked at."""

    def clean(self) -> dict[str, Any]:
        """Check the password. Raises TooManyGuesses and TooManyHashes, whether or not the account exists."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password or self.request is None:
            return super().clean()
        with counted_guess(self.request, name):
            return super().clean()
