"""Which new passwords are refused: those that somebody who guesses would try first."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What people would think of here. The site's own host names, and the account's name and address, are words of it, too.
SITE_WORDS = (
    "administrator", "admin", "arena", "benchmark", "easel", "image", "leaderboard", "login", "model", "operator",
    "password", "prompt", "rating", "secret", "staff", "superuser", "voter", "vote", "welcome",
)  # fmt: skip
# So many known passwords joined, repeated or with digits between them are still easily guessed.
_MOST_PIECES = 2
_SHORTEST_PIECE = 4
# With fewer different characters than these beside such pieces, a password is no better than they are.
_FEW = 6
# A longer one is not taken apart.
_LONGEST = 200


class GuessablePasswordValidator(CommonPasswordValidator):
    """Refuses words of this site, and passwords known from breaches (Django's list of 20,000), alone or joined."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a password of which little is left without such words. Raises ValidationError."""
        left = password.casefold()[:_LONGEST]
        for word in _site_words(user):
            left = left.replace(word, " ")
        for _piece in range(_MOST_PIECES):
            left = left.replace(self._find_known(left) or "\0", " ")
        if len(set(left) - {" "}) < _FEW:
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        """What the form says."""
        return _("This password is easily guessed: little of it is left without well-known passwords and names.")

    def get_help_text(self) -> str:
        """What stands beside the form."""
        return _("Four words that have nothing to do with each other make a good password.")

    def _find_known(self, text: str) -> str:
        """Return the longest known password in a text; empty if there is none."""
        for size in range(len(text), _SHORTEST_PIECE - 1, -1):
            for start in range(len(text) - size + 1):
                if text[start : start + size] in self.passwords:
                    return text[start : start + size]
        return ""


def _site_words(user: AbstractBaseUser | None) -> Iterator[str]:
    """Yield words of the site and of an account, the longest first where one holds another."""
    own = [getattr(user, name, "") or "" for name in ("username", "email", "first_name", "last_name")]
    names = re.split(r"[\W_]+", " ".join([*own, *settings.ALLOWED_HOSTS]).casefold())
    yield from sorted({*SITE_WORDS, *(name for name in names if len(name) >= _SHORTEST_PIECE)}, key=len, reverse=True)
