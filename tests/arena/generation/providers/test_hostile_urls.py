"""URLs that a host could name as a result, to reach what only we can reach: none of them is called."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from arena.fake_provider.server import ImageProvider
from arena.generation.providers.base import Host, ProviderError
from arena.generation.providers.fetch import is_public, safe_fetch
from arena.generation.providers.shapes.polling import own_address
from tests.arena.generation.providers.ordering import KEY, soon

# Each is refused although the catalogue would list its very host.
INWARD = [
    "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://127.255.255.254/", "https://0.0.0.0/", "https://0/",
    "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
    "https://127.0.0.01/", "https://0x7f.1/", "https://localhost/", "https://LOCALHOST/",
    "https://localhost./", "https://a.localhost/", "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:a9fe:a9fe]/", "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::169.254.169.254]/", "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::]/", "https://[2001:0:7f00:1::]/", "https://[fe80::1]/", "https://[fe80::1%25lo]/",
    "https://[fc00::1]/", "https://[fd00:ec2::254]/", "https://[fec0::1]/", "https://[ff02::1]/",
    "https://169.254.169.254/latest/meta-data/", "https://169.254.170.2/", "https://2852039166/", "https://0xa9fea9fe/",
    "https://0251.0376.0251.0376/", "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/",
    "https://192.168.0.1/", "https://100.64.0.1/", "https://100.100.100.200/", "https://198.18.0.1/", "https://192.0.2.1/",
    "https://224.0.0.1/", "https://240.0.0.1/", "https://255.255.255.255/",
    "https://inward.example.org/", "https://half-inward.example.org/", "https://metadata.google.internal/",
]  # fmt: skip
# Each is refused for its form, or since its host is not the listed cdn.example.com.
ELSEWHERE = [
    "http://cdn.example.com/1.png", "ftp://cdn.example.com/1.png", "file:///etc/passwd", "gopher://cdn.example.com/",
    "dict://127.0.0.1:11211/", "//cdn.example.com/1.png", "cdn.example.com/1.png", "/1.png", "", "https://", "https:///1.png",
    "https:cdn.example.com", "javascript:alert(1)", "unix:///run/docker.sock", "https://cdn.example.com:22/",
    "https://cdn.example.com:80/", "https://cdn.example.com:8443/", "https://cdn.example.com:99999/",
    "https://user:password@cdn.example.com/", "https://cdn.example.com@127.0.0.1/", "https://@cdn.example.com/",
    "https://127.0.0.1#@cdn.example.com/", "https://127.0.0.1\\@cdn.example.com/", "https://127.0.0.1?@cdn.example.com/",
    "https://evilcdn.example.com/", "https://cdn.example.com.example.org/", "https://cdn-example.com/",
    "https://xcdn.example.comx/", "https://cdn.example.com./", "https://example.com/", "https://com/",
    "https://cdn.example.com%2eevil.example.org/", "https://cdn.example.com%00.evil.example.org/",
    "https://cdn\u3002example.org/", "https://c\u0501n.example.com/", "https://xn--cn-zmb.example.com/",
    "https://cdn.example.com\t.evil.example.org/", "https://[cdn.example.com]/", "https://[::1",
    "https://cdn.example.com:x/", "HTTP://cdn.example.com/",
]  # fmt: skip
# Where a state must not be asked for, as the key goes with the question to https://queue.fal.run.
STRANGE: list[Any] = [
    "https://queue.fal.run.example.org/s", "http://queue.fal.run/s", "https://fal.run/s", "https://queue.fal.run:8443/s",
    "https://x@queue.fal.run/s", "https://127.0.0.1/s", "ftp://queue.fal.run/s", "", 5, None,
]  # fmt: skip
ADDRESSES = {
    "93.184.215.14": True,
    "2606:2800:21f:cb07::1": True,
    "::ffff:93.184.215.14": True,
    "::ffff:10.0.0.1": False,
    "64:ff9b::808:808": True,
    "2002:808:808::": True,
}
TABLE = {
    "inward.example.org": ["10.1.2.3"],
    "half-inward.example.org": ["93.184.215.14", "127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "cdn.example.com": ["93.184.215.14"],
    "localhost": ["127.0.0.1"],
}


class Called(AssertionError):
    """A connection was opened, or a name was looked up twice."""


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look names up in our table, and refuse every connection."""
    real = socket.getaddrinfo

    def look_up(name: Any, port: Any, *args: Any, **more: Any) -> Any:
        text = str(name).lower().rstrip(".")
        known = TABLE.get("localhost" if text.endswith("localhost") else text)
        if known is None:
            flags = {**more, "flags": socket.AI_NUMERICHOST}
            return real(name, port, *args, **flags)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known]

    def refuse(*args: Any, **more: Any) -> None:
        raise Called(args)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def listed(url: str) -> tuple[str, ...]:
    """Return the host of a URL as the catalogue would list it."""
    return (urlsplit(url).hostname or "",)


@pytest.mark.parametrize("url", INWARD)
def test_address_of_our_own_network_is_not_called_even_if_its_host_is_listed(url: str) -> None:
    host = Host("https://api.example.com/v1", KEY, result_hosts=listed(url))
    with pytest.raises(ProviderError) as caught:
        safe_fetch(url, host=host, deadline=soon())
    assert caught.value.billed == "yes"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_url_outside_the_listed_hosts_is_not_called(url: str) -> None:
    host = Host("https://api.example.org/v1", KEY, result_hosts=("cdn.example.com",))
    with pytest.raises(ProviderError) as caught:
        safe_fetch(url, host=host, deadline=soon())
    assert caught.value.billed == "yes"
    assert KEY not in caught.value.message


def test_suite_has_sixty_urls_at_least() -> None:
    assert len(set(INWARD)) + len(set(ELSEWHERE)) >= 90


def test_listed_public_host_is_called_at_the_address_that_was_checked() -> None:
    host = Host("https://api.example.org/v1", KEY, result_hosts=("example.com",))
    with pytest.raises(Called) as caught:
        safe_fetch("https://cdn.example.com/1.png", host=host, deadline=soon())
    assert "93.184.215.14" in str(caught.value)


@pytest.mark.parametrize("url", STRANGE)
def test_state_is_asked_for_only_at_the_provider(url: Any) -> None:
    with pytest.raises(ProviderError, match="URL"):
        own_address(url, Host("https://queue.fal.run", KEY), also=("api.fal.run",))


def test_state_may_be_asked_for_at_a_path_or_a_listed_host() -> None:
    host = Host("https://api.bfl.ai/v1", KEY)
    assert own_address("/v1/get_result?id=1", host) == "https://api.bfl.ai/v1/get_result?id=1"
    assert own_address("https://api.us2.bfl.ai/v1/r", host, also=("bfl.ai",)) == "https://api.us2.bfl.ai/v1/r"


@pytest.mark.parametrize(("address", "public"), ADDRESSES.items())
def test_addresses_inside_addresses_are_judged_by_the_inner_one(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_provider_on_our_own_network_serves_results_by_its_own_base_url(
    host: ImageProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    own = Host(host.base_url, KEY)
    with pytest.raises(ProviderError, match="404"):
        safe_fetch(f"{host.origin}/expired.png", host=own, deadline=soon())
    other_port = host.origin.rpartition(":")[0] + ":9"
    with pytest.raises(ProviderError, match="plain https"):
        safe_fetch(f"{other_port}/1.png", host=own, deadline=soon())
