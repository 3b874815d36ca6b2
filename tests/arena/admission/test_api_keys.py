"""Keys of programs: shown once, kept as a hash, throttled by scope; behind a sign-in they read the API only."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from arena.admission.api_keys import find_key, make_key, revoke_key
from arena.admission.models import ApiKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "plain_static_files")]
NONE = {kind: [0, 0, 0] for kind in ("deals", "answers", "pages", "api", "keys", "bulk", "sign_ins")}


def get(path: str, key: str) -> Any:
    return Client().get(path, headers={"authorization": f"Bearer {key}", "x-forwarded-for": "198.51.100.7"})


def test_key_reads_the_api_behind_a_sign_in_and_nothing_else(settings: Settings) -> None:
    settings.ACCESS = "login"
    _, key = make_key(name="a program", scopes=["read"])
    assert Client().get("/api/v1/").status_code == 403
    assert get("/api/v1/", key).status_code == 200
    assert get("/models/", key).status_code == 302
    assert get("/admin/", key).status_code == 302


def test_only_a_hash_is_kept_and_a_wrong_or_revoked_key_is_refused() -> None:
    row, key = make_key(name="a program", scopes=["read", "bulk"])
    stored = ApiKey.objects.get()
    assert key.startswith(stored.prefix)
    assert key[len(stored.prefix) + 1 :].encode() not in bytes(stored.digest)
    assert find_key(key) == stored
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    for sent in (wrong, stored.prefix, "", "easel_"):
        refused = get("/api/v1/", sent)
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    revoke_key(row)
    assert get("/api/v1/", key).status_code == 401


def test_key_that_may_send_more_requests_reads_as_well(settings: Settings) -> None:
    settings.ACCESS = "login"
    row, key = make_key(name="a program", scopes=["bulk"])
    assert row.scopes == ["bulk", "read"]
    assert get("/api/v1/", key).status_code == 200


def test_use_is_noted_once_an_hour() -> None:
    _, key = make_key(name="a program", scopes=["read"])
    assert get("/api/v1/", key).status_code == 200
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    assert get("/api/v1/", key).status_code == 200
    assert ApiKey.objects.get().last_used_at == first


def test_scopes_have_limits_of_their_own(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    settings.LIMITS = NONE | {"api": [0, 1, 0], "keys": [2, 0, 0], "bulk": [4, 0, 0]}
    keys = [make_key(name=scopes[-1], scopes=scopes)[1] for scopes in (["read"], ["read", "bulk"], ["read"])]
    assert [[get("/api/v1/", key).status_code for _ in range(6)].count(200) for key in keys] == [2, 4, 2]
    # Guessing uses up what the network may ask without a key.
    assert [get("/api/v1/", f"easel_{n}").status_code for n in range(3)] == [401, 429, 429]
    assert Client().get("/api/v1/", headers={"x-forwarded-for": "198.51.100.9"}).status_code == 429


def test_command_prints_the_key_once_and_lists_and_revokes() -> None:
    out = StringIO()
    call_command("api_key", "nightly export", "--scope", "read", stdout=out)
    key = out.getvalue().strip()
    assert find_key(key) is not None
    listed = StringIO()
    call_command("api_key", stdout=listed)
    assert key not in listed.getvalue()
    assert "nightly export" in listed.getvalue()
    call_command("api_key", "--revoke", ApiKey.objects.get().prefix, stdout=StringIO())
    assert find_key(key) is None
    with pytest.raises(CommandError, match="No key begins with"):
        call_command("api_key", "--revoke", "easel_00000000")


def test_staff_page_shows_a_new_key_once() -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("admin"))
    made = staff.post("/admin/admission/apikey/add/", {"name": "a program", "scopes": ["read"]}, follow=True)
    stored = ApiKey.objects.get()
    assert stored.created_by is not None
    shown = next(word for word in made.content.decode().split() if word.startswith(f"{stored.prefix}_"))
    key = shown.partition("<")[0]
    assert find_key(key) == stored
    again = staff.get("/admin/admission/apikey/").content.decode()
    assert stored.prefix in again
    assert key not in again
    staff.post("/admin/admission/apikey/", {"action": "revoke", "_selected_action": [str(stored.pk)]})
    assert find_key(key) is None
