"""How much is known of whoever has an account, by the way in which they came to it."""

from typing import Literal

from django.contrib.auth.models import User

from arena.accounts.models import Identity

HowKnown = Literal["verified", "named"]


def how_known(user: User) -> HowKnown:
    """Return `verified` for an account that its owner made through the identity provider, `named` for all others.

    Only staff make the others: in the admin, by a command, or by an invitation to somebody they know. A new way to make
    an account oneself must be told apart here.
    """
    return "verified" if Identity.objects.filter(user=user, made_account=True).exists() else "named"
