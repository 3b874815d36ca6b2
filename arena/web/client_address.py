"""Whose address a request comes from, behind as many proxies as the operator trusts."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address in its shortest form; empty if the server knows none, as behind a socket.

    Each proxy adds the address of whom it heard, at the right of X-Forwarded-For. With TRUSTED_PROXY_COUNT proxies, the
    client's is that many places from the right; what stands further left is whatever the client wrote. Without proxies
    the header is the client's own word, and not read.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    peer = _read(request.META.get("REMOTE_ADDR", ""))
    if proxies <= 0:
        return peer
    said = request.headers.get("X-Forwarded-For", "").split(",")
    # Who came past the outer proxies has fewer places: then the leftmost was written by a proxy of ours.
    return _read(said[-min(proxies, len(said))]) or peer


def _read(text: str) -> str:
    """Return an address without its port; empty if it is none."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
