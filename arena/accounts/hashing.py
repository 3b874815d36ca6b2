"""Hashes passwords one at a time, behind everything else: a crowd at the sign-in page does not slow down the votes."""

import contextlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.translation import gettext as _

from arena.errors import Busy
from arena.web.request_places import stepping_aside

# A hash keeps one core busy for a third of a second, on purpose.
HASHES_AT_ONCE = 1
# So many may hash or wait for it. They hold threads of the web server, but none of the places where requests work.
MOST_HASHES = 12
# How far a hash stands back for requests, where the system knows it of single threads: 0 not at all, 19 most.
_NICENESS = 10


class TooManyHashes(Busy):
    """So many passwords wait to be checked that this one must come again."""

    def __init__(self) -> None:
        super().__init__(_("Many people are signing in just now. Try again in a moment."))


def _stand_back() -> None:
    if sys.platform == "linux":  # There, a thread has a niceness of its own.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


_WAITING = threading.BoundedSemaphore(MOST_HASHES)
_HASHING = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="hash", initializer=_stand_back)


class BoundedHasher(PBKDF2PasswordHasher):
    """Django's own hashes; whoever checks or sets a password, anywhere in this process, takes turns."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Return the hash. Raises TooManyHashes."""
        if not _WAITING.acquire(blocking=False):
            raise TooManyHashes
        try:
            with stepping_aside():
                return _HASHING.submit(super().encode, password, salt, iterations).result()
        finally:
            _WAITING.release()
