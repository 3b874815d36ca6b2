"""A request that Django cannot read gets a page, or the API's error shape, and never a bare line."""

import io
import logging

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from arena.web.refusals import admit_fault

pytestmark = pytest.mark.usefixtures("plain_static_files")


@pytest.mark.parametrize(("path", "accept"), [("/api/v1/boards/", "*/*"), ("/vote/", "application/json")])
def test_foreign_host_is_told_to_programs_in_the_one_shape(path: str, accept: str, client: Client) -> None:
    answer = client.get(path, headers={"host": "evil.example", "accept": accept})
    assert answer.status_code == 400
    assert (answer.json()["code"], set(answer.json())) == ("bad_request", {"code", "message"})


def test_foreign_host_is_told_to_people_on_a_page(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()


def test_refused_request_is_one_line_in_the_log(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    log = io.StringIO()
    # Otherwise it may write to a stream of an earlier test, which is closed.
    monkeypatch.setattr(handler, "stream", log)
    client.get("/", headers={"host": "evil.example"})
    client.post("/vote/languages/", b"x", content_type="multipart/form-data")
    refusals = [line for line in log.getvalue().splitlines() if "Bad Request" not in line]
    assert len(refusals) == 2, refusals
    assert "evil.example" in refusals[0]
    assert [line for line in log.getvalue().splitlines() if "[warning" not in line] == []
    assert "Unable to parse request body" in refusals[1]


def test_address_with_line_breaks_is_one_line_in_the_log(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    log = io.StringIO()
    monkeypatch.setattr(handler, "stream", log)
    client.get("/nowhere%0A2026-12-01 [error] the ledger is broken%0D%1B[2K")
    [line] = log.getvalue().splitlines()
    assert "the ledger is broken" in line
    assert "\x1b" not in line


@pytest.mark.parametrize(
    ("path", "accept"), [("/api/", "*/*"), ("/api/v2/boards/", "*/*"), ("/x/", "application/json")]
)
def test_address_of_nothing_is_told_to_programs_in_the_one_shape(path: str, accept: str, client: Client) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code == 404
    assert (answer.json()["code"], set(answer.json())) == ("not_found", {"code", "message"})


def test_unreadable_form_to_an_address_of_nothing_is_not_found() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    assert strict.post("/nowhere/", b"x", content_type="multipart/form-data").status_code == 404


def test_fault_of_ours_is_told_in_the_one_shape_or_on_a_page() -> None:
    answers = [admit_fault(RequestFactory().get(path)) for path in ("/api/v1/boards/", "/")]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert [answer["Content-Type"].partition(";")[0] for answer in answers] == ["application/json", "text/html"]


def test_value_that_the_database_cannot_hold_is_a_bad_request(admin_user: User, client: Client) -> None:
    client.force_login(admin_user)
    answer = client.get("/admin/catalog/prompt/?state__exact=a%00b")
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
