"""Traces go to a receiver of OTLP if the environment says where, and nothing of it is loaded otherwise."""

import os
import subprocess
import sys
from pathlib import Path

from arena.embedded.environment import data_folder
from tests.trace_receiver import receive_traces

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


def serve(program: str = SERVE, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = os.environ | {"EASEL_DATA_DIR": str(data_folder()), "PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=own, capture_output=True, text=True, check=False
    )


def test_traces_reach_the_receiver_and_name_nobody() -> None:
    with receive_traces() as receiver:
        done = serve(**receiver.variables)
    assert done.stdout.splitlines() == ["200 OK", "True"], done.stderr
    by_name = {name: {each.key: each.value for each in span.attributes} for name, span in receiver.spans.items()}
    assert by_name["GET robots"]["http.route"].string_value == "robots.txt"
    assert by_name["GET robots"]["http.response.status_code"].int_value == 200
    assert len(by_name["GET robots"]["easel.request_id"].string_value) == 32
    assert by_name["SELECT"]["db.query.text"].string_value == "SELECT %s"
    assert "easel-web" in str(receiver.resources)
    assert not any(word in str(receiver.resources) for word in ("private", "192.0.2.7"))


def test_without_an_address_nothing_is_loaded() -> None:
    assert serve().stdout.splitlines() == ["200 OK", "False"]


def test_without_the_extra_the_program_says_what_is_missing() -> None:
    hidden = "import sys\nsys.modules['opentelemetry'] = None\n"
    done = serve(hidden + SERVE, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")
    assert done.returncode == 1
    assert "Run `uv sync --extra otel`" in done.stderr.splitlines()[-1]
