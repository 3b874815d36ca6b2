"""Finds the texts that stand in a picture's file: PNG chunks, Exif, XMP, comments. No pixel is decoded."""

import html
import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from arena.pictures.decoding import UNREADABLE
from arena.pictures.formats.file_parts import (
    JPEG_START,
    PNG_START,
    is_webp,
    jpeg_segments,
    png_chunks,
    webp_chunks,
)

# One text, and all texts of a file. What is longer is passed over.
MAX_TEXT = 4 * 2**20
MAX_TEXTS = 16 * 2**20
MAX_ENTRIES = 512
EXIF_NAMES = {
    0x010E: "exif:ImageDescription",
    0x010F: "exif:Make",
    0x0110: "exif:Model",
    0x0131: "exif:Software",
    0x927C: "exif:MakerNote",
    0x9286: "exif:UserComment",
}
EXIF_POINTER = 0x8769
# Tags hold bytes, ASCII text or bytes of no type.
EXIF_TEXT_TYPES = {1, 2, 7}
XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"


def read_texts(data: bytes) -> dict[str, str]:
    """Return the texts of a file by name: PNG keywords as they stand, `exif:…`, `xmp` and `comment`.

    The first text of a name counts. Anything broken, too long or unknown is passed over; nothing is raised.
    """
    texts: dict[str, str] = {}
    room = MAX_TEXTS
    for name, text in _parts(data):
        if name not in texts and len(text) <= min(room, MAX_TEXT):
            texts[name] = text
            room -= len(text)
    return texts


def read_element(xmp: str, name: str) -> str:
    """Return the text of an XMP property, written as an element (its first list item) or as an attribute."""
    _before, opened, rest = xmp.partition(f"<{name}>")
    if not opened:
        _before, opened, rest = xmp.partition(f'{name}="')
        return html.unescape(rest.partition('"')[0]) if opened else ""
    inside = rest.partition(f"</{name}>")[0]
    _before, opened, item = inside.partition("<rdf:li")
    if opened:
        inside = item.partition(">")[2].partition("</rdf:li>")[0]
    return html.unescape(inside).strip()


def _parts(data: bytes) -> Iterator[tuple[str, str]]:
    if data.startswith(PNG_START):
        yield from _png_texts(data)
    elif data.startswith(JPEG_START):
        yield from _jpeg_texts(data)
    elif is_webp(data):
        yield from _webp_texts(data)
    else:
        yield from _other_texts(data)


def _png_texts(data: bytes) -> Iterator[tuple[str, str]]:
    for kind, place in png_chunks(data):
        if place.stop - place.start > MAX_TEXT:
            continue
        if kind in {b"tEXt", b"zTXt", b"iTXt"}:
            keyword, _zero, rest = data[place].partition(b"\0")
            text = _png_text(kind, rest)
            if text is not None:
                yield ("xmp" if keyword == b"XML:com.adobe.xmp" else keyword.decode("latin-1")), text
        elif kind == b"comf":
            # ComfyUI's animated PNG keeps its texts in a chunk of its own.
            keyword, _zero, rest = data[place].partition(b"\0")
            yield keyword.decode("latin-1"), _decode(rest)
        elif kind == b"eXIf":
            yield from _exif_texts(data[place])


def _png_text(kind: bytes, rest: bytes) -> str | None:
    """Decode what follows the keyword in a text chunk; None if it is broken or too long."""
    if kind == b"tEXt":
        return _decode(rest)
    if kind == b"zTXt":
        return _inflate(rest[1:])
    flags, rest = rest[:2], rest[2:]
    _language, _zero, rest = rest.partition(b"\0")
    _translated, _zero, rest = rest.partition(b"\0")
    return _inflate(rest) if flags[:1] == b"\x01" else _decode(rest)


def _inflate(packed: bytes) -> str | None:
    inflating = zlib.decompressobj()
    try:
        text = inflating.decompress(packed, MAX_TEXT)
    except zlib.error:
        return None
    return _decode(text) if inflating.eof else None


def _jpeg_texts(data: bytes) -> Iterator[tuple[str, str]]:
    for marker, place in jpeg_segments(data):
        body = data[place]
        if marker == 0xFE:
            yield "comment", _decode(body)
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            yield from _exif_texts(body[6:])
        elif marker == 0xE1 and body.startswith(XMP_NAME):
            yield "xmp", _decode(body[len(XMP_NAME) :])


def _webp_texts(data: bytes) -> Iterator[tuple[str, str]]:
    for kind, place in webp_chunks(data):
        body = slice(place.start, min(place.stop, place.start + MAX_TEXT))
        if kind == b"EXIF":
            yield from _exif_texts(data[body].removeprefix(b"Exif\0\0"))
        elif kind == b"XMP ":
            yield "xmp", _decode(data[body])


def _other_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Read AVIF, GIF and TIFF by Pillow, which opens their headers only."""
    if data[:2] in {b"II", b"MM"}:
        yield from _exif_texts(data)
        return
    try:
        with Image.open(io.BytesIO(data), formats=("AVIF", "GIF")) as opened:
            info = opened.info
    except UNREADABLE:
        return
    if isinstance(exif := info.get("exif"), bytes):
        yield from _exif_texts(exif.removeprefix(b"Exif\0\0"))
    for name in ("xmp", "comment"):
        if isinstance(text := info.get(name), bytes) and len(text) <= MAX_TEXT:
            yield name, _decode(text)


def _exif_texts(data: bytes) -> Iterator[tuple[str, str]]:
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return
    below = 0
    for start in (struct.unpack_from(f"{order}I", data, 4)[0], None):
        for tag, body in _exif_entries(data, order, below if start is None else start):
            if tag == EXIF_POINTER and len(body) == 4:
                below = struct.unpack(f"{order}I", body)[0]
            elif tag in EXIF_NAMES:
                decode = _decode_comment if tag == 0x9286 else _decode
                yield EXIF_NAMES[tag], decode(body)
        if not below:
            return


def _exif_entries(data: bytes, order: str, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the tags of one directory whose values are bytes, and the pointer to the next one."""
    if start + 2 > len(data):
        return
    for index in range(min(struct.unpack_from(f"{order}H", data, start)[0], MAX_ENTRIES)):
        position = start + 2 + 12 * index
        if position + 12 > len(data):
            return
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, position)
        if tag == EXIF_POINTER:
            yield tag, data[position + 8 : position + 12]
        elif kind in EXIF_TEXT_TYPES and count <= MAX_TEXT:
            place = position + 8 if count <= 4 else struct.unpack_from(f"{order}I", data, position + 8)[0]
            yield tag, data[place : place + count]


def _decode_comment(body: bytes) -> str:
    """Decode a UserComment. Its code says what nobody keeps to, so the places of its zero bytes decide."""
    code, text = body[:8], body[8:]
    if code not in {b"UNICODE\0", b"ASCII\0\0\0", bytes(8)}:
        return _decode(body)
    even, odd = text[0::2].count(0), text[1::2].count(0)
    if code == b"UNICODE\0" and even == odd == 0:
        try:
            return _decode_strictly(text)
        except UnicodeDecodeError:
            return text.decode("utf-16-be", "replace")
    if even + odd > len(text) // 8:
        return text.decode("utf-16-be" if even > odd else "utf-16-le", "replace").strip("\0\ufeff")
    if code == b"UNICODE\0":
        return text.decode("utf-16-be" if even >= odd else "utf-16-le", "replace").strip("\0\ufeff")
    return _decode(text)


def _decode_strictly(text: bytes) -> str:
    return text.rstrip(b"\0").decode("utf-8-sig")


def _decode(text: bytes) -> str:
    """Decode text that should be Latin-1 or UTF-8 and is often the other one."""
    try:
        return _decode_strictly(text)
    except UnicodeDecodeError:
        return text.rstrip(b"\0").decode("latin-1")
