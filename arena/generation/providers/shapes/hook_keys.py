"""Fetches the public keys by which a host signs its webhooks, rarely, and remembers them in each process."""

import base64
import binascii
import time
from urllib.parse import urlsplit

from django.core.cache import cache

from arena.generation.providers.base import Host, ProviderError
from arena.generation.providers.fetch import safe_fetch
from arena.generation.providers.shapes.answers import read_table

# fal asks to fetch its keys again within a day.
KEPT_SECONDS = 24 * 3600
# Webhooks from anybody must not make us ask the host more often than this.
PAUSE_SECONDS = 60
FETCH_SECONDS = 5.0
MOST_KEYS = 16


def known_keys(url: str) -> list[bytes]:
    """Return the keys that were fetched from this URL before; empty if none were."""
    return cache.get(_name("keys", url)) or []


def fetch_keys(url: str, *, host: Host) -> list[bytes]:
    """Fetch the JSON Web Key Set at this URL and return its Ed25519 keys; empty if that failed, or was just tried.

    It is fetched as images are: https at a public address, no redirect, no credentials, or at the provider's own.
    """
    if not cache.add(_name("pause", url), value=True, timeout=PAUSE_SECONDS):
        return []
    at = Host(base_url=host.base_url, result_hosts=(urlsplit(url).hostname or "",))
    try:
        body = safe_fetch(url, host=at, deadline=time.monotonic() + FETCH_SECONDS)
    except ProviderError:
        return []
    keys = _read_set(body)
    if keys:
        cache.set(_name("keys", url), keys, KEPT_SECONDS)
    return keys


def _name(kind: str, url: str) -> str:
    return f"hook-{kind}-{base64.urlsafe_b64encode(url.encode()).decode()}"[:240]


def _read_set(body: bytes) -> list[bytes]:
    listed = read_table(body).get("keys")
    found = []
    for each in listed[:MOST_KEYS] if isinstance(listed, list) else []:
        if isinstance(each, dict) and each.get("crv", "Ed25519") == "Ed25519" and isinstance(each.get("x"), str):
            try:
                found.append(base64.b64decode(each["x"] + "=" * (-len(each["x"]) % 4), altchars=b"-_", validate=True))
            except (ValueError, binascii.Error):
                continue
    return [key for key in found if len(key) == 32]
