"""Traces go to a receiver of OTLP if the environment says where, and nothing of it is loaded otherwise."""

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from arena.embedded.environment import data_folder

ROOT = Path(__file__).resolve().parents[3]
# Answers one request as the web server does, then ends.
SERVE = """
import sys
from arena.wsgi import application
def answer(path, **more):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
               "wsgi.url_scheme": "http", "wsgi.input": sys.stdin.buffer, "wsgi.errors": sys.stderr, **more}
    said = []
    parts = application(environ, lambda status, headers: said.append(status))
    list(parts)
    parts.close()
    print(said[0])
answer("/robots.txt", QUERY_STRING="q=private", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="private")
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT %s", ["private"])
print(sorted(name for name in sys.modules if name.startswith("opentelemetry")) != [])
"""


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keep)
        self.kept: list[ExportTraceServiceRequest] = []


class Keep(http.server.BaseHTTPRequestHandler):
    """Takes an export."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/traces"
        self.server.kept.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def serve(program: str = SERVE, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = os.environ | {"EASEL_DATA_DIR": str(data_folder()), "PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=own, capture_output=True, text=True, check=False
    )


def test_traces_reach_the_receiver_and_name_nobody(receiver: Receiver) -> None:
    done = serve(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}", OTEL_EXPORTER_OTLP_COMPRESSION="none"
    )
    assert done.stdout.splitlines() == ["200 OK", "True"], done.stderr
    sent = [resource for each in receiver.kept for resource in each.resource_spans]
    spans = [span for resource in sent for scope in resource.scope_spans for span in scope.spans]
    by_name = {span.name: {each.key: each.value for each in span.attributes} for span in spans}
    assert by_name["GET robots"]["http.route"].string_value == "robots.txt"
    assert by_name["GET robots"]["http.response.status_code"].int_value == 200
    assert len(by_name["GET robots"]["easel.request_id"].string_value) == 32
    assert by_name["SELECT"]["db.query.text"].string_value == "SELECT %s"
    assert "easel-web" in str(sent)
    assert not any(word in str(sent) for word in ("private", "192.0.2.7"))


def test_without_an_address_nothing_is_loaded() -> None:
    assert serve().stdout.splitlines() == ["200 OK", "False"]


def test_without_the_extra_the_program_says_what_is_missing() -> None:
    hidden = "import sys\nsys.modules['opentelemetry'] = None\n"
    done = serve(hidden + SERVE, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")
    assert done.returncode == 1
    assert "Run `uv sync --extra otel`" in done.stderr.splitlines()[-1]
