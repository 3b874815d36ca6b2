"""Long answers: only a few at a time, so that slow readers leave the web server's threads to everybody else."""

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from arena.database.base import waiting_as
from arena.database.wait_limits import EXPORT
from arena.errors import Busy

# Four requests work at a time (`web.request_places`), and a download is one of them for as long as its reader takes.
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
        with waiting_as(EXPORT):
            yield
    finally:
        _places.release()


def _slowly(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks; the database may take as long over one as a whole ledger needs."""
    with waiting_as(EXPORT):
        yield from chunks


class Download:
    """The chunks of a long answer. It holds a place until it is closed or deleted. Raises Busy when all are taken."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        _take()
        self._chunks = _slowly(chunks)
        self._leave = weakref.finalize(self, _places.release)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Give the place back; the server calls this when all is sent or the reader has gone."""
        self._leave()
