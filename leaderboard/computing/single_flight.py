"""Locks: work on a ledger that two processes must not do at once, and turns that must not pile up."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from arena.errors import Conflict, DomainError, NotFound
from arena.voting.models import Ledger

# The first halves of advisory locks' keys; the second half is the ledger's key.
REFRESHING = 0x1EAD
AUDITING = 0xA0D1
ANSWERING = 0xB0A2
WATCHING = 0x3A7C
# No ledger has this key.
_TURN = 0


@contextmanager
def alone_with(ledger: Ledger, work: int) -> Iterator[bool]:
    """Try to take the ledger's lock for this work, and yield whether it was free; a process that dies releases it.

    If the work fails because the ledger was removed in the meantime, raises NotFound; if because something else was
    removed, raises Conflict.
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
    """Return the error that says that the ledger is gone."""
    return NotFound(_("Ledger {slug} was removed meanwhile.").format(slug=ledger.slug))


def _refuse_conflict(ledger: Ledger, error: Exception) -> None:
    cause = error.__cause__
    if isinstance(cause, psycopg.errors.ForeignKeyViolation):
        text = _(
            "Ledger {slug}: its boards refer to rows that were removed while they were computed ({what}). Try again."
        )
        raise Conflict(text.format(slug=ledger.slug, what=cause.diag.table_name)) from error


def hold_ledger(ledger_id: int, *, wait: bool = True) -> bool:
    """Keep the ledger from being removed until the transaction ends; return False if it is gone.

    Without this lock, a removal would miss what is stored in the meantime, and what is stored would refer to a missing
    row. With `wait=False` a ledger that is being removed counts as gone; otherwise the call waits for the removal to
    end.
    """
    with connection.cursor() as cursor:
        skip = "" if wait else "SKIP LOCKED"
        cursor.execute(f"SELECT FROM voting_ledger WHERE id = %s FOR KEY SHARE {skip}", [ledger_id])
        return cursor.fetchone() is not None


def alone_in_turn(work: int) -> AbstractContextManager[bool]:
    """The same lock for a turn through all ledgers: parallel turns would take the threads that sealing votes needs."""
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
