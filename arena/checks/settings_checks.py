"""System checks: unsafe or contradictory settings prevent the start, with a message that says what to set."""

import os
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from kombu.transport import TRANSPORT_ALIASES
from PIL import features

from arena.installation import command_name

# The sensible range of each number; times are in seconds, unless the name says hours.
RANGES: dict[str, tuple[int, int]] = {
    "SECURE_HSTS_SECONDS": (0, 2**31),
    "SESSION_IDLE_HOURS": (1, 24 * 14),
    "WORKER_CONCURRENCY": (1, 1000),
    "DATABASE_SECONDS": (1, 3_600),
    "DISK_RESERVE_MB": (0, 2**31),
    "SEAL_SECONDS": (1, 86_400),
    "REFRESH_SECONDS": (1, 86_400),
    "AUDIT_SECONDS": (0, 86_400),
    "WATCH_SECONDS": (1, 86_400),
    "SWEEP_SECONDS": (1, 86_400),
    "CALL_SECONDS": (1, 86_400),
    "LEASE_MARGIN_SECONDS": (0, 86_400),
    "PIXELS_OF_VIEW": (0, 4096),
    "SNAPSHOT_DAYS": (0, 36_500),
    "MOVE_DAYS": (0, 36_500),
    "NEWCOMERS": (0, 2**31),
    "WAITING_NEWCOMERS": (0, 2**31),
    "PROOF_BITS": (1, 24),
    "GOLD_SHARE": (0, 1),
    "REPEAT_SHARE": (0, 1),
    "METRICS_PORT": (0, 65_535),
    "REPORTS_TO_HIDE": (1, 2**31),
    "THIN_VOTES": (0, 2**31),
    "PRELIMINARY_VOTES": (0, 2**31),
    "PRELIMINARY_VOTERS": (0, 2**31),
}
# The values of each setting that names one of several.
CHOICES: dict[str, tuple[str, ...]] = {
    "ACCESS": ("public", "login"),
    "DRAW_CATEGORIES_BY": ("weight", "pairs"),
    "PAINTERS_IN_PLAY": ("until_own", "always"),
}
# Those of `arena.voting.models.Tier`, which stands above this module.
TIERS = ("open", "settled", "verified", "named")


@register("easel")
def check_settings(**_: Any) -> list[CheckMessage]:
    """Return one error for each setting with which Easel must not run."""
    found: list[CheckMessage] = []
    if not os.environ.get("DATABASE_URL"):
        found.append(
            Error("DATABASE_URL is not set.", hint=f"Set it, or start Easel with {command_name()}.", id="easel.E001")
        )
    for name, known in CHOICES.items():
        if getattr(settings, name) not in known:
            hint = f"Set it to {' or '.join(known)}."
            found.append(Error(f"{name} is {getattr(settings, name)!r}.", hint=hint, id="easel.E002"))
    if not settings.OFFICIAL_TIERS or not set(TIERS).issuperset(settings.OFFICIAL_TIERS):
        hint = f"Set it to some of {' '.join(TIERS)}."
        found.append(Error(f"OFFICIAL_TIERS is {' '.join(settings.OFFICIAL_TIERS)!r}.", hint=hint, id="easel.E030"))
    if settings.TRUSTED_PROXY_COUNT < 0:
        found.append(Error("TRUSTED_PROXY_COUNT is negative.", hint="Count the proxies; 0 for none.", id="easel.E003"))
    if settings.DEBUG and not settings.EMBEDDED:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG on a server that people can reach.", id="easel.E004"))
    if not _can_be_a_broker(settings.CELERY_BROKER_URL):
        hint = "Give the address of Redis or RabbitMQ, or unset it for PGMQ."
        found.append(Error("CELERY_BROKER_URL names no broker.", hint=hint, id="easel.E005"))
    if not _can_be_public(settings.PUBLIC_URL):
        hint = "Give the address at which the internet reaches Easel, such as https://arena.example.org, or unset it."
        found.append(Error(f"PUBLIC_URL is {settings.PUBLIC_URL!r}.", hint=hint, id="easel.E007"))
    if settings.AVIF and not features.check("avif"):
        hint = "Install a Pillow that can (its wheels from PyPI do), or set AVIF=false."
        found.append(Error("AVIF is on, and this Pillow cannot write AVIF.", hint=hint, id="easel.E008"))
    return (
        found
        + _broken_watching()
        + _broken_limits()
        + _broken_identity_provider()
        + [_out_of_range(name, low, high) for name, (low, high) in RANGES.items() if not _fits(name, low, high)]
    )


def _broken_watching() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not _can_be_called(settings.ALARM_WEBHOOK):
        hint = "Give the address that alarms are posted to, such as https://hooks.example.org/easel, or unset it."
        found.append(Error("ALARM_WEBHOOK is no http or https address.", hint=hint, id="easel.E031"))
    token = settings.METRICS_TOKEN
    if token != token.strip() or not (token.isascii() and token.isprintable()):
        hint = "Set it to letters, digits and signs of ASCII: a request's header cannot carry others."
        found.append(Error("METRICS_TOKEN can never be sent.", hint=hint, id="easel.E032"))
    return found


def _broken_limits() -> list[CheckMessage]:
    hint = "Give three numbers from 0 on, such as 120,600,30000: for a voter, a network and the site."
    return [
        Error(f"LIMIT_{kind.upper()} is not three numbers.", hint=hint, id="easel.E009")
        for kind, most in settings.LIMITS.items()
        if len(most) != 3 or min(most) < 0
    ]


def _broken_identity_provider() -> list[CheckMessage]:
    if not settings.OIDC_ISSUER:
        return []
    found: list[CheckMessage] = []
    if not _can_be_public(settings.OIDC_ISSUER):
        hint = "Give the address by which the identity provider calls itself, such as https://id.example.org."
        found.append(Error(f"OIDC_ISSUER is {settings.OIDC_ISSUER!r}.", hint=hint, id="easel.E052"))
    if not settings.OIDC_CLIENT_ID:
        hint = "Register Easel at the identity provider, and give what it is called there."
        found.append(Error("OIDC_ISSUER is set, and OIDC_CLIENT_ID is not.", hint=hint, id="easel.E053"))
    if not all(map(find_spec, ("authlib", "requests"))):
        hint = "Install the extra `oidc`: uv sync --extra oidc, or pip install 'easel[oidc]'."
        found.append(Error("OIDC_ISSUER is set, and Authlib is not installed.", hint=hint, id="easel.E054"))
    if settings.OIDC_STAFF and not all(settings.OIDC_STAFF.partition(":")):
        hint = "Give a claim and the value that makes somebody staff, such as groups:arena-staff."
        found.append(Error(f"OIDC_STAFF is {settings.OIDC_STAFF!r}.", hint=hint, id="easel.E055"))
    return found


def _can_be_a_broker(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in TRANSPORT_ALIASES | {"pgmq": ""} and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _can_be_called(url: str) -> bool:
    """Tell whether it is empty or an address that can be called."""
    try:
        parts = urlsplit(url)
        return not url or (parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        return False


def _can_be_public(url: str) -> bool:
    """Tell whether it is empty or an https address; plain http is taken on this machine only."""
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
        bare = not (parts.query or parts.fragment or parts.username)
        return not url or (bool(parts.hostname) and bare and (parts.scheme == "https" or local))
    except ValueError:
        return False


def _fits(name: str, low: int, high: int) -> bool:
    return bool(low <= getattr(settings, name) <= high)


def _out_of_range(name: str, low: int, high: int) -> CheckMessage:
    variable = name.removeprefix("SECURE_")
    hint = f"Set it to a number from {low} to {high}."
    return Error(f"{variable} is {getattr(settings, name)}.", hint=hint, id="easel.E006")
