"""Django's PostgreSQL engine: a cheaper check that a kept connection still works, and bounded waits."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql import base
from psycopg.errors import LockNotAvailable, QueryCanceled, _WaitTimeout

from arena.database.wait_limits import COMMAND, WAITING, Limits, limits_of
from arena.monitoring.counts import DATABASE_TIMEOUTS
from arena.monitoring.request_ids import sign_statement


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that ends itself if the server stays silent for longer than `answer` seconds (0: never)."""

    answer = 0

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait as psycopg does. Raises OperationalError when the server was silent for too long."""
        WAITING.begin()
        try:
            return super().wait(gen, interval, timeout or self.answer or None)
        except _WaitTimeout as silence:
            DATABASE_TIMEOUTS.labels("silence").inc()
            # Its statement goes on over there, so nothing else can be asked here.
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the database was silent for {self.answer} s") from silence
        except (QueryCanceled, LockNotAvailable) as error:
            DATABASE_TIMEOUTS.labels("lock" if isinstance(error, LockNotAvailable) else "statement").inc()
            raise
        finally:
            WAITING.end()


class SigningCursor(base.Cursor):
    """A cursor whose statements begin with the id of their request.

    So the server's log and its list of what runs name it. That costs some bytes, and no statement.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Execute as psycopg does."""
        return super().execute(sign_statement(query), params, **options)  # type: ignore[misc]  # The stubs leave it out.


class _Driver:
    """psycopg with bounded connections."""

    connect = staticmethod(BoundedConnection.connect)

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is checked before each request without a round trip, and that waits for a limited time.

    How long depends on the program, but inside `waiting_as`.
    """

    Database: Any = _Driver()
    _limits: Limits | None = None

    def get_connection_params(self) -> dict[str, Any]:
        """Return psycopg's parameters: the server learns our limits as it lets us in."""
        parameters: dict[str, Any] = super().get_connection_params()
        told = [f"-c {name}={value}" for name, value in self._now().server_settings.items() if value != "0"]
        # What the operator's DATABASE_URL says comes last, and wins.
        options = " ".join(filter(None, [*told, parameters.get("options", "")]))
        own: dict[str, Any] = {"options": options} if options else {}
        usual = {"connect_timeout": self._now().connect, "application_name": f"easel {self._program}"}
        if parameters["cursor_factory"] is base.Cursor:
            own["cursor_factory"] = SigningCursor
        return usual | parameters | own

    def get_new_connection(self, conn_params: Any) -> Any:
        """Connect, and bound what comes next."""
        connection = super().get_new_connection(conn_params)
        connection.answer = self._now().answer
        return connection

    def close_if_unusable_or_obsolete(self) -> None:
        """Begin a request or a task: with a connection that works, and that waits as usual."""
        super().close_if_unusable_or_obsolete()
        self.wait_as(None)

    def is_usable(self) -> bool:
        """Tell whether the server has sent nothing on this idle connection.

        On an idle connection the server writes only when it ends it. A silent loss, such as a pulled cable, shows at
        the next statement. A trial statement would not exclude that either.
        """
        if self.connection is None or self.connection.closed:
            return False
        idle = select.poll()
        idle.register(self.connection.fileno(), select.POLLIN)
        return not idle.poll(0)

    def wait_as(self, limits: Limits | None) -> None:
        """Wait so long from now on; None: as usual. Commands wait for ever, whatever is asked.

        It is one statement if that changes anything. After a failure in a transaction, the next request or task does
        it.
        """
        if limits == self._limits or self._usual() is COMMAND:
            return
        if self.connection is not None and not self.connection.closed:
            if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
                return
            self._tell(limits or self._usual())
        self._limits = limits

    def _tell(self, limits: Limits) -> None:
        names, values = list(limits.server_settings), list(limits.server_settings.values())
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS told(name, value)",
                [names, values],
            )
        self.connection.answer = limits.answer

    @property
    def _program(self) -> str:
        return str(self.settings_dict.get("PROGRAM", "command"))

    def _usual(self) -> Limits:
        return limits_of(self._program, seconds=settings.DATABASE_SECONDS)

    def _now(self) -> Limits:
        return self._limits or self._usual()


@contextmanager
def waiting_as(limits: Limits) -> Iterator[None]:
    """Let this thread's connection to the database wait so long inside the block, then as before."""
    wrapper: Any = connections["default"]
    before = wrapper._limits
    wrapper.wait_as(limits)
    try:
        yield
    finally:
        wrapper.wait_as(before)
