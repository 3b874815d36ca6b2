"""Gates in the database where a statement waits for the test: after an insert, or just before its commit."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg

from tests.patience import HANGING
from tests.system.easel import Easel, wait_until

# A statement takes a shared advisory lock as it passes a gate; a test closes the gate by an exclusive lock.
_INSTALL = """
CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::bigint); RETURN NULL; END $$;
CREATE TRIGGER gate_inserted AFTER INSERT ON voting_vote
    FOR EACH ROW EXECUTE FUNCTION wait_at_gate(7101);
CREATE CONSTRAINT TRIGGER gate_committing AFTER INSERT ON voting_vote
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate(7102);
CREATE TRIGGER gate_inserted AFTER INSERT ON voting_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION wait_at_gate(7103);
CREATE CONSTRAINT TRIGGER gate_committing AFTER INSERT ON voting_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate(7104);
"""
_WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND NOT granted"


class HasDatabase(Protocol):
    """A running arena, whoever started it."""

    def database(self) -> psycopg.Connection[Any]:
        """Connect to its database. Raises psycopg.OperationalError."""


@dataclass(frozen=True)
class Gate:
    """A point in a transaction; the trigger's argument is the number of the lock."""

    name: str
    lock: int


VOTE_INSERTED = Gate("vote inserted, not committed", 7101)
VOTE_COMMITTING = Gate("vote at its commit", 7102)
ENTRY_INSERTED = Gate("entry inserted, not committed", 7103)
ENTRY_COMMITTING = Gate("entry at its commit", 7104)


def install_gates(easel: Easel) -> None:
    """Add the triggers to a running arena's tables; all gates are open."""
    with easel.database() as connection:
        connection.execute(_INSTALL)


@contextlib.contextmanager
def closed(easel: Easel, gate: Gate) -> Iterator[list[int]]:
    """Close a gate and wait until a server process waits at it; yield the pids that do. Open the gate at the end."""
    with contextlib.closing(connect(easel)) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [gate.lock])
        assert wait_until(lambda: waiting(connection, gate)), f"nobody came to: {gate.name}"
        yield waiting(connection, gate)


def connect(easel: HasDatabase) -> psycopg.Connection[Any]:
    """Connect to the database; wait for a server that was just killed."""
    limit = time.monotonic() + HANGING
    while True:
        try:
            return easel.database()
        except psycopg.OperationalError:
            assert time.monotonic() < limit, "the database does not come back"
            time.sleep(0.05)


def waiting(connection: psycopg.Connection[Any], gate: Gate) -> list[int]:
    """Return the server processes that wait at a closed gate."""
    return [pid for (pid,) in connection.execute(_WAITING, [gate.lock]).fetchall()]
