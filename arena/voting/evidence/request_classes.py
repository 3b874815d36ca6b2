"""Classes of what a request says of itself: a handful of words, in place of headers that would tell people apart."""

import re
from urllib.parse import urlsplit

_HEADLESS = re.compile(r"headless|phantomjs|selenium|webdriver|puppeteer|playwright|electron", re.IGNORECASE)
_PROGRAM = re.compile(
    r"bot\b|crawl|spider|curl|wget|python|httpx|aiohttp|okhttp|java/|go-http|libwww|axios|node|ruby|php", re.IGNORECASE
)
_MOBILE = re.compile(r"Mobile|Android|iPhone|iPad")
_SEARCH = re.compile(
    r"(^|\.)(google|bing|yahoo|baidu|yandex|naver|duckduckgo|ecosia|qwant|startpage|kagi|search\.brave)\.[a-z.]+$"
)


def class_of_agent(text: str) -> str:
    """Return mobile, desktop, headless, program or unknown for a User-Agent."""
    if _HEADLESS.search(text):
        return "headless"
    if _PROGRAM.search(text):
        return "program"
    if text.startswith("Mozilla/5.0 ("):
        return "mobile" if _MOBILE.search(text) else "desktop"
    return "unknown"


def class_of_referrer(address: str, *, own_host: str) -> str:
    """Return own, search, other or none for the address from which a reader came."""
    try:
        host = urlsplit(address).netloc
    except ValueError:
        return "other"
    if not host:
        return "none"
    if host == own_host:
        return "own"
    return "search" if _SEARCH.search(host.partition(":")[0]) else "other"
