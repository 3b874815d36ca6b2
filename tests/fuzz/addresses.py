"""All patterns of the site's addresses, and what the site's own answers teach about each: addresses, fields, names."""

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.urls import Resolver404, URLResolver, get_resolver, resolve

from tests.fuzz.wire import Answer

_ADDRESS = re.compile(r"""["'(]((?:https?://[\w.:-]+)?/[^"'\s<>()\\]*)""")
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_FIELD = re.compile(r"<(?:input|button|select|textarea|option)\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(name|value|action)="([^"]*)"')
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
# So many addresses and forms of a pattern are remembered.
MOST = 24

Kept = TypeVar("Kept")


def all_routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Yield the route of every pattern of the site."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from all_routes(each, route)
        else:
            yield route


@cache
def route_of(path: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return the route that a path leads to, and what stands in its places."""
    try:
        match = resolve(unquote(path))
    except (Resolver404, UnicodeError):
        return None
    return match.route, tuple((name, str(value)) for name, value in match.kwargs.items())


class Atlas:
    """What is known of each pattern, from answers to earlier requests."""

    def __init__(self, draw: Random, starts: list[str]) -> None:
        self._draw = draw
        # Of each role and route: a voter's matchups are nothing to others.
        self._addresses: dict[tuple[str, str], list[str]] = defaultdict(list)
        # Of each route, the parameters that the schema names, with right values.
        self._parameters: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        self._forms: dict[str, list[list[tuple[str, str]]]] = defaultdict(list)
        self._parts: dict[str, list[str]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        # In the order in which they were found, so that a seed repeats a run.
        self.names: dict[str, None] = {}
        for address in starts:
            self._note("", address)

    def address(self, draw: Random, role: str, route: str) -> tuple[str, list[tuple[str, str]]]:
        """Return a right path of a route, as far as one is known, and the query of an address seen on the site."""
        known = self._addresses[role, route] or self._addresses["", route]
        if known:
            split = urlsplit(draw.choice(known))
            return split.path, [(name, quote(value, safe="")) for name, value in parse_qsl(split.query)]
        return self.fill(draw, route, {}), []

    def fill(self, draw: Random, route: str, hostile: dict[int, str]) -> str:
        """Fill the places of a route with what stood in places of that name elsewhere; some with what is given."""
        count = -1

        def put(place: re.Match[str]) -> str:
            nonlocal count
            count += 1
            known = self._parts.get(place[1] or place[2]) or ["1"]
            return hostile.get(count, quote(draw.choice(known), safe="/"))

        return "/" + re.sub(r"[$^]|\\(?=\.)", "", _PLACE.sub(put, route))

    def places(self, route: str) -> int:
        """Return how many places a route has."""
        return len(_PLACE.findall(route))

    def parameters(self, draw: Random, route: str) -> list[tuple[str, str]]:
        """Return some of the route's own parameters with right values."""
        known = self._parameters[route]
        chosen = draw.sample(known, min(len(known), draw.choice((0, 1, 1, 2))))
        return [(name, quote(draw.choice(values), safe="")) for name, values in chosen]

    def names_for(self, draw: Random, route: str) -> list[str]:
        """Return names of parameters: mostly those of the route, if it has some, else all that are known."""
        own = [name for name, _ in self._parameters[route]]
        return own if own and draw.random() < 0.8 else list(self.names)

    def form(self, draw: Random, route: str) -> list[tuple[str, str]]:
        """Return the fields of a form that leads to a route."""
        return list(draw.choice(self._forms[route])) if self._forms[route] else []

    def learn(self, role: str, route: str, answer: Answer) -> None:
        """Remember the addresses and forms of an answer, and the names of their fields."""
        if answer.kind not in ("text/html", "application/json", "application/vnd.oai.openapi+json"):
            return
        text = answer.body.decode(errors="replace")
        for found in _ADDRESS.findall(text)[:400]:
            self._note(role, html.unescape(found))
        if answer.kind == "application/vnd.oai.openapi+json" and answer.body:
            self._note_schema(json.loads(answer.body))
        for attributes, inside in _FORM.findall(text)[:30]:
            self._note_form(route, dict(_ATTRIBUTE.findall(attributes)).get("action", ""), inside)

    def _note_schema(self, schema: dict[str, Any]) -> None:
        for path, operations in schema["paths"].items():
            found = route_of(re.sub(r"\{\w+\}", "1", path))
            if found is None or self._parameters[found[0]]:
                continue
            for one in operations["get"].get("parameters", []):
                if one["in"] == "query":
                    own = one["schema"]
                    right = [*own.get("enum", []), own.get("default"), own.get("example"), one.get("example")]
                    values = [str(value) for value in right if value is not None]
                    self._parameters[found[0]].append((one["name"], values or ["1", "one", "food"]))
                    self._name(one["name"])

    def _note(self, role: str, address: str) -> None:
        split = urlsplit(address)
        key = f"{split.path}?{split.query}"
        if (role, key) in self._seen or len(key) > 3000:
            return
        self._seen.add((role, key))
        found = route_of(split.path)
        if found is None:
            return
        route, parts = found
        for whose in dict.fromkeys((role, "")):
            _keep(self._draw, self._addresses[whose, route], key.rstrip("?"))
        for name, value in parts:
            if value not in self._parts[name]:
                _keep(self._draw, self._parts[name], value)
        self._name(*(name for name, _ in parse_qsl(split.query, keep_blank_values=True)))

    def _note_form(self, route: str, action: str, inside: str) -> None:
        led = route_of(urlsplit(html.unescape(action)).path) if action.startswith("/") else (route, ())
        fields: list[tuple[str, str]] = []
        for tag in _FIELD.findall(inside):
            known = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
            if "name" in known and known["name"] != "csrfmiddlewaretoken":
                fields.append((known["name"], quote(known.get("value", ""), safe="")))
            elif tag.startswith("<option") and fields and known.get("value"):
                fields[-1] = (fields[-1][0], self._draw.choice((fields[-1][1], quote(known["value"], safe=""))))
        if led and fields:
            _keep(self._draw, self._forms[led[0]], fields)
            self._name(*(name for name, _ in fields))

    def _name(self, *names: str) -> None:
        if len(self.names) < 2000:
            self.names.update(dict.fromkeys(name for name in names if len(name) < 80))


def _keep(draw: Random, known: list[Kept], new: Kept) -> None:
    if len(known) < MOST:
        known.append(new)
    elif draw.random() < 0.3:
        known[draw.randrange(MOST)] = new
