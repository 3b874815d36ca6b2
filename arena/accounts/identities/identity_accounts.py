"""Whose account it is, by what the identity provider says of somebody."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from arena.accounts.models import Identity
from arena.errors import Conflict, Forbidden

_LONGEST_NAME = 140


def find_account(claims: Mapping[str, Any]) -> User:
    """Return the account of whom the provider vouches for, made now if the settings say so. Raises Forbidden, Conflict.

    People are known by the provider's own number for them. An address alone never leads into an account.
    """
    _check_domain(claims)
    identity = _find_identity(claims)
    if identity is None:
        user = _make_account(claims)
    elif identity.user.is_active:
        user = identity.user
        if identity.made_account:
            _follow_staff_claim(user, claims)
    else:
        raise Forbidden(_("This account is closed. Ask the people who run this arena."))
    return user


def connect_account(user: User, claims: Mapping[str, Any]) -> None:
    """Let an account's owner also sign in through the provider from now on. Raises Forbidden and Conflict."""
    _check_domain(claims)
    try:
        with transaction.atomic():
            identity, _made = Identity.objects.get_or_create(
                issuer=settings.OIDC_ISSUER, subject=claims["sub"], defaults={"user": user, "made_account": False}
            )
    except IntegrityError as error:
        raise Conflict(_("Start again from the sign-in page.")) from error
    if identity.user_id != user.pk:
        message = _("At {provider} you are known as the owner of another account here.")
        raise Conflict(message.format(provider=settings.OIDC_NAME))


def _find_identity(claims: Mapping[str, Any]) -> Identity | None:
    found = Identity.objects.select_related("user")
    return found.filter(issuer=settings.OIDC_ISSUER, subject=claims["sub"]).first()


def _make_account(claims: Mapping[str, Any]) -> User:
    email = _verified_email(claims)
    is_taken = bool(email) and User.objects.filter(email__iexact=email).exists()
    if is_taken or not settings.OIDC_NEW_ACCOUNTS:
        message = _(
            "No account here belongs to you at {provider}. If you have one, sign in with its password and connect it "
            "on the page of your account. Otherwise ask the people who run this arena."
        )
        raise Forbidden(message.format(provider=settings.OIDC_NAME))
    try:
        with transaction.atomic():
            user = User.objects.create_user(_free_name(claims, email), email=email)
            Identity.objects.create(user=user, issuer=settings.OIDC_ISSUER, subject=claims["sub"], made_account=True)
    except IntegrityError as error:
        raise Conflict(_("Start again from the sign-in page.")) from error
    _follow_staff_claim(user, claims)
    return user


def _check_domain(claims: Mapping[str, Any]) -> None:
    domain = _verified_email(claims).rpartition("@")[2].casefold()
    if settings.OIDC_EMAIL_DOMAINS and domain not in [each.casefold() for each in settings.OIDC_EMAIL_DOMAINS]:
        raise Forbidden(_("Only people with an e-mail address of certain domains sign in here, and yours is none."))


def _verified_email(claims: Mapping[str, Any]) -> str:
    """The address if the provider has checked it; what it has not checked is as good as none."""
    return str(claims.get("email") or "") if claims.get("email_verified") is True else ""


def _free_name(claims: Mapping[str, Any], email: str) -> str:
    """The name that the provider gives, as one that nobody has yet."""
    given = str(claims.get(settings.OIDC_ACCOUNT_CLAIM) or email.partition("@")[0] or claims["sub"])
    name = re.sub(r"[^\w.@+-]+", "-", given)[:_LONGEST_NAME].strip("-") or "account"
    taken = {
        each.casefold() for each in User.objects.filter(username__istartswith=name).values_list("username", flat=True)
    }
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _follow_staff_claim(user: User, claims: Mapping[str, Any]) -> None:
    """Make who has the claim staff, and who has it no more not; what staff may do is given in the admin."""
    claim, _colon, wanted = settings.OIDC_STAFF.partition(":")
    if not claim:
        return
    held = claims.get(claim, [])
    is_staff = wanted in (held if isinstance(held, list) else [held])
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
