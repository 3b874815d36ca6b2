"""Checking that the files behind sealed votes are there and are what they were: originals, and what voters saw."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from arena.voting.models import Ledger

# Rows of originals come without their renditions where an import was taken back; then there is no file to check.
_FILES = """
WITH image AS (
    SELECT DISTINCT i.id, i.storage_key, i.byte_size, i.sha256
    FROM voting_ledgerentry e JOIN voting_matchup m ON m.id = e.vote_id
    JOIN generation_image i ON i.generation_id IN (m.left_id, m.right_id)
    WHERE e.ledger_id = %s
)
SELECT storage_key, byte_size, sha256 FROM image
UNION
SELECT r.storage_key, r.byte_size, r.sha256 FROM generation_rendition r JOIN image ON image.id = r.image_id
ORDER BY storage_key
"""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class FilesCheck:
    """How many files were read, how many of them only by their size, and what is wrong, a line each."""

    files: int
    by_size: int
    faults: tuple[str, ...]


def check_files(ledger: Ledger) -> FilesCheck:
    """Read every original and rendition of a ledger's sealed votes, and compare it with its row.

    A rendition whose row has no hash is compared by its size: it is from before hashes were kept.
    """
    files = by_size = 0
    faults = []
    for key, size, sha256 in _read_rows(ledger):
        files += 1
        by_size += not sha256
        if fault := _find_fault(key, size, sha256):
            faults.append(f"{key} {fault}")
    return FilesCheck(files, by_size, tuple(faults))


def mark_as_restored() -> None:
    """Let the next `verify` check the files, too."""
    _mark().touch()


def is_restored() -> bool:
    """Tell whether the arena comes from a backup whose files nobody has checked since."""
    return _mark().exists()


def forget_that_restored() -> None:
    """Let `verify` leave the files alone again."""
    _mark().unlink(missing_ok=True)


def _read_rows(ledger: Ledger) -> Iterator[tuple[str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [ledger.pk])
        yield from cursor.fetchall()


def _find_fault(key: str, size: int, sha256: str) -> str:
    digest, length = hashlib.sha256(), 0
    try:
        with default_storage.open(key) as file:
            for chunk in file.chunks(_CHUNK):
                digest.update(chunk)
                length += len(chunk)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if length != size:
        return f"has {length} bytes instead of {size}"
    return "is not what was stored" if sha256 and digest.hexdigest() != sha256 else ""


def _mark() -> Path:
    return Path(settings.DATA_DIR) / "restored"
