"""Guessing passwords takes longer and longer, and tells nobody which accounts exist."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as current
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.db import connections
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from arena.accounts.guessing import (
    Counter,
    TooManyGuesses,
    admit_guess,
    count_account,
    count_network,
    forget_guesses,
    give_back,
)
from arena.accounts.models import Guesses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
SIGN_IN = "/accounts/login/"
PASSWORD, GUESS = "long enough to pass", "guess"
FREE = count_account("").free


@pytest.fixture(autouse=True)
def member() -> User:
    return User.objects.create_user("reader", password=PASSWORD)


def sign_in(client: Client, password: str = GUESS, name: str = "reader", **headers: Any) -> Any:
    return client.post(SIGN_IN, {"username": name, "password": password}, **headers)


def let_time_pass(seconds: float) -> None:
    """Move everything that was noted back in time."""
    gone = timedelta(seconds=seconds)
    Guesses.objects.update(open_at=F("open_at") - gone, last_at=F("last_at") - gone)


def refused(counter: Counter) -> int:
    """Return the seconds to wait; 0 if a guess is admitted."""
    try:
        admit_guess([counter])
    except TooManyGuesses as wait:
        return wait.seconds
    return 0


def test_guesser_waits_longer_and_longer() -> None:
    counter = count_account("reader")
    assert [refused(counter) for _ in range(FREE)] == [0] * FREE
    waits = []
    for _ in range(8):
        waits.append(refused(counter))
        let_time_pass(waits[-1])
        assert refused(counter) == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_count_ends_after_a_day_without_guesses() -> None:
    counter = count_account("reader")
    for _ in range(FREE):
        admit_guess([counter])
    let_time_pass(24 * 3600 + 1)
    assert [refused(counter) for _ in range(FREE)] == [0] * FREE
    assert refused(counter) == 30
    forget_guesses()
    assert Guesses.objects.count() == 1
    let_time_pass(24 * 3600 + 1)
    forget_guesses()
    assert Guesses.objects.count() == 0


def test_refused_guess_counts_nowhere() -> None:
    account, network = count_account("reader"), count_network("203.0.113.9")
    for _ in range(FREE):
        admit_guess([network, account])
    with pytest.raises(TooManyGuesses):
        admit_guess([network, account])
    assert Guesses.objects.get(key=network.key).count == FREE


def test_guess_given_back_takes_its_wait_with_it() -> None:
    counter = count_account("reader")
    for _ in range(FREE):
        admit_guess([counter])
    give_back([counter])
    assert refused(counter) == 0
    assert refused(counter) == 30


def test_addresses_of_one_network_are_counted_together() -> None:
    first = count_network("2001:db8:1:2::1").key
    assert count_network("2001:db8:1:ffff::9").key == first != count_network("2001:db8:2:2::1").key
    assert count_network("203.0.113.9").key == count_network("203.0.113.8").key != count_network("203.0.114.9").key


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_time_are_all_counted() -> None:
    counter = count_account("reader")

    def guess(_: int) -> int:
        try:
            return refused(counter)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(guess, range(24)))
    assert waits.count(0) == FREE


def test_sixth_wrong_password_must_wait_and_the_right_one_too(client: Client) -> None:
    assert [sign_in(client).status_code for _ in range(FREE)] == [200] * FREE
    for password in ("guess", PASSWORD):
        answer = sign_in(client, password)
        assert answer.status_code == 429
        assert 1 <= int(answer["Retry-After"]) <= 30
        assert "Try again in 1 minute." in answer.content.decode()
    let_time_pass(30)
    assert sign_in(client, PASSWORD).status_code == 302


def test_program_is_told_in_the_one_shape(client: Client) -> None:
    for _ in range(FREE):
        sign_in(client)
    answer = sign_in(client, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert "Retry-After" in answer.headers


def test_right_passwords_cost_nothing(client: Client) -> None:
    for _ in range(2 * count_network("").free):
        assert sign_in(Client(), PASSWORD).status_code == 302


def test_unknown_account_is_answered_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode: Callable[..., str] = MD5PasswordHasher.encode

    def count(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    User.objects.create_user("closed", password=None)
    told: dict[str, tuple[list[int], list[str], int]] = {}
    for name in ("reader", "nobody", "gone", "closed"):
        hashed.clear()
        client = Client(REMOTE_ADDR=f"203.0.{len(told)}.9")
        answers = [sign_in(client, "guess", name) for _ in range(FREE + 1)]
        pages = [answer.content.decode().replace(name, "NAME") for answer in answers]
        tokens = [answer.context["csrf_token"] for answer in answers]
        plain = [page.replace(str(token), "TOKEN") for page, token in zip(pages, tokens, strict=True)]
        told[name] = ([answer.status_code for answer in answers], plain, len(hashed))
    assert told["reader"][0] == [200] * FREE + [429]
    assert told["reader"][2] == FREE
    assert told["nobody"] == told["gone"] == told["closed"] == told["reader"]


def test_one_network_cannot_try_one_password_everywhere() -> None:
    free = count_network("").free
    for number in range(free):
        assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), name=f"user{number}").status_code == 200
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), name="another").status_code == 429
    assert sign_in(Client(REMOTE_ADDR="203.0.114.9"), name="another").status_code == 200


def test_forged_addresses_do_not_help(settings: Settings) -> None:
    for proxies, written in ((0, "{}"), (1, "{}, 203.0.113.9")):
        Guesses.objects.all().delete()
        settings.TRUSTED_PROXY_COUNT = proxies
        statuses = [
            sign_in(
                Client(REMOTE_ADDR="10.0.0.1"), name=f"user{number}",
                headers={"x-forwarded-for": written.format(f"198.51.{number}.1")},
            ).status_code
            for number in range(count_network("").free + 1)
        ]  # fmt: skip
        assert statuses == [200] * count_network("").free + [429]


def test_known_browser_is_not_locked_out_by_others() -> None:
    known = Client()
    assert sign_in(known, PASSWORD).status_code == 302
    known.post("/accounts/logout/")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(FREE + 1):
        sign_in(stranger)
    assert sign_in(stranger, PASSWORD).status_code == 429
    assert sign_in(known, PASSWORD).status_code == 302
    # It is known for its own account only, and guesses there are counted, too.
    assert [sign_in(known).status_code for _ in range(FREE + 1)] == [200] * FREE + [429]
    User.objects.create_user("other", password=PASSWORD)
    for _ in range(FREE + 1):
        sign_in(Client(REMOTE_ADDR="203.0.113.7"), name="other")
    assert sign_in(known, PASSWORD, name="other").status_code == 429


def test_cookie_of_a_known_browser_cannot_be_made_up() -> None:
    client = Client()
    for _ in range(FREE):
        sign_in(client)
    for value in ("x", "W10:1a:b", ""):
        client.cookies[current.BROWSER_COOKIE_NAME] = value
        assert sign_in(client, PASSWORD).status_code == 429


def test_table_names_nobody(client: Client) -> None:
    sign_in(client, name="a password in the wrong field")
    rows = str(list(Guesses.objects.values_list()))
    assert "wrong field" not in rows
    assert "127.0.0.1" not in rows


def test_admin_has_no_sign_in_page_of_its_own(client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/auth/user/")
    assert (answer.status_code, answer["Location"]) == (302, f"{SIGN_IN}?next=%2Fadmin%2Fauth%2Fuser%2F")
    answer = client.post("/admin/login/", {"username": "reader", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, f"{SIGN_IN}?next=%2Fadmin%2F")
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/login/?next=https://example.org/")["Location"] == f"{SIGN_IN}?next=%2Fadmin%2F"
    client.force_login(User.objects.create_superuser("chief"))
    assert client.get("/admin/login/?next=/admin/auth/user/")["Location"] == "/admin/auth/user/"
