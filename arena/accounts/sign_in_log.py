"""One line in the log for each sign-in, sign-out and refused password: receivers of Django's signals.

A line says which account by its number, never by what was typed: people type passwords into the wrong field.
"""

from typing import Any

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from arena.accounts.guessing import count_account
from arena.web.client_address import client_address

log = structlog.get_logger(__name__)
# So much of a keyed hash tells networks and names apart, and nobody can turn it back.
_SHOWN = 12


def listen() -> None:
    """Begin to write lines."""
    user_logged_in.connect(_say_signed_in, dispatch_uid="signed in")
    user_logged_out.connect(_say_signed_out, dispatch_uid="signed out")
    user_login_failed.connect(_say_refused, dispatch_uid="password refused")


def _say_signed_in(*, request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    log.info("signed in", account=user.pk, sender=_sender(request))


def _say_signed_out(*, request: HttpRequest, user: AbstractBaseUser | None, **_: Any) -> None:
    if user is not None:
        log.info("signed out", account=user.pk, sender=_sender(request))


def _say_refused(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = count_account(str(credentials.get("username", ""))).key[:_SHOWN]
    log.warning("sign-in refused", name=name, sender=_sender(request) if request else "")


def _sender(request: HttpRequest) -> str:
    """A keyed hash of the address: equal for equal addresses, and of no use without the secret key."""
    address = client_address(request)
    return salted_hmac("accounts.sender", address, algorithm="sha256").hexdigest()[:_SHOWN] if address else ""
