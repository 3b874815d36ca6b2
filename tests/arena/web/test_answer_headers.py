"""What accounts are shown stays out of caches, and no method echoes what was sent."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

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


def test_after_signing_out_the_session_is_worth_nothing(client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff"))
    cookies = client.cookies.output()
    thief = Client()
    thief.cookies.load(cookies.replace("Set-Cookie: ", ""))
    assert thief.get("/staff/runs/").status_code == 200
    client.post("/accounts/logout/")
    assert thief.get("/staff/runs/").status_code == 302


@pytest.mark.parametrize("path", ["/", "/vote/", "/api/v1/boards/", "/admin/", "/healthz", "/no-such-page/"])
def test_trace_echoes_nothing(client: Client, path: str) -> None:
    answer = client.trace(path, headers={"x-secret": SECRET, "cookie": f"easel={SECRET}"})
    assert SECRET not in answer.content.decode()
    assert SECRET not in str(answer.headers)
