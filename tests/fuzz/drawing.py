"""Draws requests for a pattern of the site: right ones, and such with one or more things wrong."""

from random import Random
from urllib.parse import quote

from tests.fuzz.addresses import Atlas
from tests.fuzz.hostile_values import BODIES, HEADERS, METHODS, PATH_PARTS, QUERIES, encode_form, spoil
from tests.fuzz.site import CSRF
from tests.fuzz.wire import Request

_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_TOKEN = ("X-CSRFToken", CSRF)


def draw_request(draw: Random, atlas: Atlas, route: str, *, key: str) -> Request:
    """Draw one request to a route; one in five is what a browser would send. `key` is one for the API."""
    role = _draw_role(draw, route)
    if draw.random() < 0.2:
        path, query = atlas.address(draw, role, route)
        return Request(route, role, "GET", _write_target(path, query))
    target = _draw_target(draw, atlas, role, route)
    headers = [header for _ in range(draw.choice((0, 0, 0, 1, 1, 2))) for header in draw.choice(HEADERS)]
    if draw.random() < 0.1:
        headers.append(("Authorization", f"Bearer {key}"))
    method, body = "GET", b""
    if (_takes_forms(route) and draw.random() < 0.6) or draw.random() < 0.15:
        method, (more, body) = "POST", _draw_body(draw, atlas, route)
        headers += [*more, *([_TOKEN] if draw.random() < 0.85 else [])]
    elif draw.random() < 0.15:
        method = draw.choice(METHODS)
        if draw.random() < 0.5:
            headers.append(_TOKEN)
    return Request(route, role, method, target, tuple(dict(headers).items()), body)


def _takes_forms(route: str) -> bool:
    return route.startswith(("staff/", "admin/", "accounts/", "vote/", "hooks/", "enter/", "language/"))


def _draw_role(draw: Random, route: str) -> str:
    staff = 0.8 if route.startswith(("staff/", "admin/")) else 0.2
    return "staff" if draw.random() < staff else draw.choice(("reader", "voter"))


def _draw_target(draw: Random, atlas: Atlas, role: str, route: str) -> bytes:
    path, query = atlas.address(draw, role, route)
    query += atlas.parameters(draw, route)
    places = atlas.places(route)
    if places and draw.random() < 0.3:
        path = atlas.fill(draw, route, {draw.randrange(places): draw.choice(PATH_PARTS)})
    elif draw.random() < 0.05:
        path = draw.choice((path.rstrip("/"), path + "/", "/" + path, path + "%00", path.upper(), path + "//x"))
    if draw.random() < 0.5:
        query = spoil(draw, query, atlas.names_for(draw, route))
    if draw.random() < 0.05:
        return _write_target(f"{path}?{draw.choice(QUERIES)}", [])
    return _write_target(path, query)


def _write_target(path: str, query: list[tuple[str, str]]) -> bytes:
    asked = "&".join(f"{quote(name, safe='%')}={value}" for name, value in query)
    # It may hold what the site itself has written; what cannot stand in a request's line is quoted.
    return quote(f"{path or '/'}?{asked}" if asked else path or "/", safe="%/?&=:@!$'()*+,;~[]{}|\\^`\"<>").encode()


def _draw_body(draw: Random, atlas: Atlas, route: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    fields = atlas.form(draw, route)
    if draw.random() < (0.35 if fields else 0.7):
        return draw.choice(BODIES)
    if draw.random() < 0.75:
        fields = spoil(draw, fields, list(atlas.names))
    if draw.random() < 0.2:
        parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]
        return (("Content-Type", "multipart/form-data; boundary=b"),), ("".join(parts) + "--b--\r\n").encode()
    return (_FORM,), encode_form(fields)
