"""One at a time: work on a ledger that two processes must not do at once, and turns that must not pile up."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from arena.errors import DomainError, NotFound
from arena.voting.models import Ledger

# First halves of advisory locks' keys; the second is the ledger's.
REFRESHING = 0x1EAD
AUDITING = 0xA0D1
ANSWERING = 0xB0A2
# No ledger has this number.
_TURN = 0


@contextmanager
def alone_with(ledger: Ledger, work: int) -> Iterator[bool]:
    """Hold the ledger's lock for this work, if it is free; a process that dies lets go of it with its connection.

    Work that fails because the ledger was removed meanwhile raises NotFound.
    """
    with _hold(work, ledger.pk) as alone:
        try:
            yield alone
        except (DatabaseError, DomainError, ObjectDoesNotExist) as error:
            if Ledger.objects.filter(pk=ledger.pk).exists():
                raise
            raise NotFound(_("Ledger {slug} was removed meanwhile.").format(slug=ledger.slug)) from error


def alone_in_turn(work: int) -> AbstractContextManager[bool]:
    """The same for a turn through all ledgers: further ones would take the threads that votes wait for."""
    return _hold(work, _TURN)


@contextmanager
def _hold(work: int, number: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [work, number])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [work, number])
