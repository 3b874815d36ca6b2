"""Whose request it is: the client's address behind so many trusted proxies, and the network it lies in."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# The bits of an address that name a network: what one office, or one subscriber, is usually given.
NETWORK_BITS = {4: 24, 6: 48}


def client_address(request: HttpRequest) -> str:
    """Return the address of who sent the request, in its shortest form; empty where the server knows none.

    Each trusted proxy (TRUSTED_PROXY_COUNT) appends to X-Forwarded-For whom it was called by, so that is counted from
    the right: what stands further left, anybody may have written. With fewer entries than proxies, or an unreadable
    one, it is whoever called us.
    """
    caller = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if count > 0 else []
    found = _read(passed[-count]) if 0 < count <= len(passed) else None
    return str(found or _read(caller) or "")


def network_of(address: str) -> str:
    """Return the network of an address: /24 of IPv4, /48 of IPv6; empty for what is no address."""
    found = _read(address)
    return str(ipaddress.ip_network((found, NETWORK_BITS[found.version]), strict=False)) if found else ""


def _read(text: str) -> Address | None:
    """Return an address without its zone; an IPv4 address in IPv6 form is the IPv4 address."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
