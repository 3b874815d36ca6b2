"""Backing up a running arena: one snapshot of its database, then the files that the snapshot names, then its key.

Nothing is lost in between. A file is written before the row that names it commits, and is never changed afterwards.
What deletes files (taking an import back, rendering again) has to wait. So every file of the snapshot exists when the
snapshot is taken, and still exists when it is read. Files of later rows are left out together with their rows.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from arena.backups.archive import FILES, KEY, TABLES, ArchiveWriter, Contents, Table
from arena.backups.database_rows import (
    SETTINGS,
    applied_migrations,
    describe_table,
    find_tables,
    read_rows,
    read_storage_keys,
)
from arena.backups.deleting import keep_files_still
from arena.backups.own_key import mark_key, read_own_key
from arena.errors import DomainError
from arena.installation import read_version

# Salts of networks are kept for 30 days and nowhere else: a copy could not forget them.
_FORGOTTEN = {"voting_networksalt"}


def make_backup(*, path: Path, overwrite: bool = False) -> Contents:
    """Write the whole arena into one file that only its owner may read; return what is in it.

    The file gets its name once it is complete and on disk. Raises DomainError if the name is taken (with
    `overwrite`: by something else than a file), or for a database without an arena or of a newer release; OSError if
    the file cannot be written.
    """
    if path.exists() and not overwrite:
        raise DomainError(f"{path} exists. Choose another name, or --force to replace it.")
    if path.exists() and not path.is_file():
        raise DomainError(f"{path} is not a file. Choose another name.")
    moment, key = timezone.now(), read_own_key()
    with (
        _open_draft(path) as file,
        tempfile.TemporaryFile("w+", encoding="utf-8") as keys,
        keep_files_still(),
    ):
        writer = ArchiveWriter(file, moment=moment.timestamp())
        migrations, tables = _add_database(writer, keys)
        keys.seek(0)
        files, missing = _add_files(writer, (line.rstrip("\n") for line in keys))
        if key is not None:
            writer.add(KEY, key.encode())
        contents = Contents(
            release=read_version(), made_at=_iso(moment), migrations=migrations, tables=tables, files=files,
            missing=missing, key_stored=key is not None, key_mark=mark_key(),
        )  # fmt: skip
        writer.seal(contents)
    return contents


@contextmanager
def _open_draft(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that gets the path's name at the end, or is deleted if anything interrupts."""
    number, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _add_database(writer: ArchiveWriter, keys: IO[str]) -> tuple[list[tuple[str, str]], dict[str, Table]]:
    """Write all rows as of one moment, and the names of their files into `keys`, one per line."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(SETTINGS)
        migrations = applied_migrations()
        tables = {name: describe_table(name) for name in find_tables(migrations)}
        if not tables:
            raise DomainError("There is nothing to back up: this database holds no arena.")
        for name, table in tables.items():
            counted = 0
            for number, (rows, piece) in enumerate(() if name in _FORGOTTEN else read_rows(name, table)):
                writer.add(f"{TABLES}{name}/{number:06}.gz", piece)
                counted += rows
            tables[name] = Table(table.columns, counted, table.sequences)
        keys.writelines(f"{key}\n" for key in read_storage_keys(list(tables)))
    return migrations, tables


def _add_files(writer: ArchiveWriter, keys: Iterable[str]) -> tuple[int, list[str]]:
    """Write the files; return how many were written, and the names of the missing ones."""
    count, missing = 0, []
    for key in keys:
        try:
            with default_storage.open(key) as file:
                data = file.read()
        except FileNotFoundError:
            missing.append(key)
            continue
        writer.add(f"{FILES}{key}", data)
        count += 1
    return count, missing


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
