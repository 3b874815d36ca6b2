"""Who comes, goes or is refused is in the log, without names, addresses and passwords."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from structlog.testing import capture_logs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PASSWORD = "long enough to pass"


def test_sign_in_sign_out_and_refusal_are_one_line_each_without_names(client: Client) -> None:
    reader = User.objects.create_user("reader", password=PASSWORD)
    with capture_logs() as lines:
        client.post("/accounts/login/", {"username": "reader", "password": "guess"})
        client.post("/accounts/login/", {"username": "reader", "password": PASSWORD})
        client.post("/accounts/logout/")
    assert [(line["event"], line.get("account"), line["log_level"]) for line in lines] == [
        ("sign-in refused", None, "warning"),
        ("signed in", reader.pk, "info"),
        ("signed out", reader.pk, "info"),
    ]
    assert len({line["sender"] for line in lines}) == 1
    assert not any(told in str(lines) for told in ("reader", "guess", PASSWORD, "127.0.0.1"))


def test_refusals_of_one_name_and_sender_are_told_from_others(client: Client) -> None:
    with capture_logs() as lines:
        for name, address in (("one", "192.0.2.1"), ("One", "192.0.2.1"), ("two", "192.0.2.2")):
            client.post("/accounts/login/", {"username": name, "password": "guess"}, REMOTE_ADDR=address)
    assert [lines[0][key] == lines[1][key] for key in ("name", "sender")] == [True, True]
    assert [lines[0][key] == lines[2][key] for key in ("name", "sender")] == [False, False]
