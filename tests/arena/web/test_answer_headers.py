"""What accounts are shown stays out of caches, and no method echoes what was sent."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from arena.web.static_storage import StaticStorage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
SECRET = "8a61f0 a cookie that nobody else may see"


@pytest.mark.parametrize(
    "path", ["/", "/models/", "/staff/runs/", "/staff/providers/", "/staff/import/", "/admin/", "/admin/auth/user/"]
)
def test_page_of_somebody_signed_in_is_kept_by_no_cache(admin_client: Client, path: str) -> None:
    answer = admin_client.get(path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)


@pytest.mark.parametrize("path", ["/accounts/login/", "/staff/runs/", "/admin/"])
def test_doors_of_accounts_are_kept_by_no_cache(client: Client, path: str) -> None:
    assert "no-store" in client.get(path)["Cache-Control"]


def test_page_for_everybody_may_be_kept(client: Client) -> None:
    assert "no-store" not in client.get("/models/").headers.get("Cache-Control", "")


@pytest.mark.parametrize("path", ["/", "/vote/", "/api/v1/boards/", "/admin/", "/healthz", "/no-such-page/"])
def test_trace_is_refused_and_echoes_nothing(client: Client, path: str) -> None:
    answer = client.trace(path, headers={"x-secret": SECRET, "cookie": f"easel={SECRET}"})
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert SECRET not in answer.content.decode()
    assert SECRET not in str(answer.headers)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"), ("/no-such-page/", "text/html; charset=utf-8"),
        ("/robots.txt", "text/plain"), ("/llms.txt", "text/plain; charset=utf-8"), ("/healthz", "application/json"),
        ("/sitemap.xml", "application/xml"), ("/feeds/site.atom", "application/atom+xml; charset=utf-8"),
        ("/api/v1/boards/", "application/json"), ("/api/v1/models.csv", "text/csv; charset=utf-8"),
        ("/api/v1/nothing/", "application/json"),
    ],
)  # fmt: skip
def test_answer_says_what_it_is_and_how_it_is_encoded(client: Client, path: str, kind: str) -> None:
    assert client.get(path)["Content-Type"] == kind


@pytest.mark.parametrize("path", ["/static/", "/static/arena/", "/static/arena/css/", "/media/", "/sources/"])
def test_folders_are_not_listed(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_list_of_static_files_lies_beside_what_is_served() -> None:
    storage = StaticStorage()
    written = Path(storage.manifest_storage.path(storage.manifest_name))
    assert written == settings.STATIC_MANIFEST
    assert not written.is_relative_to(settings.STATIC_ROOT)
