"""While the database is away, every page answers 503 and says when to come again, also for signed-in users."""

import json
import os
import subprocess
import sys

import pytest

from tests.system.easel import ROOT

HTML, JSON = "text/html", "application/json"
# Address and headers of each request, and the kind of answer expected.
PAGES = [
    ("/", HTML, HTML), ("/", JSON, JSON), ("/vote/", HTML, HTML), ("/vote/", JSON, JSON), ("/models/", HTML, HTML),
    ("/leaderboard/text-to-image/", HTML, HTML), ("/api/v1/boards/", "*/*", JSON),
]  # fmt: skip
# Visitors without an account get these without a query.
MEMBERS_PAGES = [("/admin/", HTML, HTML), ("/no-such-page/", HTML, HTML)]
ASK = """
import json, sys
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
from django.test import Client
client = Client(raise_request_exception=False)
pages, signed_in = json.loads(sys.argv[1])
if signed_in:
    client.cookies[settings.SESSION_COOKIE_NAME] = "of somebody who is signed in"
answers = [client.get(path, headers={"Accept": accept}) for path, accept, _ in pages]
told = [(each.status_code, each.headers.get("Retry-After"), each.headers["Content-Type"]) for each in answers]
print(json.dumps([told, client.get("/readyz").status_code, client.get("/healthz").status_code]))
"""


@pytest.mark.parametrize(("access", "signed_in"), [("public", False), ("public", True), ("login", True)])
def test_site_without_a_database_is_503(access: str, signed_in: bool) -> None:
    pages = PAGES + MEMBERS_PAGES if signed_in else PAGES
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "ACCESS": access}
    found = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps([pages, signed_in])],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-2000:]
    told, ready, healthy = json.loads(found.stdout)
    answers = [(status, retry, kind.partition(";")[0]) for status, retry, kind in told]
    assert answers == [(503, "5", kind) for _, _, kind in pages]
    assert (ready, healthy) == (503, 200)
