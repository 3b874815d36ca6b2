"""Long answers: only a few at a time, so that slow readers leave the web server's threads to everybody else."""

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from arena.errors import Busy

# The web server has four threads, and each download holds one for as long as its reader takes.
AT_ONCE = 2
_places = threading.BoundedSemaphore(AT_ONCE)


def _take() -> None:
    if not _places.acquire(blocking=False):
        message = _("Downloads going on already: {number}. Try again later, or read it in parts with `limit`.")
        raise Busy(message.format(number=AT_ONCE))


@contextmanager
def take_place() -> Iterator[None]:
    """Hold one of the AT_ONCE places of this process. Raises Busy when all are taken."""
    _take()
    try:
        yield
    finally:
        _places.release()


class Download:
    """The chunks of a long answer. It holds a place until it is closed or deleted. Raises Busy when all are taken."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        _take()
        self._chunks = chunks
        self._leave = weakref.finalize(self, _places.release)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Give the place back; the server calls this when all is sent or the reader has gone."""
        self._leave()
