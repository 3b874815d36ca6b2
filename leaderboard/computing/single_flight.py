"""One at a time: work on a ledger that two processes must not do at once, and turns that must not pile up."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from arena.errors import Conflict, DomainError, NotFound
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

    Work that fails because the ledger was removed meanwhile raises NotFound; because something else was, Conflict.
    """
    with _hold(work, ledger.pk) as alone:
        try:
            yield alone
        except (DatabaseError, DomainError, ObjectDoesNotExist) as error:
            if Ledger.objects.filter(pk=ledger.pk).exists():
                _refuse_conflict(ledger, error)
                raise
            raise removed_meanwhile(ledger) from error


def removed_meanwhile(ledger: Ledger) -> NotFound:
    """Say that the ledger is gone."""
    return NotFound(_("Ledger {slug} was removed meanwhile.").format(slug=ledger.slug))


def _refuse_conflict(ledger: Ledger, error: Exception) -> None:
    cause = error.__cause__
    if isinstance(cause, psycopg.errors.ForeignKeyViolation):
        text = _("Ledger {slug}: what its boards name was removed while they were computed ({what}). Try again.")
        raise Conflict(text.format(slug=ledger.slug, what=cause.diag.table_name)) from error


def hold_ledger(ledger_id: int, *, wait: bool = True) -> bool:
    """Let nobody remove the ledger until the transaction ends; False if it is gone, or, not to `wait`, about to go.

    Whoever removes a ledger would else miss what is stored beside it, and what is stored would name what is gone.
    """
    with connection.cursor() as cursor:
        skip = "" if wait else "SKIP LOCKED"
        cursor.execute(f"SELECT FROM voting_ledger WHERE id = %s FOR KEY SHARE {skip}", [ledger_id])
        return cursor.fetchone() is not None


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
