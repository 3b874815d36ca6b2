"""A session's key is new at each sign-in, cannot be guessed, and is worth nothing after signing out."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PASSWORD = "long enough to pass"


def test_signing_in_gives_a_new_key_of_over_128_bits_and_ends_the_old_one(client: Client) -> None:
    User.objects.create_user("reader", password=PASSWORD)
    keys = []
    for _ in range(3):
        client.post("/accounts/login/", {"username": "reader", "password": PASSWORD})
        keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert len(set(keys)) == 3
    # Each of 32 characters is one of 36: 165 bits.
    assert {len(key) for key in keys} == {32}
    assert all(key.isalnum() and key == key.lower() for key in keys)
    for key in keys:
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert ("Sign out" in thief.get("/models/").content.decode()) == (key == keys[-1])


def test_after_signing_out_the_session_is_worth_nothing(client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff"))
    cookies = client.cookies.output()
    thief = Client()
    thief.cookies.load(cookies.replace("Set-Cookie: ", ""))
    assert thief.get("/staff/runs/").status_code == 200
    client.post("/accounts/logout/")
    assert thief.get("/staff/runs/").status_code == 302
