"""Invitations: links with which people whom staff know make an account, once."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.accounts.models import Invitation
from arena.errors import Conflict, Gone

VALID_FOR = timedelta(days=7)


def invite(*, name: str, email: str = "", by: User | None = None) -> tuple[Invitation, str]:
    """Store an invitation; return its row, and the token of its link, which nobody can read again."""
    token = secrets.token_urlsafe(32)
    ends = timezone.now() + VALID_FOR
    made = Invitation.objects.create(name=name, email=email, sha256=_hash(token), made_by=by, expires_at=ends)
    return made, token


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation that this token opens now; None if it is unknown, used, withdrawn or too old."""
    return Invitation.objects.filter(sha256=_hash(token), used_at=None, expires_at__gt=timezone.now()).first()


@transaction.atomic
def accept_invitation(token: str, *, user: User) -> None:
    """Store a new user as the one for whom an invitation was. Raises Gone and Conflict, and then stores nobody.

    The e-mail address is the invitation's. One that they typed might be somebody else's, who then could not come in by
    the identity provider.
    """
    now = timezone.now()
    open_ones = Invitation.objects.filter(sha256=_hash(token), used_at=None, expires_at__gt=now)
    # The lock lets one of two people with one link wait, or of two clicks, and then find it used.
    invitation = open_ones.select_for_update().first()
    if invitation is None:
        raise Gone(_("This invitation has been used, is too old, or its link is not complete. Ask for a new one."))
    user.email = invitation.email
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(str(User._meta.get_field("username").error_messages["unique"])) from error
    invitation.used_at, invitation.account = now, user
    invitation.save(update_fields=["used_at", "account"])


def _hash(token: str) -> str:
    # 256 random bits cannot be guessed, so a plain hash keeps them.
    return sha256(token.encode()).hexdigest()
