"""What people fill in to come in."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm

from arena.accounts.guessing import admit_guess, give_back
from arena.accounts.hashing import TooManyHashes
from arena.accounts.known_browsers import counters_of


class SignInForm(AuthenticationForm):
    """Name and password; each try is counted before the password is looked at."""

    def clean(self) -> dict[str, Any]:
        """Check the password. Raises TooManyGuesses and TooManyHashes, whether or not the account exists."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password or self.request is None:
            return super().clean()
        counters = counters_of(self.request, name)
        admit_guess(counters)
        try:
            cleaned = super().clean()
        except TooManyHashes:
            give_back(counters)
            raise
        give_back(counters)
        return cleaned
