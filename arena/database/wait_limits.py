"""How long each kind of program waits for the database, and who waits just now."""

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds; 0 waits for ever.

    The server ends a statement, a wait for a lock and an idle transaction. `answer` is for a server that is too far
    gone to do so: then we end the connection.
    """

    connect: int
    statement: int
    lock: int
    idle: int
    answer: int

    @property
    def server_settings(self) -> dict[str, str]:
        """The server's own settings, in milliseconds."""
        named = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return {name: str(1000 * seconds) for name, seconds in named.items()}


# Commands may take as long as they take: somebody sees them.
COMMAND = Limits(connect=10, statement=0, lock=0, idle=0, answer=0)
WORKER = Limits(connect=10, statement=60, lock=30, idle=300, answer=75)
# Boards of large ledgers, and imports.
REFRESH = Limits(connect=10, statement=900, lock=60, idle=900, answer=960)
# Whole ledgers for readers: as slow as the reader.
EXPORT = Limits(connect=4, statement=900, lock=3, idle=900, answer=60)


def limits_of(program: str, *, seconds: int) -> Limits:
    """Return those of a program: `web`, whose pages, forms and votes wait so many seconds; `worker`, or `command`."""
    web = Limits(connect=seconds, statement=seconds, lock=max(1, seconds - 1), idle=60, answer=seconds + 1)
    return {"web": web, "worker": WORKER}.get(program, COMMAND)


class Waiting:
    """Which threads wait for the database, and since when."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}

    def begin(self) -> None:
        """Note that this thread waits from now on."""
        self._since[threading.get_ident()] = time.monotonic()

    def end(self) -> None:
        """Note that it has its answer."""
        self._since.pop(threading.get_ident(), None)

    def count(self, threads: set[int], *, longer_than: float) -> int:
        """Return how many of these threads have waited for more than so many seconds."""
        limit = time.monotonic() - longer_than
        return sum(self._since.get(thread, limit) < limit for thread in threads)


WAITING = Waiting()
