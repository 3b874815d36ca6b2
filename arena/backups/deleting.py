"""While a backup reads files, nobody deletes one that its rows name."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def keep_files_still() -> Iterator[None]:
    """Wait until nobody deletes files, and let nobody begin to before the block ends."""
    with _locked("pg_advisory_lock", "pg_advisory_unlock"):
        yield


@contextmanager
def deleting_files() -> Iterator[bool]:
    """Tell whether files that rows name may be deleted until the block ends: not during a backup."""
    with _locked("pg_try_advisory_lock_shared", "pg_advisory_unlock_shared") as got:
        yield got


@contextmanager
def _locked(lock: str, unlock: str) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtext('easel.files'))")
        got = cursor.fetchone() != (False,)
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {unlock}(hashtext('easel.files'))")
