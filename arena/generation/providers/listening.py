"""Whether a server on this machine runs: those that take no key are in every catalogue, wherever they run."""

import socket
from urllib.parse import urlsplit

from arena.catalog.models import Provider

LOCAL_HOSTS = {"127.0.0.1", "::1", "localhost"}
# A machine answers itself at once.
_SECONDS = 2.0


def is_silent(provider: Provider) -> bool:
    """Tell whether it is on this machine, and nothing listens there."""
    parts = urlsplit(provider.base_url)
    if parts.hostname not in LOCAL_HOSTS:
        return False
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname, port), timeout=_SECONDS):
            return False
    except OSError:
        return True
