"""Each request has an id of its own, in its answer, its log lines and its statements, and is counted once."""

from collections.abc import Iterator

import pytest
import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings
from structlog.testing import capture_logs

from arena.monitoring.counts import REQUESTS
from arena.monitoring.request_ids import begin_work, current_request_id, end_work
from arena.web.refusals import ask_to_come_again
from arena.web.request_log import RequestLogMiddleware

pytestmark = [pytest.mark.usefixtures("plain_static_files"), pytest.mark.django_db]
OTHERS = "0123456789abcdef"


@pytest.fixture(autouse=True)
def no_work_left() -> Iterator[None]:
    yield
    end_work()


def test_request_gets_a_new_id(client: Client) -> None:
    first, second = (client.get("/healthz", headers={"x-request-id": OTHERS})["X-Request-ID"] for _ in range(2))
    assert len({first, second, OTHERS}) == 3
    assert len(first) == len(second) == 32


@pytest.mark.parametrize(
    ("sent", "is_taken"), [(OTHERS, True), ("short", False), ("a" * 65, False), ("*/ DROP TABLE", False), ("", False)]
)
def test_id_of_a_trusted_proxy_is_taken_if_it_is_one(
    client: Client, settings: Settings, sent: str, is_taken: bool
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert (client.get("/healthz", headers={"x-request-id": sent})["X-Request-ID"] == sent) is is_taken


def test_error_page_shows_the_id() -> None:
    begin_work(OTHERS)
    assert f"Request {OTHERS}" in ask_to_come_again(RequestFactory().get("/")).text


def test_statements_name_their_request() -> None:
    begin_work(OTHERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_query(), current_setting('application_name'), %s", ["a % b"])
        said = "SELECT current_query(), current_setting('application_name'), 'a % b'"
        assert cursor.fetchone() == (f"/*{OTHERS}*/ {said}", "easel command", "a % b")
    end_work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_query()")
        assert cursor.fetchone() == ("SELECT current_query()",)


def answer(response: HttpResponse | StreamingHttpResponse, path: str = "/", method: str = "GET") -> HttpRequest:
    """Send a request through the middleware, and its answer as a server does."""
    request = RequestFactory().generic(method, path, REMOTE_ADDR="192.0.2.7", HTTP_COOKIE="easel_voter=secret")
    sent = RequestLogMiddleware(lambda request: response)(request)
    list(sent)
    sent.close()
    return request


def test_access_line_says_what_was_asked_and_not_who(settings: Settings) -> None:
    settings.ACCESS_LOG = True
    with capture_logs() as lines:
        answer(HttpResponse("12345"), "/leaderboard/?search=private")
    (line,) = lines
    assert line.pop("seconds") >= 0
    assert line == {
        "event": "request", "route": "none", "method": "GET", "status": 200, "bytes": 5, "log_level": "info",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("response", "size"),
    [
        (StreamingHttpResponse(iter([b"123", b"4567"])), 7),
        (StreamingHttpResponse(iter([b"123"]), headers={"Content-Length": "3"}), 3),
        (HttpResponse(status=204), 0),
    ],
)
def test_access_line_counts_the_bytes(settings: Settings, response: HttpResponse, size: int) -> None:
    settings.ACCESS_LOG = True
    with capture_logs() as lines:
        answer(response)
    assert [line["bytes"] for line in lines] == [size]


def test_access_log_can_be_switched_off(settings: Settings) -> None:
    settings.ACCESS_LOG = False
    with capture_logs() as lines:
        answer(HttpResponse())
    assert lines == []


def test_probes_are_logged_only_when_they_fail(settings: Settings) -> None:
    settings.ACCESS_LOG = True
    with capture_logs() as lines:
        answer(HttpResponse(), "/healthz")
        answer(HttpResponse(status=503), "/readyz")
    assert [(line["route"], line["status"]) for line in lines] == [("readyz", 503)]


def test_requests_are_counted_by_route_and_never_by_address(client: Client) -> None:
    def count(route: str, status: str) -> float:
        return float(REQUESTS.labels(route, status)._value.get())

    before = count("none", "4xx"), count("static", "4xx"), count("healthz", "2xx")
    for path in ("/no-such-page/1", "/no-such-page/2", "/static/no-such-file", "/healthz"):
        client.get(path)
    after = count("none", "4xx"), count("static", "4xx"), count("healthz", "2xx")
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 1, 1]


def test_lines_within_a_request_name_it() -> None:
    seen = []

    def work(request: HttpRequest) -> HttpResponse:
        seen.append(structlog.contextvars.get_contextvars())
        return HttpResponse()

    response = RequestLogMiddleware(work)(RequestFactory().get("/"))
    assert seen == [{"request_id": response["X-Request-ID"]}]
    response.close()
    assert (structlog.contextvars.get_contextvars(), current_request_id()) == ({}, "")
