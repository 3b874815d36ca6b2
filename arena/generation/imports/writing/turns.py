"""One import, or one taking back, at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils.translation import gettext as _

from arena.errors import Conflict


@contextmanager
def take_turn() -> Iterator[None]:
    """Keep other imports out until the block ends. Raises Conflict if one is at work.

    An import may find an original's file there and only then write its row: nobody must delete the file in between.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('easel.imports'))")
        if cursor.fetchone() != (True,):
            raise Conflict(_("Another import is at work, or is being taken back. Try again when it has ended."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('easel.imports'))")
