"""However many passwords come at once, few are hashed at a time, and they take no request's place."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from arena.accounts.guessing import count_network
from arena.accounts.hashing import HASHES_AT_ONCE, MOST_HASHES, BoundedHasher, TooManyHashes
from arena.accounts.models import Guesses
from arena.settings import PASSWORD_HASHERS
from arena.web.request_places import WORKING, PlacesMiddleware
from tests.patience import HANGING
from tests.system.easel import wait_until


class HeldHasher(BoundedHasher):
    """Hashes once it may, and notes how many hash at a time."""

    iterations = 1
    running = most = 0
    go_on = threading.Event()
    lock = threading.Lock()

    @staticmethod
    def digest(*given: Any, **named: Any) -> Any:
        with HeldHasher.lock:
            HeldHasher.running += 1
            HeldHasher.most = max(HeldHasher.most, HeldHasher.running)
        assert HeldHasher.go_on.wait(HANGING)
        with HeldHasher.lock:
            HeldHasher.running -= 1
        return hashlib.sha256(*given, **named)


@pytest.fixture(autouse=True)
def held(settings: Settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = [f"{__name__}.HeldHasher"]
    HeldHasher.running = HeldHasher.most = 0
    HeldHasher.go_on.clear()
    yield
    HeldHasher.go_on.set()


@contextmanager
def crowd(size: int) -> Iterator[list[Future[str]]]:
    """So many passwords at once; in the end they may be hashed."""
    with ThreadPoolExecutor(size) as pool:
        try:
            yield [pool.submit(HeldHasher().encode, "password", "salt") for _ in range(size)]
        finally:
            HeldHasher.go_on.set()


def test_site_hashes_with_the_bounded_hasher() -> None:
    assert PASSWORD_HASHERS == ["arena.accounts.hashing.BoundedHasher"]


def test_hashes_are_djangos_own(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    before = make_password("a password")
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    assert check_password("a password", before)
    assert not check_password("another", before)


def test_no_more_passwords_are_hashed_at_once_than_may_be() -> None:
    with crowd(MOST_HASHES) as hashes:
        assert wait_until(lambda: HeldHasher.running == HASHES_AT_ONCE)
    assert len({each.result() for each in hashes}) == 1
    assert HeldHasher.most == HASHES_AT_ONCE


def test_what_too_many_wait_for_is_refused_at_once() -> None:
    with crowd(2 * MOST_HASHES) as hashes:
        assert wait_until(lambda: sum(each.done() for each in hashes) == MOST_HASHES)
        refused = [each.exception() for each in hashes if each.done()]
        assert {type(error) for error in refused} == {TooManyHashes}
    assert sum(each.exception() is None for each in hashes) == MOST_HASHES


def test_requests_that_wait_for_hashes_leave_their_places_to_others() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        if request.path == "/hash/":
            HeldHasher().encode("password", "salt")
        return HttpResponse("answered")

    site = PlacesMiddleware(answer)

    def ask(path: str) -> int:
        response = site(RequestFactory().get(path))
        for close in response._resource_closers:  # type: ignore[attr-defined]
            close()
        return response.status_code

    with ThreadPoolExecutor(MOST_HASHES) as pool:
        hashing = [pool.submit(ask, "/hash/") for _ in range(MOST_HASHES)]
        assert wait_until(lambda: HeldHasher.running == HASHES_AT_ONCE)
        assert [ask("/vote/") for _ in range(2 * WORKING)] == [200] * 2 * WORKING
        assert not any(each.done() for each in hashing)
        HeldHasher.go_on.set()
    assert [each.result() for each in hashing] == [200] * MOST_HASHES
    # Each has left its place for good.
    with ThreadPoolExecutor(WORKING) as pool:
        assert list(pool.map(ask, ["/vote/"] * 3 * WORKING)) == [200] * 3 * WORKING


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
def test_sign_in_during_a_crowd_is_put_off_and_not_counted(client: Client, settings: Settings) -> None:
    form = {"username": "reader", "password": "guess"}
    with crowd(MOST_HASHES + 1) as hashes:
        assert wait_until(lambda: any(each.done() for each in hashes))
        answer = client.post("/accounts/login/", form)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "Many people are signing in just now." in answer.content.decode()
        assert Guesses.objects.get(key=count_network("127.0.0.1").key).count == 0
        # Any other page that hashes says so, too.
        client.force_login(User.objects.create(username="chief", is_staff=True, is_superuser=True))
        page = client.post(
            "/admin/auth/user/add/",
            {
                "username": "new",
                "password1": "four unlike garden words",
                "password2": "four unlike garden words",
                "usable_password": "true",
            },
        )
        assert page.status_code == 503
