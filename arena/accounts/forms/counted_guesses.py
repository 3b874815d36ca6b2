"""Counts a guess at a password, wherever one is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from arena.accounts.guessing import admit_guess, give_back
from arena.accounts.hashing import TooManyHashes
from arena.accounts.known_browsers import counters_of


@contextmanager
def counted_guess(request: HttpRequest, name: str) -> Iterator[None]:
    """Count one guess at an account's password; inside, an exception says that it was wrong.

    Raises TooManyGuesses and TooManyHashes, whether or not the account exists.
    """
    counters = counters_of(request, name)
    admit_guess(counters)
    try:
        yield
    except TooManyHashes:
        give_back(counters)
        raise
    give_back(counters)
