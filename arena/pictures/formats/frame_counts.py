"""Counts the pictures in a file by its own structure, since Pillow decodes or reads all of them for that."""

import struct

from PIL import Image

# A file may hold millions of empty frames; nobody needs their number.
MOST = 10_000


def count_frames(data: bytes, opened: Image.Image) -> int:
    """Return how many frames or pages the opened file holds, at most MOST."""
    if opened.format == "GIF":
        return _count_gif(data)
    if opened.format == "TIFF":
        return _count_tiff(data)
    return min(int(getattr(opened, "n_frames", 1)), MOST)


def _count_gif(data: bytes) -> int:
    position, frames = 13 + _colours(data, 10), 0
    while frames < MOST and position < len(data):
        kind = data[position]
        if kind == 0x2C:
            frames += 1
            position += 11 + _colours(data, position + 9)
        elif kind == 0x21:
            position += 2
        else:
            break
        while position < len(data) and data[position]:
            position += 1 + data[position]
        position += 1
    return max(frames, 1)


def _colours(data: bytes, place: int) -> int:
    """Return the length of the colour table that the flags at this place tell of."""
    flags = data[place] if place < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _count_tiff(data: bytes) -> int:
    """Count directories that hold a page: one marked as a smaller copy of another is none."""
    order = "<" if data[:2] == b"II" else ">"
    if data[2:4] not in {b"*\0", b"\0*"}:
        # BigTIFF, whose directories have longer numbers: its pages are taken for one picture.
        return 1
    seen: set[int] = set()
    pages = 0
    place = struct.unpack_from(f"{order}I", data, 4)[0]
    while place and place not in seen and len(seen) < MOST and place + 2 <= len(data):
        seen.add(place)
        entries = struct.unpack_from(f"{order}H", data, place)[0]
        end = place + 2 + 12 * entries
        pages += not _is_smaller_copy(data[place + 2 : end], order)
        place = struct.unpack_from(f"{order}I", data, end)[0] if end + 4 <= len(data) else 0
    return max(pages, 1)


def _is_smaller_copy(directory: bytes, order: str) -> bool:
    """Tell whether NewSubfileType, which is the first tag of a directory if it is there, has its lowest bit."""
    if len(directory) < 12:
        return False
    tag, _kind, _count, value = struct.unpack_from(f"{order}HHII", directory)
    return tag == 254 and bool(value & 1)
