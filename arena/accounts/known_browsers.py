"""Browsers in which somebody has signed in before: others' guesses do not lock them out of their own account.

After OWASP's "device cookies": a browser with such a cookie has a count of its own for that account. Without it, anyone
could keep an operator away by typing wrong passwords for them.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from arena.accounts.guessing import Counter, count_account, count_network
from arena.web.client_address import client_address

_SALT = "arena.accounts.known_browsers"
_AGE = 180 * 24 * 3600


def remember_browser(response: HttpResponse, name: str) -> None:
    """Let the browser that gets this response be known as one in which this account has signed in."""
    value = signing.dumps([count_account(name).key, secrets.token_urlsafe(16)], salt=_SALT)
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME, value, max_age=_AGE, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def counters_of(request: HttpRequest, name: str) -> list[Counter]:
    """Return what counts a guess at this account: the browser, if it is known there, else network and account."""
    if browser := _known(request, name):
        return [Counter("browser", browser, free=5)]
    address = client_address(request)
    return [*([count_network(address)] if address else []), count_account(name)]


def _known(request: HttpRequest, name: str) -> str:
    """The browser's number, if somebody has signed in to this account there; else nothing."""
    try:
        account, browser = signing.loads(
            request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), salt=_SALT, max_age=_AGE
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(browser) if account == count_account(name).key else ""
