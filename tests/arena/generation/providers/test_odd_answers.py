"""Answers that no honest host sends: odd types, numbers without end, texts that no database holds."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils.module_loading import import_string

from arena.generation.providers.base import ErrorKind, Host, Pending, Provider, ProviderError
from arena.generation.providers.limits import LONGEST, read_limits
from arena.generation.providers.registry import FAMILIES
from arena.generation.providers.shapes.answers import read_table, status_error
from arena.generation.providers.shapes.error_shapes import ErrorRules, error_of
from arena.generation.providers.shapes.reply_paths import cost_in
from arena.generation.providers.wire import Answer
from tests.arena.generation.providers.ordering import NUMBER, fails, order, soon

ODD: list[Any] = [None, 5, True, [], {}, [5], [[[], {}]], 10**400]


class OddServer(HTTPServer):
    """Answers every question with what `answers` holds for the end of its path, or with an empty table."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, Any]] = {}

    def provider(self, family: str) -> Provider:
        """Return a family at this server."""
        made: Provider = import_string(FAMILIES[family])(Host(f"http://127.0.0.1:{self.server_port}", "a-key"))
        return made


class _Handler(BaseHTTPRequestHandler):
    server: OddServer

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        ends = (each for each in self.server.answers if self.path.endswith(each))
        status, value = self.server.answers.get(next(ends, ""), (200, {}))
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for.

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with OddServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:9])
def test_odd_state_of_an_order_is_an_error_and_never_asked_for_without_end(value: Any, odd: OddServer) -> None:
    odd.answers = {"/status": (200, {"status": value}), f"/predictions/{NUMBER}": (200, {"status": value})}
    at = f"http://127.0.0.1:{odd.server_port}"
    handles = {"fal_queue": {"status_url": f"{at}/status"}, "replicate": {"id": NUMBER}}
    for family, handle in handles.items():
        with pytest.raises(ProviderError) as caught:
            odd.provider(family).poll(handle, deadline=soon())
        assert (caught.value.kind, caught.value.billed) == (ErrorKind.BAD_RESPONSE, "unknown")


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:9])
def test_odd_tables_of_a_comfyui_server_are_errors(value: Any, odd: OddServer) -> None:
    handle = {"job": "a-job", "node": "9", "since": 0, "prefix": "", "applied": {}}
    comfy = odd.provider("comfyui")
    odd.answers = {"/queue": (200, {"queue_running": value, "queue_pending": value})}
    with pytest.raises(ProviderError) as caught:
        comfy.poll(handle, deadline=soon())
    assert caught.value.kind == ErrorKind.NOT_FOUND
    odd.answers = {"/history/a-job": (200, {"a-job": {"status": {"status_str": "error", "messages": value}}})}
    with pytest.raises(ProviderError) as caught:
        comfy.poll(handle, deadline=soon())
    assert caught.value.kind == ErrorKind.BAD_RESPONSE


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:9])
def test_odd_details_of_an_error_are_passed_over(value: Any, odd: OddServer) -> None:
    odd.answers = {"": (400, {"error": {"message": "no", "details": value}})}
    assert fails(odd.provider("gemini"), order()).kind == ErrorKind.INVALID
    odd.answers = {"": (503, {"error": "loading", "estimated_time": value})}
    assert fails(odd.provider("huggingface"), order()).kind == ErrorKind.UNAVAILABLE


def test_tables_hold_what_the_database_can_hold() -> None:
    body = rb'{"seed": NaN, "far": 1e999, "id\u0000": "a\u0000b\ud800", "list": [-Infinity, {"x": "\udfff"}], "n": 2}'
    assert read_table(body) == {
        "seed": None, "far": None, "id�": "a�b�", "list": [None, {"x": "�"}], "n": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "cost", ["1e999999", "1e300", 1e308, 100_000, -1, "-0.01", "NaN", "sNaN", float("nan"), True, []]
)
@pytest.mark.parametrize("unit", ["1", "1e10", "0.01"])
def test_absurd_cost_is_no_cost(cost: Any, unit: str) -> None:
    assert cost_in({"cost": cost}, "cost", unit) is None


def test_limits_that_are_too_long_to_be_any_are_passed_over() -> None:
    # Read as a number or by a pattern, these would raise, or take minutes of a worker's time.
    assert read_limits({"x-ratelimit-remaining": "9" * 5000, "x-ratelimit-reset": "5"}) is None
    assert read_limits({"ratelimit": "r=" + "1" * 50_000}) is None
    assert read_limits({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "9" * (LONGEST + 1)}) is None


def test_message_shows_no_part_of_a_key_and_no_sign_that_hides_what_it_says() -> None:
    host = Host("https://example.org", "number:hidden-half")
    answer = Answer(401, {}, json.dumps({"error": "x" * 240 + " number:hidden-half \u202e\n\0"}).encode())
    long = status_error(host, answer, "x" * 290 + " number:hidden-half")
    for message in (error_of(answer, host, ErrorRules()).message, long.message):
        assert "hidden" not in message
        assert "number" not in message
        assert message.isprintable()


def test_wait_in_words_is_looked_for_at_their_beginning_only() -> None:
    answer = Answer(429, {}, json.dumps({"error": "reset" * 200_000}).encode())
    assert error_of(answer, Host("https://example.org"), ErrorRules()).retry_after is None


def test_queue_that_is_no_list_leaves_an_order_pending_only_if_it_names_it(odd: OddServer) -> None:
    handle = {"job": "a-job", "node": "9", "since": 4e9, "prefix": "", "applied": {}}
    odd.answers = {"/queue": (200, {"queue_running": [[0, "a-job"]], "queue_pending": None})}
    assert isinstance(odd.provider("comfyui").poll(handle, deadline=soon()), Pending)
