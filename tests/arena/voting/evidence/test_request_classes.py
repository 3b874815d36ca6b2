"""What a request says of itself becomes one of a handful of words."""

import pytest

from arena.voting.evidence.request_classes import class_of_agent, class_of_referrer

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari"


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (CHROME, "desktop"),
        (PHONE, "mobile"),
        (CHROME.replace("Chrome/", "HeadlessChrome/"), "headless"),
        ("curl/8.1", "program"),
        ("python-requests/2.32", "program"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1)", "program"),
        ("Somebody", "unknown"),
        ("", "unknown"),
    ],
)
def test_agent_has_one_class(agent: str, expected: str) -> None:
    assert class_of_agent(agent) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://arena.example.org/models/", "own"),
        ("https://www.google.co.uk/", "search"),
        ("https://duckduckgo.com/?q=secret", "search"),
        ("https://notgoogle.com/", "other"),
        ("https://forum.example.com:8443/thread/1", "other"),
        ("http://[::1", "other"),
        ("", "none"),
        ("about:client", "none"),
    ],
)
def test_referrer_has_one_class(address: str, expected: str) -> None:
    assert class_of_referrer(address, own_host="arena.example.org") == expected
