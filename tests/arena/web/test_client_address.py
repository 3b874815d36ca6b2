"""Whose request it is: nobody can pass for another address by what they send."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from arena.web.client_address import client_address, network_of

CALLER = "203.0.113.9"


def address_of(forwarded: str | None, *, caller: str = CALLER) -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=caller))


@pytest.mark.parametrize("forwarded", [None, "", "198.51.100.1", "198.51.100.1, 198.51.100.2", "::1", "nonsense"])
def test_without_a_proxy_only_the_caller_counts(settings: Settings, forwarded: str | None) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    assert address_of(forwarded) == CALLER


@pytest.mark.parametrize(
    ("count", "forwarded", "found"),
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        (1, "10.0.0.1,192.0.2.7,  198.51.100.1 ", "198.51.100.1"),
        (1, "spoofed, , ::1, 2001:DB8:0:0::1", "2001:db8::1"),
        (1, "192.0.2.1, ::ffff:198.51.100.1", "198.51.100.1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (2, "192.0.2.1, 198.51.100.1, 203.0.113.8", "198.51.100.1"),
        (2, "198.51.100.1, 203.0.113.8", "198.51.100.1"),
        # Not every proxy was passed, or the entry is none: the header says nothing to rely on.
        (2, "198.51.100.1", CALLER),
        (1, None, CALLER),
        (1, "", CALLER),
        (1, "198.51.100.1, unknown", CALLER),
        (1, "198.51.100.1, 198.51.100.2:4711", CALLER),
        (1, "198.51.100.1,", CALLER),
    ],
)  # fmt: skip
def test_behind_proxies_the_entry_of_the_outermost_trusted_one_counts(
    settings: Settings, count: int, forwarded: str | None, found: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = count
    assert address_of(forwarded) == found


def test_caller_without_an_address_has_none(settings: Settings) -> None:
    # Over a Unix socket the server knows no address.
    settings.TRUSTED_PROXY_COUNT = 0
    assert address_of(None, caller="") == ""
    assert network_of("") == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:aa:1::5", "2001:db8:aa::/48"),
        ("2001:db8:aa:ffff:1:2:3:4", "2001:db8:aa::/48"),
        ("2001:db8:ab::5", "2001:db8:ab::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("nonsense", ""),
    ],
)
def test_network_is_24_bits_of_ipv4_and_48_of_ipv6(address: str, network: str) -> None:
    assert network_of(address) == network
