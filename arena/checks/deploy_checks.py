"""What `check --deploy` refuses: settings that are unsafe on a server, or that contradict each other."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

# Passwords that programs come with, and those that examples show.
KNOWN_PASSWORDS = frozenset({"", "admin", "changeme", "easel", "guest", "password", "postgres", "redis", "secret"})
SHORTEST_TOKEN = 16
# Hosts that only this machine answers at.
LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "[::1]", "::1"})


@register("easel", deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    """Return an error for each setting with which Easel must not face other people, and a warning where it depends."""
    if settings.EMBEDDED:
        return []
    return [error for check in _CHECKS for error in check()]


def _check_hosts() -> Iterator[CheckMessage]:
    if any(host in ("*", ".") for host in settings.ALLOWED_HOSTS):
        hint = "Name the hosts that people type, such as arena.example.org."
        yield Error("ALLOWED_HOSTS allows every host name.", hint=hint, id="easel.E010")
    elif all(host in LOCAL_HOSTS for host in settings.ALLOWED_HOSTS):
        hint = "Name the host that people type, such as arena.example.org."
        yield Error("ALLOWED_HOSTS names this machine only: everybody else gets 400.", hint=hint, id="easel.E011")


def _check_proxies() -> Iterator[CheckMessage]:
    if settings.HTTPS and settings.TRUSTED_PROXY_COUNT == 0:
        hint = "Set it to the number of proxies in front, usually 1. They must set X-Forwarded-Proto and -For."
        message = "HTTPS is on and TRUSTED_PROXY_COUNT is 0: behind a proxy, each page redirects to itself for ever."
        yield Error(message, hint=hint, id="easel.E012")


def _check_origins() -> Iterator[CheckMessage]:
    if settings.HTTPS and not settings.CSRF_TRUSTED_ORIGINS:
        hint = "Set it to the address that people type, such as https://arena.example.org."
        yield Error("CSRF_TRUSTED_ORIGINS is not set.", hint=hint, id="easel.E013")
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        parts = urlsplit(origin)
        if settings.HTTPS and parts.scheme != "https":
            message = f"CSRF_TRUSTED_ORIGINS has {origin}, and HTTPS is on."
            yield Error(message, hint="Write https://.", id="easel.E014")
        elif not _is_allowed(parts.hostname or ""):
            hint = "Name the same host in both."
            message = f"CSRF_TRUSTED_ORIGINS has {origin}, whose host ALLOWED_HOSTS does not allow."
            yield Error(message, hint=hint, id="easel.E015")
    public = urlsplit(settings.PUBLIC_URL).hostname
    if public and not _is_allowed(public):
        message = f"PUBLIC_URL is {settings.PUBLIC_URL}, whose host ALLOWED_HOSTS does not allow."
        yield Error(message, hint="Name the same host in both.", id="easel.E016")


def _check_passwords() -> Iterator[CheckMessage]:
    database = settings.DATABASES["default"]
    # A socket's folder: the operating system says who connects.
    by_socket = str(database.get("HOST", "")).startswith("/") or not database.get("HOST")
    if not by_socket and database.get("PASSWORD", "") in KNOWN_PASSWORDS:
        hint = "Give the database's user a long random password, in DATABASE_URL."
        yield Error("DATABASE_URL has no password, or one that everybody tries.", hint=hint, id="easel.E017")
    broker = urlsplit(settings.CELERY_BROKER_URL)
    elsewhere = broker.scheme != "pgmq" and (broker.hostname or "") not in LOCAL_HOSTS
    if elsewhere and unquote(broker.password or "") in KNOWN_PASSWORDS:
        hint = "Who reaches an open broker can give Easel jobs. Set a password there, and in CELERY_BROKER_URL."
        yield Error("CELERY_BROKER_URL has no password, or one that everybody tries.", hint=hint, id="easel.E018")


def _check_ways() -> Iterator[CheckMessage]:
    database = settings.DATABASES["default"]
    encrypted = database.get("OPTIONS", {}).get("sslmode") in ("require", "verify-ca", "verify-full")
    if _is_far(str(database.get("HOST", ""))) and not encrypted:
        hint = "Append ?sslmode=verify-full, or =require, unless nobody else can listen on the way there."
        yield checks.Warning("DATABASE_URL leads to another machine in plain text.", hint=hint, id="easel.W020")
    broker = urlsplit(settings.CELERY_BROKER_URL)
    if broker.scheme in ("redis", "amqp") and _is_far(broker.hostname or ""):
        hint = f"Write {broker.scheme}s://, unless nobody else can listen on the way there."
        yield checks.Warning("CELERY_BROKER_URL leads to another machine in plain text.", hint=hint, id="easel.W021")


def _check_data_folder() -> Iterator[CheckMessage]:
    folder = Path(settings.DATA_DIR)
    if folder.exists() and folder.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH):
        hint = f"It holds images that voters must not see yet. Run: chmod 700 {folder}"
        yield Error(f"Everybody on this machine may enter {folder}.", hint=hint, id="easel.E019")


def _check_mail() -> Iterator[CheckMessage]:
    if settings.ACCESS == "login" and not (settings.MAIL or settings.OIDC_ISSUER or os.environ.get("EMAIL_URL")):
        hint = (
            "Set EMAIL_URL and EMAIL_FROM. If you want to help with `manage.py changepassword` instead, say so with "
            "EMAIL_URL=dummymail://."
        )
        yield Error("ACCESS is login, and no mail is sent to who forgets the password.", hint=hint, id="easel.E050")
    if settings.MAIL and settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") in LOCAL_HOSTS:
        hint = "Set it to an address that your mail server sends for, such as arena@example.org."
        yield Error(f"EMAIL_FROM is {settings.DEFAULT_FROM_EMAIL}.", hint=hint, id="easel.E051")


def _check_metrics() -> Iterator[CheckMessage]:
    if settings.METRICS_PORT and settings.METRICS_HOST not in LOCAL_HOSTS - {""} and not settings.METRICS_TOKEN:
        hint = "Set METRICS_TOKEN, or METRICS_HOST=127.0.0.1."
        yield Error("METRICS_PORT shows the metrics to everybody who reaches it.", hint=hint, id="easel.E040")
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        hint = f"Set it to {SHORTEST_TOKEN} or more random characters."
        yield Error("METRICS_TOKEN is short enough to be guessed.", hint=hint, id="easel.E041")


def _is_far(host: str) -> bool:
    """Tell whether a host is on another machine: a name without a dot is usually on a private network of containers."""
    return "." in host and not host.startswith("/") and host not in LOCAL_HOSTS


def _is_allowed(host: str) -> bool:
    """Tell whether ALLOWED_HOSTS has a host, by name or by a domain above it."""
    for allowed in settings.ALLOWED_HOSTS:
        if allowed in ("*", host) or (allowed.startswith(".") and f".{host}".endswith(allowed)):
            return True
    return False


_CHECKS: tuple[Callable[[], Iterator[CheckMessage]], ...] = (
    _check_hosts,
    _check_proxies,
    _check_origins,
    _check_passwords,
    _check_ways,
    _check_data_folder,
    _check_mail,
    _check_metrics,
)
