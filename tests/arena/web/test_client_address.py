"""Nobody chooses the address that they are counted under."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from arena.web.client_address import client_address

PEER = "10.0.0.1"


def address(settings: Settings, *, proxies: int, said: str | None, peer: str = PEER) -> str:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if said is None else {"x-forwarded-for": said}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("proxies", "said", "found"),
    [
        # Without proxies the header is the client's own word.
        (0, "203.0.113.9", PEER),
        (0, None, PEER),
        (1, None, PEER),
        (1, "203.0.113.9", "203.0.113.9"),
        # What the client wrote stands left of what the proxy added.
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 198.51.100.2, , 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        # Past the outer proxy: only the inner one has written.
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9, unknown", PEER),
        (1, "203.0.113.9, ' OR 1=1", PEER),
        (1, "", PEER),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:DB8:0::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_address_is_the_one_that_trusted_proxies_saw(
    settings: Settings, proxies: int, said: str | None, found: str
) -> None:
    assert address(settings, proxies=proxies, said=said) == found


def test_server_behind_a_socket_knows_no_address(settings: Settings) -> None:
    assert address(settings, proxies=0, said=None, peer="") == ""
