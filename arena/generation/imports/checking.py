"""Checks a picture, and converts it: work on one file that uses no database, so that any process can do it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena.generation.imports.cores import map_on_all_cores
from arena.generation.ingest.generators.made_with import read_made_with
from arena.generation.ingest.images import SavedFiles, hash_pixels, keep_files
from arena.generation.ingest.metadata import read_prompt
from arena.generation.ingest.renditions import Frame
from arena.languages.written_messages import write_message
from arena.pictures.bad_images import BadImage, Said, Value
from arena.pictures.bad_images import gettext_noop as _
from arena.pictures.decoding import MAX_BYTES, inspect_image, too_large

# CPU seconds for a picture of 1024 × 1024 pixels, about.
CHECK_SECONDS, CONVERT_SECONDS = 0.05, 0.2


@dataclass(frozen=True)
class CheckedPicture:
    """What a file's bytes say. `prompt` is what a generator claims.

    `problem` is empty if it can be imported, else a message for `write_message` with its `values`.

    `pixels` is the hash of what it shows, empty if it was not decoded, and `size` then (0, 0). `made_with` are the
    settings that a generator claims.
    """

    sha256: str = ""
    pixels: str = ""
    problem: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    prompt: str = ""
    tool: str = ""
    size: tuple[int, int] = (0, 0)
    made_with: dict[str, Any] = field(default_factory=dict)

    @property
    def why_not(self) -> str:
        """Why it cannot be imported, in the reader's language; empty if it can."""
        return write_message(self.problem, self.values) if self.problem else ""


@dataclass(frozen=True)
class ConvertedPicture:
    """The stored files of a picture, or the reason why there are none."""

    files: SavedFiles | None
    problem: Said | None = None


def check_picture(task: tuple[Path, str]) -> CheckedPicture:
    """Decode a picture; the second part of the task is the hash of bytes that need no check again."""
    path, known = task
    try:
        data = read_picture(path)
    except BadImage as error:
        return CheckedPicture(problem=error.said.message, values=error.said.values)
    sha256 = hashlib.sha256(data).hexdigest()
    pixels, size = "", (0, 0)
    if sha256 != known:
        try:
            picture = inspect_image(data).picture
            pixels, size = hash_pixels(picture), picture.size
        except BadImage as error:
            return CheckedPicture(sha256=sha256, problem=error.said.message, values=error.said.values)
    found = read_prompt(data)
    return CheckedPicture(
        sha256=sha256,
        pixels=pixels,
        prompt=found.text if found else "",
        tool=found.tool if found else "",
        size=size,
        made_with=read_made_with(data),
    )


def convert_picture(task: tuple[Path, str, Frame | None]) -> ConvertedPicture:
    """Store a picture's original and renditions, in its prompt's frame, if its bytes have the hash that was checked."""
    path, sha256, frame = task
    try:
        data = read_picture(path)
        if hashlib.sha256(data).hexdigest() != sha256:
            return ConvertedPicture(None, _("Its bytes are others now."))
        with keep_files(data, frame=frame) as files:
            return ConvertedPicture(files)
    except BadImage as error:
        return ConvertedPicture(None, error.said)


def check_on_all_cores(tasks: Sequence[tuple[Path, str]]) -> Iterator[CheckedPicture]:
    """Check pictures as `check_picture` does."""
    return map_on_all_cores(check_picture, tasks, seconds=CHECK_SECONDS)


def read_picture(path: Path) -> bytes:
    """Return a file's bytes. Raises BadImage for one that is too large or cannot be read."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadImage(too_large(size))
        return path.read_bytes()
    except OSError as error:
        raise BadImage(_("It cannot be read ({why}).", why=error.strerror or type(error).__name__)) from error
