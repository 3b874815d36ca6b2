"""What is stored of a source picture or a mask: pixels and nothing else, as a file that every host takes."""

import hashlib
import io
import struct
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from arena.pictures.bad_images import BadImage
from arena.pictures.bad_images import gettext_noop as _
from arena.pictures.decoding import UNREADABLE, inspect_image
from arena.pictures.masks import read_mask

PNG, JPEG = "image/png", "image/jpeg"
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
# Markers of a JPEG whose segments are needed for its pixels: JFIF and Adobe's, tables, frames.
_JPEG_PARTS = {0xE0, 0xEE, 0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDD}
_START_OF_SCAN = 0xDA


@dataclass(frozen=True)
class SourceFile:
    """A file ready to be stored, and the hash of the one that it was made from."""

    data: bytes
    media_type: str
    width: int
    height: int
    given_sha256: str

    @property
    def sha256(self) -> str:
        """SHA-256 (hexadecimal) of what is stored."""
        return hash_bytes(self.data)


def hash_bytes(data: bytes) -> str:
    """Return SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@lru_cache(maxsize=8)
def prepare_source(data: bytes) -> SourceFile:
    """Return a source without metadata, its pixels as people see them: upright, in sRGB, opaque (on white).

    A JPEG stays one if its pixels are the same without its metadata, and so does a plain PNG; all else becomes a PNG.
    Raises BadImage.
    """
    picture = inspect_image(data).picture
    for media_type, stripped in ((JPEG, _strip_jpeg(data)), (PNG, data if _is_plain_png(data) else b"")):
        if stripped and _shows(stripped, picture, unchanged=stripped == data):
            return _file(stripped, media_type, picture, data)
    return _file(_encode(picture), PNG, picture, data)


def prepare_mask(data: bytes, *, size: tuple[int, int]) -> SourceFile:
    """Return a mask as a PNG of one channel, white where the picture may change. Raises BadImage, for other sizes too.

    `arena.pictures.masks` says how a file is read. `size` is the first source's.
    """
    mask = read_mask(data)
    if mask.size != size:
        raise BadImage(
            _(
                "The mask is {mask}, and the first source {source}: a mask has the size of the picture that it is for.",
                mask=f"{mask.width} × {mask.height}",
                source=f"{size[0]} × {size[1]}",
            )
        )
    return _file(_encode(mask), PNG, mask, data)


def _file(data: bytes, media_type: str, picture: Image.Image, given: bytes) -> SourceFile:
    return SourceFile(data, media_type, picture.width, picture.height, hash_bytes(given))


def _encode(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _shows(data: bytes, picture: Image.Image, *, unchanged: bool) -> bool:
    """Tell whether a stripped file is in grey or RGB and shows just this picture."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.mode not in {"L", "P", "RGB"}:
                return False
        return unchanged or inspect_image(data).picture.tobytes() == picture.tobytes()
    except (BadImage, *UNREADABLE):
        return False


def _is_plain_png(data: bytes) -> bool:
    """Tell whether a PNG holds pixels of at most eight bits, and nothing besides."""
    if not data.startswith(_PNG_START) or data[24] > 8:
        return False
    position, last = len(_PNG_START), b""
    while position + 12 <= len(data):
        length, last = struct.unpack_from(">I4s", data, position)
        if last not in _PNG_PARTS:
            return False
        position += 12 + length
    return last == b"IEND" and position == len(data)


def _strip_jpeg(data: bytes) -> bytes:
    """Return a JPEG without comments, profiles, Exif and what follows its end; empty if that is no simple matter."""
    if not data.startswith(b"\xff\xd8"):
        return b""
    kept, position = [b"\xff\xd8"], 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4])
        if marker == _START_OF_SCAN:
            # In a scan, 0xFF is followed by zero or a restart; only the end has this marker.
            end = data.find(b"\xff\xd9", position)
            return b"".join([*kept, data[position : end + 2]]) if end > 0 else b""
        if marker in _JPEG_PARTS:
            kept.append(data[position : position + 2 + length])
        position += 2 + length
    return b""
