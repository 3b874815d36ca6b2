"""Fetches an image from the URL that a provider gave: public https only, at a checked address, bounded."""

import base64
import binascii
import ipaddress
import socket
import time
from urllib.parse import SplitResult, urlsplit

from arena.generation.providers.base import Asset, ErrorKind, Host, ProviderError
from arena.generation.providers.wire import Answer, send
from arena.pictures.decoding import MAX_BYTES

GONE = frozenset({403, 404, 410})
TRIES = 3
HTTPS_PORT = 443
# IPv4 behind an IPv6 gateway: the last four bytes are the address.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
HEADERS = {"user-agent": "Easel", "accept": "image/*"}


def fetch_asset(asset: Asset, *, host: Host, deadline: float) -> bytes:
    """Return the bytes of an asset. Raises ProviderError with `billed` "yes": what is fetched has been paid for."""
    if asset.data is not None:
        return asset.data
    return safe_fetch(asset.url or "", host=host, deadline=deadline)


def safe_fetch(url: str, *, host: Host, deadline: float) -> bytes:
    """Return the body of an https URL at one of `host.result_hosts`, on a public address, or of a URL at its base URL.

    No credentials are sent, no redirect is followed; at most MAX_BYTES, in up to TRIES tries. A data: URL is
    decoded. Raises ProviderError.
    """
    if url.startswith("data:"):
        return _decode_data_url(url)
    parts = _split(url)
    pin = None if _same_origin(parts, urlsplit(host.base_url)) else _public_address(parts, host)
    for left in reversed(range(TRIES)):
        try:
            answer = _get(url, parts, pin, deadline)
        except ProviderError as error:
            if error.kind != ErrorKind.UNAVAILABLE or not left:
                raise ProviderError(error.kind, error.message, billed="yes") from error
        else:
            if answer.status < 500 or not left:
                break
        time.sleep(min(1.0, max(0.0, deadline - time.monotonic())))
    if answer.status == 200:
        return answer.body
    kind = ErrorKind.NOT_FOUND if answer.status in GONE else ErrorKind.BAD_RESPONSE
    raise ProviderError(kind, f"The image's URL answered {answer.status}.", billed="yes")


def _get(url: str, parts: SplitResult, pin: str | None, deadline: float) -> Answer:
    if pin is None:
        return send("GET", url, headers=HEADERS, deadline=deadline, cap=MAX_BYTES)
    # Call the checked address itself, so that a second look-up cannot lead elsewhere.
    host = f"[{pin}]" if ":" in pin else pin
    pinned = parts._replace(netloc=f"{host}:{HTTPS_PORT}").geturl()
    headers = HEADERS | {"host": parts.netloc}
    return send("GET", pinned, headers=headers, deadline=deadline, cap=MAX_BYTES, server_name=parts.hostname)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        # Reading the port validates it.
        _ = parts.port
    except ValueError as error:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The image's URL is malformed.", billed="yes") from error
    return parts


def _same_origin(one: SplitResult, other: SplitResult) -> bool:
    return bool(other.netloc) and (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _public_address(parts: SplitResult, host: Host) -> str:
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.port not in {None, HTTPS_PORT}:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The image's URL is not plain https.", billed="yes")
    if not any(f".{parts.hostname}".endswith(f".{allowed}") for allowed in _result_hosts(host)):
        message = (
            f"The image lies at {parts.hostname[:200]}, which the catalogue does not list in the provider's "
            "result_hosts."
        )
        raise ProviderError(ErrorKind.BAD_RESPONSE, message, billed="yes")
    try:
        found = socket.getaddrinfo(parts.hostname, HTTPS_PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ProviderError(ErrorKind.UNAVAILABLE, "The image's host is unknown.", billed="yes") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The image's URL leads to a private address.", billed="yes")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an address is public unicast, also where one address is written inside another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.teredo is not None or found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _result_hosts(host: Host) -> tuple[str, ...]:
    own = urlsplit(host.base_url).hostname
    return (*host.result_hosts, own) if own else host.result_hosts


def _decode_data_url(url: str) -> bytes:
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except binascii.Error as error:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The image's data URL is malformed.", billed="yes") from error
