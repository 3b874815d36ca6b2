"""One at a time per ledger: work that two processes must not do at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from arena.voting.models import Ledger

# First halves of advisory locks' keys; the second is the ledger's.
REFRESHING = 0x1EAD
AUDITING = 0xA0D1


@contextmanager
def alone_with(ledger: Ledger, work: int) -> Iterator[bool]:
    """Hold the ledger's lock for this work, if it is free; a process that dies lets go of it with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work, ledger.pk])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work, ledger.pk])
