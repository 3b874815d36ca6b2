"""A crawler over Django's test client. It follows every address in pages, fragments, JSON and redirects."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.test import Client

HOST = "http://testserver"
_ATTRIBUTE = re.compile(r'\s(?:href|src|srcset|action|content|data-[a-z-]+)="([^"]*)"')
_STRING = re.compile(r'"((?:http://testserver)?/[^"\s]*)"')
# Addresses of other sites, and those that would end the crawl's session.
_PASSED = ("/static/", "/accounts/logout", "/admin/logout")


@dataclass(frozen=True)
class Answer:
    """One response: its address, status and content. `shown_on` are the addresses that link to it."""

    address: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return dict(self.headers).get("Content-Type", "").partition(";")[0]

    @property
    def everything(self) -> bytes:
        """Address, headers and body as one text to search."""
        return "\n".join([self.address, *(f"{name}: {value}" for name, value in self.headers)]).encode() + self.body


def ask(client: Client, address: str) -> Answer:
    """Get one address; the headers include cookies that are set, but not the request's id: that is random."""
    response = client.get(address)
    assert re.fullmatch("[0-9a-f]{32}", response["X-Request-ID"])
    del response["X-Request-ID"]
    cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    return Answer(address, response.status_code, (*response.items(), *cookies), response.getvalue())


def crawl(
    client: Client, starts: Iterable[str], *, most_alike: int, combined: bool, passed: tuple[str, ...] = ()
) -> list[Answer]:
    """Return the answers of everything that GET can reach from the start addresses, these first.

    Addresses that begin as one of `passed` are left out.

    Of addresses with the same shape, such as the rows of a list or the orders of a table, only this many are visited.
    Each parameter of a page has a shape; if `combined`, each combination of parameters has one.
    """
    waiting = deque(starts)
    seen = set(waiting)
    shapes: Counter[str] = Counter()
    answers = []
    while waiting:
        answers.append(ask(client, waiting.popleft()))
        for address in links(answers[-1]):
            if address in seen or address.startswith(_PASSED + passed):
                continue
            seen.add(address)
            own = shapes_of(address, combined=combined)
            if any(shapes[shape] < most_alike for shape in own):
                waiting.append(address)
                shapes.update(own)
    return answers


def shapes_of(address: str, *, combined: bool) -> set[str]:
    """Return what addresses of one shape share: every picture is its own shape, rows and queries are not."""
    path, _, query = address.partition("?")
    if path.endswith(".webp"):
        return {path}
    path = re.sub(r"/\d+(?=/)", "/N", path)
    if not combined:
        path = re.sub("/[^/]+/vs/[^/]+", "/PAIR", path)
    names = sorted({part.partition("=")[0] for part in query.split("&")})
    return {f"{path}?{'&'.join(names)}"} if combined else {f"{path}?{name}" for name in names}


def links(answer: Answer) -> Iterator[str]:
    """Yield the addresses of this site that an answer links to, without fragments."""
    text = answer.body.decode(errors="replace") if answer.kind not in ("image/webp", "image/png") else ""
    named = [location for name, location in answer.headers if name == "Location"]
    named += [one for value in _ATTRIBUTE.findall(text) for one in _addresses(html.unescape(value))]
    named += _STRING.findall(text) if answer.kind in ("application/json", "application/vnd.oai.openapi") else []
    for one in named:
        found = urlsplit(urljoin(HOST + answer.address, one))
        if f"{found.scheme}://{found.netloc}" == HOST and "{" not in found.path:
            yield found.path + (f"?{found.query}" if found.query else "")


def _addresses(value: str) -> list[str]:
    """Return the addresses in an attribute: one, or those of a srcset."""
    parts = [part.split()[0] for part in value.split(", ") if part.split()]
    return [part for part in parts if part.startswith(("/", "?", HOST))]
