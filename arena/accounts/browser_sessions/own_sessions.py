"""The sessions of one person: noting, listing and ending them."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from arena.accounts.browser_sessions.browser_names import name_browser
from arena.accounts.browser_sessions.session_store import BEGUN, BROWSER, still_open
from arena.accounts.models import Session


def note_sign_in(*, request: HttpRequest, **_: Any) -> None:
    """Note in a new session when it began, and in which browser: a receiver of Django's signal `user_logged_in`."""
    request.session[BEGUN] = int(timezone.now().timestamp())
    request.session[BROWSER] = name_browser(request.META.get("HTTP_USER_AGENT", ""))
    # Who went to the identity provider before and came back without it has had a short one.
    request.session.set_expiry(None)


def list_sessions(user: User) -> QuerySet[Session]:
    """Return somebody's sessions that are open, the last one begun first."""
    rows = Session.objects.filter(still_open(), user=user)
    return rows.order_by(F("begun_at").desc(nulls_last=True), "pk")


def end_sessions(users: Collection[User], *, but: str | None = None, only: str = "") -> int:
    """End sessions of these people at their next request: all, all but the one of a key, or only one by its digest.

    Returns how many.
    """
    ended = [
        row.pk
        for row in Session.objects.filter(user__in=users).only("pk")
        if row.pk != but and only in ("", row.digest)
    ]
    return Session.objects.filter(pk__in=ended).delete()[0]


def forget_ended_sessions() -> None:
    """Delete the sessions whose time is over."""
    Session.objects.exclude(still_open()).delete()
