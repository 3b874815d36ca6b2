"""Counts guesses, and lets guessers wait longer and longer; correct passwords cost nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from arena.web.client_address import network_of

# Seconds to wait after the last guess that is free; each further one doubles it, up to a quarter of an hour. So an
# account is open to about a hundred guesses a day.
FIRST_WAIT, LONGEST_WAIT = 30, 900
# Who has not tried for so many seconds begins anew.
FORGOTTEN_AFTER = 24 * 3600
# The doubling ends before the number grows too large for the database.
_DOUBLINGS = 10

# One statement: of guesses at the same time, none slips past the count.
_ADMIT = """
INSERT INTO accounts_guesses AS past (key, count, last_at, open_at)
VALUES (%(key)s, 1, statement_timestamp(), statement_timestamp())
ON CONFLICT (key) DO UPDATE SET
    count = 1 + CASE WHEN past.last_at < statement_timestamp() - make_interval(secs => %(forgotten)s) THEN 0
        ELSE past.count END,
    last_at = statement_timestamp(),
    open_at = statement_timestamp() + make_interval(secs => CASE
        WHEN past.last_at < statement_timestamp() - make_interval(secs => %(forgotten)s) THEN 0
        WHEN past.count + 1 < %(free)s THEN 0
        ELSE least(%(longest)s, %(first)s * 2 ^ least(past.count + 1 - %(free)s, %(doublings)s)) END)
WHERE past.open_at <= statement_timestamp()
RETURNING count
"""
_SECONDS_LEFT = "SELECT extract(epoch FROM open_at - statement_timestamp()) FROM accounts_guesses WHERE key = %s"
# The guess was none: it is given back, with the wait that it began.
_GIVE_BACK = """
UPDATE accounts_guesses SET count = greatest(count - 1, 0), open_at = least(open_at, statement_timestamp())
WHERE key = %s
"""
_FORGET = "DELETE FROM accounts_guesses WHERE last_at < statement_timestamp() - make_interval(secs => %s)"


class TooManyGuesses(Exception):
    """Too many were wrong; after so many seconds the next one is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Come again in {seconds} s.")
        self.seconds = seconds


@dataclass(frozen=True)
class Counter:
    """What is counted: guesses at one account, or from one network or browser; so many are free."""

    kind: str
    of: str
    free: int

    @property
    def key(self) -> str:
        """The row's key. Without the secret key nobody can tell whose it is."""
        return salted_hmac(f"accounts.{self.kind}", self.of, algorithm="sha256").hexdigest()


def count_account(name: str) -> Counter:
    """The counter of an account's name, whether or not the account exists."""
    return Counter("account", name.casefold(), free=5)


def count_network(address: str, kind: str = "network") -> Counter:
    """The counter of the network in which an address lies, as for all limits: who has a /48 has no more guesses."""
    return Counter(kind, network_of(address), free=20)


def count_second_factor(user_id: int) -> Counter:
    """The counter of somebody's codes; only who knows the password comes that far."""
    return Counter("second factor", str(user_id), free=5)


def admit_guess(counters: Sequence[Counter]) -> None:
    """Count one guess with each counter, in the order given. Raises TooManyGuesses, and then counts with none.

    Callers name counters in one order, the widest first, so that two guesses never wait for each other.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for counter in counters:
            cursor.execute(
                _ADMIT,
                {
                    "key": counter.key, "free": counter.free, "forgotten": FORGOTTEN_AFTER,
                    "first": FIRST_WAIT, "longest": LONGEST_WAIT, "doublings": _DOUBLINGS,
                },
            )  # fmt: skip
            if cursor.fetchone() is None:
                cursor.execute(_SECONDS_LEFT, [counter.key])
                found = cursor.fetchone()
                raise TooManyGuesses(max(1, math.ceil(found[0])) if found else 1)


def give_back(counters: Sequence[Counter]) -> None:
    """Take back one admitted guess: it was right, or was never tried."""
    with transaction.atomic(), connection.cursor() as cursor:
        for counter in counters:
            cursor.execute(_GIVE_BACK, [counter.key])


def forget_guesses() -> None:
    """Delete the counts of those who have not tried for a day."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [FORGOTTEN_AFTER])
