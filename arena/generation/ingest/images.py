"""Storing an image: the private original under its hash, the renditions under random names, then the rows."""

import contextlib
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from arena.generation.ingest.decoding import inspect_image
from arena.generation.ingest.renditions import make_renditions
from arena.generation.models import Generation, Image, Rendition


class NotKept(Exception):
    """Raised inside `keep_files` to undo an image: its transaction is rolled back, its renditions are deleted."""


@dataclass(frozen=True)
class SavedFiles:
    """The files of one image, written but not yet named by any row. `renditions` is (width, key, bytes)."""

    sha256: str
    original_key: str
    format: str
    width: int
    height: int
    byte_size: int
    renditions: tuple[tuple[int, str, int], ...]


@contextlib.contextmanager
def keep_files(data: bytes) -> Iterator[SavedFiles]:
    """Write the files of an image for the rows made inside the block. Raises BadImage.

    If the block's transaction was certainly rolled back, the renditions are deleted. The original stays, since another
    job may just have found the same bytes there. After any other error all files stay: a commit whose answer was lost
    may have succeeded, and a file without a row costs less than a row without its file.
    """
    decoded = inspect_image(data)
    renditions = make_renditions(decoded.picture)
    sha256 = hashlib.sha256(data).hexdigest()
    with contextlib.ExitStack() as undo:
        files = SavedFiles(
            sha256=sha256,
            original_key=_write_original(sha256, data),
            format=decoded.format,
            width=decoded.picture.width,
            height=decoded.picture.height,
            byte_size=len(data),
            renditions=tuple((width, _write_rendition(file, undo), len(file)) for width, file in renditions.items()),
        )
        kept = undo.pop_all()
    try:
        yield files
    except (NotKept, IntegrityError):
        kept.close()
        raise


def attach_image(*, generation: Generation, files: SavedFiles, provenance: Mapping[str, Any]) -> Image:
    """Write the rows of an image whose files are stored, all or none."""
    with transaction.atomic():
        image = Image.objects.create(
            generation=generation, sha256=files.sha256, storage_key=files.original_key, format=files.format,
            width=files.width, height=files.height, byte_size=files.byte_size, provenance=dict(provenance),
        )  # fmt: skip
        Rendition.objects.bulk_create(
            Rendition(image=image, width=width, storage_key=key, byte_size=size)
            for width, key, size in files.renditions
        )
    return image


def _write_original(sha256: str, data: bytes) -> str:
    key = f"originals/{sha256[:2]}/{sha256}"
    if default_storage.exists(key):
        if default_storage.size(key) == len(data):
            return key
        # The file is incomplete: a process was killed while it wrote it.
        default_storage.delete(key)
    return default_storage.save(key, ContentFile(data))


def _write_rendition(file: bytes, undo: contextlib.ExitStack) -> str:
    name = secrets.token_hex(16)
    key = default_storage.save(f"renditions/{name[:2]}/{name}", ContentFile(file))
    undo.callback(default_storage.delete, key)
    return key
