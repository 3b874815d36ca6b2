"""What is limited: the kinds of requests, and how many of each a voter, a network and the site may send."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from arena.admission.models import ApiKey
from arena.web.client_address import client_address, network_of

MINUTE, HOUR = 60, 3600
# A process asks the shared table for so many requests at once, or a tenth of the limit if that is less.
MOST_AT_ONCE = 50

_LOOPBACK = ("127.0.0.0/24", "::/48")
# Of these a page shows many. Badges and cards are no such pictures: each reads a board, as a page does.
_PICTURE = re.compile(r"\.(webp|avif)$|^/images/")
_POSTS = {
    "/vote/answer/": "answers", "/enter/": "deals", "/accounts/login/": "sign_ins", "/admin/login/": "sign_ins",
    "/api/": "api",
}  # fmt: skip
# Longer than any cookie of ours: what is counted stays in memory, and anybody may send another long one each time.
_LONGEST_COOKIE = 100


@dataclass(frozen=True)
class Rule:
    """At most so many requests of a kind for one subject of a level, in each period of so many seconds."""

    kind: str
    level: str
    most: int
    seconds: int = MINUTE

    @property
    def at_once(self) -> int:
        """How many requests a process asks for at once."""
        return max(1, min(MOST_AT_ONCE, self.most // 10))


@dataclass(frozen=True)
class Subject:
    """A rule, and the one whom it is applied to: a voter's cookie, a network, or the site as a whole."""

    rule: Rule
    name: str


def subjects_of(request: HttpRequest) -> list[Subject]:
    """Return what limits a request, the narrowest first, so that who is refused takes nothing from their network."""
    kind = kind_of(request)
    if not kind:
        return []
    names = {"voter": request.COOKIES.get(settings.VOTER_COOKIE_NAME, "")[:_LONGEST_COOKIE]}
    if key := key_of(request):
        kind, names = ("bulk" if ApiKey.Scope.BULK in key.scopes else "keys"), {"key": key.prefix}
    names |= {"network": limited_network(request), "site": "site"}
    rules = [Rule(kind, level, most) for level, most in zip(names, settings.LIMITS[kind], strict=True)]
    return [Subject(rule, names[rule.level]) for rule in rules if rule.most and names[rule.level]]


def kind_of(request: HttpRequest) -> str:
    """Return what a request asks for; empty for what is not limited: pictures, webhooks, and what staff send."""
    path = request.path
    if request.method == "POST":
        return next((kind for start, kind in _POSTS.items() if path.startswith(start)), "")
    if _PICTURE.search(path) or path.startswith("/hooks/"):
        return ""
    if path.startswith(("/vote/", "/enter/")):
        return "deals"
    return "api" if path.startswith("/api/") else "pages"


def key_of(request: HttpRequest) -> ApiKey | None:
    """Return the key that a request of the API was sent with, as `KeyMiddleware` found it."""
    return getattr(request, "api_key", None)


def limited_network(request: HttpRequest) -> str:
    """Return the network of a request; empty for this machine itself, such as simulated voters of its owner.

    Behind trusted proxies, everybody has a network.
    """
    network = network_of(client_address(request))
    return "" if settings.TRUSTED_PROXY_COUNT == 0 and network in _LOOPBACK else network
