"""Few requests work at a time; those that are stuck in the database let others in, up to a limit."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from arena.database.wait_limits import WAITING
from arena.web.request_places import MOST, WORKING, PlacesMiddleware
from tests.patience import HANGING
from tests.system.easel import wait_until


class Site:
    """Answers each request once it may; what it does meanwhile is given."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self.inside = 0
        self.go_on = threading.Event()
        self.meanwhile = meanwhile
        self.middleware = PlacesMiddleware(self._answer)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        self.inside += 1
        self.meanwhile()
        assert self.go_on.wait(HANGING)
        WAITING.end()
        return HttpResponse("answered")

    def ask(self) -> int:
        """Ask as the server does: the answer is closed when it is sent."""
        response: HttpResponseBase = self.middleware(RequestFactory().get("/", headers={"accept": "application/json"}))
        assert response.headers.get("Retry-After") == ("5" if response.status_code == 503 else None)
        for close in response._resource_closers:  # type: ignore[attr-defined]
            close()
        return response.status_code


@contextmanager
def crowd(site: Site, size: int) -> Iterator[list[Future[int]]]:
    """So many readers at once; in the end the site may answer."""
    with ThreadPoolExecutor(size) as pool:
        try:
            yield [pool.submit(site.ask) for _ in range(size)]
        finally:
            site.go_on.set()


def test_more_requests_than_places_wait_for_their_turn() -> None:
    site = Site(lambda: None)
    with crowd(site, 3 * WORKING) as asked:
        assert wait_until(lambda: site.inside == WORKING)
        assert not any(each.done() for each in asked)
    assert [each.result() for each in asked] == [200] * 3 * WORKING


def test_requests_stuck_in_the_database_let_others_in_until_there_are_too_many() -> None:
    site = Site(WAITING.begin)
    with crowd(site, 2 * MOST) as asked:
        assert wait_until(lambda: sum(each.done() for each in asked) == MOST)
        assert site.inside == MOST
        assert site.ask() == 503
    assert sorted(each.result() for each in asked) == [200] * MOST + [503] * MOST
    site.meanwhile = lambda: None
    assert site.ask() == 200


def test_place_is_free_again_after_an_answer_without_a_reader() -> None:
    site = Site(lambda: None)
    site.go_on.set()
    assert [site.ask() for _ in range(2 * MOST)] == [200] * 2 * MOST


@pytest.mark.parametrize("size", [1, WORKING])
def test_as_many_as_can_work_are_let_in_at_once(size: int) -> None:
    site = Site(lambda: None)
    with crowd(site, size):
        assert wait_until(lambda: site.inside == size)
