"""Markers of Content Credentials are found where each format keeps them, and nowhere else."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from arena.pictures.credentials import C2PA_BOX, Credentials, read_credentials
from arena.pictures.decoding import inspect_image
from tests.arena.generation.ingest.picture_files import chunk, picture

STORE = struct.pack(">I4s", 40, b"jumb") + b"\0\0\0\x1ejumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9bqc2pa\0"
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description DigitalSourceType="{SOURCE}"/></x:xmpmeta>'.encode()
SAID = STORE + b"Applied imperceptible SynthID watermark." + SOURCE.encode()


def file_of(kind: str, **options: Any) -> bytes:
    """Return a picture in this format."""
    file = io.BytesIO()
    picture().save(file, kind, **options)
    return file.getvalue()


def with_chunk(kind: bytes, body: bytes) -> bytes:
    """Return a PNG with this chunk behind its header."""
    data = file_of("PNG")
    return data[:33] + chunk(kind, body) + data[33:]


def with_segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG with this segment first."""
    data = file_of("JPEG")
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + data[2:]


def with_riff(kind: bytes, body: bytes) -> bytes:
    """Return a WebP with this chunk at its end."""
    data = file_of("WEBP") + struct.pack("<4sI", kind, len(body)) + body + bytes(len(body) % 2)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def with_box(body: bytes) -> bytes:
    """Return an AVIF with a `uuid` box behind its first box."""
    data = file_of("AVIF")
    (first,) = struct.unpack_from(">I", data)
    return data[:first] + data[first:] + struct.pack(">I4s", 8 + len(body), b"uuid") + body


FULL = Credentials(c2pa=True, synthid=True, source_type="trainedAlgorithmicMedia")
TYPED = Credentials(source_type="trainedAlgorithmicMedia")
XML = b"XML:com.adobe.xmp\0"
CASES = {
    "png": (with_chunk(b"caBX", SAID), FULL),
    "png xmp": (with_chunk(b"iTXt", XML + b"\0\0en\0\0" + XMP), TYPED),
    "png packed xmp": (with_chunk(b"iTXt", XML + b"\1\0\0\0" + zlib.compress(XMP)), TYPED),
    "png broken xmp": (with_chunk(b"iTXt", XML + b"\1\0\0\0" + b"no zlib"), Credentials()),
    "png whose prompt speaks of it": (with_chunk(b"tEXt", b"parameters\0a poster c2pa SynthID " + XMP), Credentials()),
    "jpeg": (with_segment(0xEB, b"JP\0\1\0\0\0\1" + SAID), FULL),
    "jpeg of other boxes": (with_segment(0xEB, b"JP\0\1\0\0\0\1jumb depth map"), Credentials()),
    "jpeg xmp": (file_of("JPEG", xmp=XMP), TYPED),
    "webp": (with_riff(b"C2PA", SAID), FULL),
    "webp xmp": (file_of("WEBP", xmp=XMP), TYPED),
    "avif": (with_box(C2PA_BOX + SAID), Credentials(c2pa=True, synthid=True, source_type="trainedAlgorithmicMedia")),
    "avif of another uuid": (with_box(bytes(16) + SAID), Credentials()),
    "avif xmp": (file_of("AVIF", xmp=XMP), TYPED),
    "gif": (file_of("GIF", comment=SAID[:250]), Credentials()),
    "nothing": (b"", Credentials()),
    "cut": (with_chunk(b"caBX", SAID)[:37], Credentials()),
    "jpeg cut": (b"\xff\xd8\xff\xeb\0\x20JP", Credentials()),
    "box without an end": (struct.pack(">I4s", 4, b"ftyp") + bytes(40), Credentials()),
}


@pytest.mark.parametrize("name", CASES)
def test_marker_is_found_where_the_format_keeps_it(name: str) -> None:
    data, expected = CASES[name]
    assert read_credentials(data) == expected


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "avif"])
def test_what_is_shown_to_voters_has_lost_it(name: str) -> None:
    shown = inspect_image(CASES[name][0]).picture
    file = io.BytesIO()
    shown.save(file, "WEBP")
    assert read_credentials(file.getvalue()) == Credentials()
    assert isinstance(shown, Image.Image)
