"""Finds the parts of a picture's file without copying them: chunks of PNG and WebP, segments of JPEG."""

import struct
from collections.abc import Iterator

PNG_START, JPEG_START = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
# Of one file, so many parts are looked at.
MAX_PARTS = 20_000
# JPEG's markers that stand alone, without a length; and those after which come pixels, or nothing.
ALONE = {0x01, *range(0xD0, 0xD9)}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


def png_chunks(data: bytes) -> Iterator[tuple[bytes, slice]]:
    """Yield kind and place of each chunk of a PNG; the last one may end early."""
    position = len(PNG_START)
    for _ in range(MAX_PARTS):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        yield kind, slice(position + 8, position + 8 + length)
        position += 12 + length


def jpeg_segments(data: bytes) -> Iterator[tuple[int, slice]]:
    """Yield marker and place of each segment of a JPEG before its pixels; the place leaves marker and length out."""
    position = len(JPEG_START)
    for _ in range(MAX_PARTS):
        if position + 4 > len(data) or data[position] != 0xFF:
            return
        marker = data[position + 1]
        if marker == 0xFF or marker in ALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in {START_OF_SCAN, END_OF_IMAGE}:
            return
        (length,) = struct.unpack_from(">H", data, position + 2)
        yield marker, slice(position + 4, position + 2 + length)
        position += 2 + length


def is_webp(data: bytes) -> bool:
    """Tell whether a file begins as WebP."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, slice]]:
    """Yield kind and place of each chunk of a WebP file; the last one may end early."""
    position = 12
    for _ in range(MAX_PARTS):
        if position + 8 > len(data):
            return
        kind, length = struct.unpack_from("<4sI", data, position)
        yield kind, slice(position + 8, position + 8 + length)
        position += 8 + length + length % 2
