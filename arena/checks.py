"""System checks: unsafe or contradictory settings stop the start with a message that says what to set."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_settings(**_: Any) -> list[CheckMessage]:
    """Return one error for each setting that cannot be run with."""
    found: list[CheckMessage] = []
    if not os.environ.get("DATABASE_URL"):
        found.append(Error("DATABASE_URL is not set.", hint="Set it, or start Easel with manage.py.", id="easel.E001"))
    if settings.DATABASES["default"].get("ENGINE") != "arena.database":
        found.append(
            Error("DATABASE_URL names no PostgreSQL.", hint="Easel runs on PostgreSQL 15 or newer.", id="easel.E005")
        )
    if settings.ACCESS not in {"public", "login"}:
        found.append(Error(f"ACCESS is {settings.ACCESS!r}.", hint="Set it to public or login.", id="easel.E002"))
    if settings.TRUSTED_PROXY_COUNT < 0:
        found.append(Error("TRUSTED_PROXY_COUNT is negative.", hint="Count the proxies; 0 for none.", id="easel.E003"))
    if settings.DEBUG and not settings.EMBEDDED:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG on a server that people can reach.", id="easel.E004"))
    return found
