"""Storing an image: the private original under its hash, the renditions under random names, then the rows."""

import contextlib
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image as PillowImage

from arena.generation.ingest.renditions import RECIPE, Frame, make_renditions, name_box
from arena.generation.models import Generation, Image, Rendition
from arena.pictures.credential_report import read_report
from arena.pictures.credentials import read_credentials
from arena.pictures.decoding import Decoded, inspect_image
from arena.pictures.likeness import hash_look, is_blank


class NotKept(Exception):
    """Raised inside `keep_files` to undo an image: its transaction is rolled back, its renditions are deleted."""


@dataclass(frozen=True)
class Seen:
    """What an image's bytes show and claim, in the words of `Image`."""

    pixels: str
    look: int
    is_blank: bool
    credentials: Mapping[str, Any]


@dataclass(frozen=True)
class Prepared:
    """What is computed from an image's bytes before anything is stored; `renditions` by width, made in `frame`."""

    sha256: str
    seen: Seen
    format: str
    width: int
    height: int
    renditions: Mapping[int, bytes]
    frame: Frame | None = None


class SavedRendition(NamedTuple):
    """A rendition's file, written but not yet named by any row; `sha256` in hexadecimal."""

    width: int
    storage_key: str
    byte_size: int
    sha256: str


@dataclass(frozen=True)
class SavedFiles:
    """The files of one image, written but not yet named by any row."""

    sha256: str
    seen: Seen
    original_key: str
    format: str
    width: int
    height: int
    byte_size: int
    renditions: tuple[SavedRendition, ...]
    frame: Frame | None = None


def prepare_image(data: bytes, *, frame: Frame | None = None) -> Prepared:
    """Decode and render an image; pure, so that other processes may do it. Raises BadImage.

    `frame` is that of its prompt (`read_frame`).
    """
    decoded = inspect_image(data)
    picture = decoded.picture
    return Prepared(
        sha256=hashlib.sha256(data).hexdigest(),
        seen=look_at(data, decoded),
        format=decoded.format,
        width=picture.width,
        height=picture.height,
        renditions=make_renditions(picture, frame=frame),
        frame=frame,
    )


def look_at(data: bytes, decoded: Decoded) -> Seen:
    """Return what is known of an image from its file and what was decoded from it.

    Who signed its credentials is among it where the extra `c2pa` is installed.
    """
    found = read_credentials(data)
    report = read_report(data, decoded.format) if found.c2pa else None
    credentials = asdict(found) | (asdict(report) if report else {})
    picture = decoded.picture
    return Seen(hash_pixels(picture), hash_look(picture), is_blank(picture), credentials)


def hash_pixels(picture: PillowImage.Image) -> str:
    """Return SHA-256 (hexadecimal) of a decoded picture's size and pixels."""
    return hashlib.sha256(b"%d %d " % picture.size + picture.tobytes()).hexdigest()


@contextlib.contextmanager
def keep_files(data: bytes, prepared: Prepared | None = None, *, frame: Frame | None = None) -> Iterator[SavedFiles]:
    """Write the files of an image for the rows made inside the block. Raises BadImage.

    `prepared` is what `prepare_image` returns for these bytes; if it is not given, it is computed here, in `frame`.

    If the block's transaction was certainly rolled back, the renditions are deleted. The original stays, since another
    job may just have found the same bytes there. After any other error all files stay: a commit whose answer was lost
    may have succeeded, and a file without a row costs less than a row without its file.
    """
    made = prepared or prepare_image(data, frame=frame)
    with contextlib.ExitStack() as undo:
        files = SavedFiles(
            sha256=made.sha256,
            seen=made.seen,
            original_key=_write_original(made.sha256, data),
            format=made.format,
            width=made.width,
            height=made.height,
            byte_size=len(data),
            renditions=write_renditions(made.renditions, undo),
            frame=made.frame,
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
            generation=generation, sha256=files.sha256, storage_key=files.original_key, **asdict(files.seen),
            format=files.format, width=files.width, height=files.height, byte_size=files.byte_size,
            provenance=dict(provenance),
        )  # fmt: skip
        add_renditions(image, files.renditions, frame=files.frame)
    return image


def add_renditions(image: Image, renditions: Iterable[SavedRendition], *, frame: Frame | None) -> None:
    """Write the rows of rendition files that are stored, rendered in this frame."""
    Rendition.objects.bulk_create(
        Rendition(image=image, box=name_box(saved.width, frame), recipe=RECIPE, **saved._asdict())
        for saved in renditions
    )


def write_renditions(renditions: Mapping[int, bytes], undo: contextlib.ExitStack) -> tuple[SavedRendition, ...]:
    """Store rendition files, given by width, under random names; `undo` deletes them."""
    return tuple(
        SavedRendition(width, _write_rendition(file, undo), len(file), hashlib.sha256(file).hexdigest())
        for width, file in renditions.items()
    )


def _write_original(sha256: str, data: bytes) -> str:
    """Store the bytes once, under their hash, and return their key.

    A file of another size is one that somebody else is writing just now, or whose writer was killed. It is left alone,
    and the storage gives ours a name of its own.
    """
    key = f"originals/{sha256[:2]}/{sha256}"
    if default_storage.exists(key) and default_storage.size(key) == len(data):
        return key
    return default_storage.save(key, ContentFile(data))


def _write_rendition(file: bytes, undo: contextlib.ExitStack) -> str:
    name = secrets.token_hex(16)
    key = default_storage.save(f"renditions/{name[:2]}/{name}", ContentFile(file))
    undo.callback(default_storage.delete, key)
    return key
