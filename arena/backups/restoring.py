"""Restoring a backup: its files first, then all rows in one transaction, so that no row is ever without its file.

An interruption before that transaction commits leaves the arena as it was, with some additional files.
"""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction

from arena.backups.archive import FILES, KEY, TABLES, Contents, read_members
from arena.backups.database_rows import (
    applied_migrations,
    find_tables,
    read_storage_keys,
    replace_rows,
    select,
)
from arena.backups.own_key import mark_key, read_own_key, write_own_key
from arena.errors import DomainError

# Loading a catalogue fills none of these tables: rows in one of them mean that somebody has used the arena.
_USED = ("auth_user", "generation_generation", "voting_matchup", "voting_ledgerentry")
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend'
        AND pid <> pg_backend_pid()
"""


def is_used() -> bool:
    """Tell whether the arena holds more than a catalogue."""
    known = [name for name in _USED if select("SELECT to_regclass(%s) IS NOT NULL", [name]) == [(True,)]]
    return any(select(f"SELECT EXISTS (SELECT FROM {name})")[0][0] for name in known)  # noqa: S608  # our own names


def restore_backup(*, path: Path, contents: Contents) -> bool:
    """Replace this arena by a checked backup and migrate it to this release; tell whether SECRET_KEY is the backup's.

    If not, everybody is signed out, and every voter counts as new, until SECRET_KEY is the backup's. Raises Conflict
    while other programs use the database, DomainError for a backup or a database of a newer release.
    """
    if others := select(_OTHERS)[0][0]:
        raise DomainError(
            f"{others} other connections use the database. End Easel's programs first: web, workers, commands."
        )
    # Find unknown migrations of either side before anything is written.
    find_tables(contents.migrations)
    own = find_tables(applied_migrations())
    with transaction.atomic():
        before = set(read_storage_keys(own))
    kept = set()
    for key, data in read_members(path, FILES):
        _store_file(key, data)
        kept.add(key)
    with transaction.atomic():
        replace_rows(contents, read_members(path, TABLES))
    # The key next: without it, the restored voters and sessions are nobody's.
    same_key = _restore_key(path, contents)
    for key in before - kept:
        default_storage.delete(key)
    call_command("migrate", verbosity=0, interactive=False)
    return same_key


def _store_file(key: str, data: bytes) -> None:
    """Write a file under its own name, unless it is there already and undamaged."""
    if default_storage.exists(key):
        if _has_content(key, data):
            return
        default_storage.delete(key)
    if (stored := default_storage.save(key, ContentFile(data))) != key:
        raise DomainError(f"The file {key} was stored as {stored}: something else writes to the folder of images.")


def _has_content(key: str, data: bytes) -> bool:
    with default_storage.open(key) as file:
        return bool(file.read() == data)


def _restore_key(path: Path, contents: Contents) -> bool:
    stored = [key for _, key in read_members(path, KEY)]
    if stored and read_own_key() is not None:
        write_own_key(stored[0].decode())
        return True
    return contents.key_mark == mark_key()
