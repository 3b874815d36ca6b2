"""While the database is away, pages answer 503 and say when to come again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
from django.test import Client
client = Client(raise_request_exception=False)
client.cookies[settings.SESSION_COOKIE_NAME] = "abcdefgh"
answer = client.get(%r, headers={"Accept": %r})
print(answer.status_code, answer.headers.get("Retry-After"), answer.headers["Content-Type"])
"""


@pytest.mark.parametrize("path", ["/", "/vote/", "/leaderboard/text-to-image/", "/models/"])
@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/json")])
def test_page_without_a_database_is_503(path: str, accept: str, kind: str) -> None:
    ask_without_database(path, accept, kind, access="public")


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/api/v1/boards/", "application/json")])
def test_account_that_cannot_be_looked_up_is_503(path: str, kind: str) -> None:
    ask_without_database(path, "*/*", kind, access="login")


def ask_without_database(path: str, accept: str, kind: str, *, access: str) -> None:
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "ACCESS": access}
    found = subprocess.run(
        [sys.executable, "-c", ASK % (path, accept)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout.startswith(f"503 5 {kind}"), found.stdout + found.stderr[-2000:]
