"""What a picture's file claims about its making: Content Credentials (C2PA), SynthID, the kind of source; pure.

Markers are looked for, nothing is verified: whoever wants to know whether a claim holds reads the original with a C2PA
tool. Where each format keeps its markers: C2PA specification 2.2, annex A (embedding manifests).
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from arena.pictures.formats.file_parts import (
    JPEG_START,
    MAX_PARTS,
    PNG_START,
    is_webp,
    jpeg_segments,
    png_chunks,
    webp_chunks,
)

# The box of a manifest store in the ISO base media format.
C2PA_BOX = UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
SOURCE_TYPE = re.compile(rb"cv\.iptc\.org/newscodes/digitalsourcetype/(?P<kind>[A-Za-z0-9]{1,60})")
SYNTHID = re.compile(rb"synth\s?id", re.IGNORECASE)
XMP_NAMES = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
XMP_KEYWORD = b"XML:com.adobe.xmp\0"
# The most that is unpacked of one text.
MAX_XMP = 2**20

C2PA, XMP = "c2pa", "xmp"


@dataclass(frozen=True)
class Credentials:
    """What a file claims. `source_type` is IPTC's word, such as `trainedAlgorithmicMedia`; empty where none stands."""

    c2pa: bool = False
    synthid: bool = False
    source_type: str = ""


def read_credentials(data: bytes) -> Credentials:
    """Return what a PNG, JPEG, WebP, AVIF or HEIC file claims about its making. Never raises."""
    has_c2pa, texts = False, b""
    for kind, body in _parts(data):
        has_c2pa |= kind == C2PA
        texts += b"\n" + body
    source = SOURCE_TYPE.search(texts)
    return Credentials(
        c2pa=has_c2pa,
        synthid=SYNTHID.search(texts) is not None,
        source_type=source["kind"].decode() if source else "",
    )


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of a file that hold a manifest store or XMP."""
    if data.startswith(PNG_START):
        yield from _png_parts(data)
    elif data.startswith(JPEG_START):
        yield from _jpeg_parts(data)
    elif is_webp(data):
        yield from _webp_parts(data)
    elif data[4:8] == b"ftyp":
        yield from _box_parts(data)


def _png_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    for kind, place in png_chunks(data):
        if kind == b"caBX":
            yield C2PA, data[place]
        elif kind == b"iTXt" and (body := data[place]).startswith(XMP_KEYWORD):
            yield XMP, _png_text(body.removeprefix(XMP_KEYWORD))


def _png_text(body: bytes) -> bytes:
    """Return an iTXt's text behind its keyword: flag, method, language, translated keyword, text."""
    text = body[2:].partition(b"\0")[2].partition(b"\0")[2]
    if body[:1] != b"\1":
        return text
    try:
        return zlib.decompressobj().decompress(text, MAX_XMP)
    except zlib.error:
        return b""


def _jpeg_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    for marker, place in jpeg_segments(data):
        body = data[place]
        if marker == 0xEB and body.startswith(b"JP"):
            # A superbox that spans several segments names its content in the first of them.
            yield (C2PA if b"c2pa" in body else XMP), body
        elif marker == 0xE1 and body.startswith(XMP_NAMES):
            yield XMP, body


def _webp_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    for kind, place in webp_chunks(data):
        if kind in {b"C2PA", b"XMP "}:
            yield (C2PA if kind == b"C2PA" else XMP), data[place]


def _box_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Read AVIF and HEIC. Their XMP is an item that lies in `mdat` or `idat`, beside the pixels."""
    position = 0
    for _ in range(MAX_PARTS):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        head = 8
        if length == 1 and position + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, position + 8)
            head = 16
        end = position + length if length else len(data)
        body = data[position + head : end]
        if kind == b"uuid" and body.startswith(C2PA_BOX):
            yield C2PA, body
        elif kind in {b"mdat", b"meta"}:
            yield from ((XMP, found) for found in re.findall(rb"<x:xmpmeta.{0,%d}?</x:xmpmeta>" % MAX_XMP, body, re.S))
        if end <= position:
            return
        position = end
