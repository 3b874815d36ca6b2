"""Room for requests: few work at a time, more may wait for the database, and the rest is asked to come again."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from arena.database.wait_limits import WAITING
from arena.monitoring.counts import PLACES
from arena.web.refusals import ask_to_come_again

# So many requests work at a time; more would only take turns.
WORKING = 4
# A request that has waited so long for the database, in seconds, lets another work beside it.
STUCK_SECONDS = 0.5
# No more requests than these are let in. The web server has more threads (`process.programs.THREADS`): in them others
# wait here for their turn, and probes are answered.
MOST = 16
# Seconds between two looks while a request waits for a place.
LOOK_SECONDS = 0.05
# In which places the request of this thread works.
_MINE = threading.local()


class PlacesMiddleware:
    """Gives each request a place to work.

    While the database is silent, requests that wait for it fill up the places. Further ones are then answered 503 at
    once, so that the threads stay free for probes. Otherwise a request only waits for its turn.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._changed = threading.Condition()
        self._inside: set[int] = set()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        thread = threading.get_ident()
        if not self._enter(thread):
            return ask_to_come_again(request, cause="no_place")
        _MINE.places = self
        try:
            response = self.get_response(request)
        finally:
            _MINE.places = None
        # The place is free once the answer is sent, or the server has given up.
        response._resource_closers.append(lambda: self._leave(thread))  # type: ignore[attr-defined]
        return response

    def _enter(self, thread: int) -> bool:
        """Wait for a place; tell whether there is one, or too many requests are stuck."""
        with self._changed:
            while True:
                stuck = WAITING.count(self._inside, longer_than=STUCK_SECONDS)
                if len(self._inside) - stuck < WORKING and len(self._inside) < MOST:
                    self._inside.add(thread)
                    PLACES.inc()
                    return True
                if stuck >= MOST - WORKING:
                    return False
                self._changed.wait(LOOK_SECONDS)

    def _leave(self, thread: int) -> None:
        with self._changed:
            if thread in self._inside:
                self._inside.remove(thread)
                PLACES.dec()
            self._changed.notify()

    @contextmanager
    def step_aside(self, thread: int) -> Iterator[None]:
        """Leave a thread's place to others, and take one again at the end, or go on without one if all are stuck."""
        self._leave(thread)
        try:
            yield
        finally:
            self._enter(thread)


@contextmanager
def stepping_aside() -> Iterator[None]:
    """Leave the place of this thread's request, if it has one, to others, while it waits for something of its own."""
    places: PlacesMiddleware | None = getattr(_MINE, "places", None)
    if places is None:
        yield
        return
    with places.step_aside(threading.get_ident()):
        yield
