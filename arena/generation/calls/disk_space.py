"""Disk space for images: no call is made if its image could not be stored."""

import shutil
import time
from pathlib import Path

import structlog
from django.core.files.storage import FileSystemStorage, default_storage

# An original may take 20 MB or more, and the database needs space as well.
LEAST_FREE_BYTES = 128 * 2**20
_SAY_EVERY_SECONDS = 60.0

log = structlog.get_logger(__name__)
_said_at = -_SAY_EVERY_SECONDS


def has_room() -> bool:
    """Tell whether the images' disk has enough space; a storage that is not a folder is assumed to have it."""
    global _said_at
    if not isinstance(default_storage, FileSystemStorage):
        return True
    folder = Path(default_storage.location)
    # The folder may not exist yet: it is created with the first image.
    free = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
    if free >= LEAST_FREE_BYTES:
        return True
    if time.monotonic() - _said_at >= _SAY_EVERY_SECONDS:
        _said_at = time.monotonic()
        log.error("disk_full", folder=str(folder), free_bytes=free, needed_bytes=LEAST_FREE_BYTES)
    return False
