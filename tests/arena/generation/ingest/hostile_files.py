"""Forty files that no arena should take: bombs, other kinds of files, polyglots, files cut short, animations."""

import gzip
import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.arena.generation.ingest.picture_files import animated, chunk, encode, picture, tiff, zeros

# Megabytes to which bombs unpack: more than twice of what a process may grow by.
BOMB = 108
PNG = b"\x89PNG\r\n\x1a\n"


def png_of(width: int, height: int, depth: int = 8, colour: int = 2, *, rows: bytes = b"", more: bytes = b"") -> bytes:
    """Return a PNG that claims this size; its pixels are `rows`, compressed."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return PNG + header + more + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def png_bomb(side: int) -> bytes:
    """Return a whole PNG of one colour whose pixels take BOMB megabytes, for a side of 6000."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return PNG + header + chunk(b"IDAT", zeros(BOMB)) + chunk(b"IEND", b"")


def plain(kind: str, size: tuple[int, int], **options: object) -> bytes:
    """Return a black picture of this size."""
    file = io.BytesIO()
    Image.new("1" if kind in {"PNG", "TIFF", "GIF"} else "L", size).save(file, kind, **options)
    return file.getvalue()


def webp_of(width: int, height: int) -> bytes:
    """Return a WebP whose header claims this size."""
    data = bytearray(encode(picture(), "WEBP", lossless=True))
    # VP8L keeps both sides less one in 14 bits each.
    struct.pack_into("<I", data, 21, (width - 1) | (height - 1) << 14)
    return bytes(data)


def avif_of(width: int, height: int) -> bytes:
    """Return an AVIF whose header claims this size."""
    data = bytearray(encode(picture(), "AVIF"))
    place = data.index(b"ispe") + 8
    struct.pack_into(">II", data, place, width, height)
    return bytes(data)


def gif_of(width: int, height: int) -> bytes:
    """Return a GIF whose screen claims this size."""
    data = bytearray(encode(picture(), "GIF"))
    struct.pack_into("<HH", data, 6, width, height)
    return bytes(data)


def bmp_of(width: int, height: int) -> bytes:
    """Return a BMP whose header claims this size."""
    data = bytearray(encode(picture(), "BMP"))
    struct.pack_into("<ii", data, 18, width, height)
    return bytes(data)


def jpeg_of(width: int, height: int) -> bytes:
    """Return a JPEG whose frame claims this size."""
    data = bytearray(encode(picture(), "JPEG"))
    place = data.index(b"\xff\xc0") + 5
    struct.pack_into(">HH", data, place, height, width)
    return bytes(data)


def cut(kind: str, share: float = 0.6) -> bytes:
    """Return the beginning of a file."""
    data = encode(Image.fromarray(np.random.default_rng(4).integers(0, 255, (96, 96, 3), np.uint8)), kind)
    return data[: int(len(data) * share)]


def fits() -> bytes:
    """Return a FITS file whose pixels are a gzip bomb, which Pillow unpacks whole (CVE-2026-40192's shape)."""
    cards = ["SIMPLE  =                    T", "BITPIX  =                    8", "NAXIS   =                    2"]
    cards += ["NAXIS1  =                30000", "NAXIS2  =                30000", "END"]
    header = "".join(card.ljust(80) for card in cards).ljust(2880).encode()
    return header + gzip.compress(bytes(2**22))


def svg_png() -> bytes:
    """Return an SVG that holds a picture."""
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><script>alert(1)</script></svg>'


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\n%%EndComments\n{} loop\n%%EOF\n"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
ICO = struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 40, 22) + bytes(40)
# Each is made when it is wanted: some are large.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "png bomb of 108 MB": lambda: png_bomb(6000),
    "png of 20000 squared": lambda: png_of(20_000, 20_000, 1, 0),
    "png of two billion columns": lambda: png_of(2**31 - 1, 1),
    "png of no width": lambda: png_of(0, 64),
    "png of 8193 columns": lambda: plain("PNG", (8193, 64)),
    "png of 63 rows": lambda: plain("PNG", (64, 63)),
    "png cut": lambda: cut("PNG"),
    "png without pixels": lambda: png_of(256, 256),
    "png whose pixels are no zlib": lambda: png_of(256, 256)[:33] + chunk(b"IDAT", b"x" * 99) + chunk(b"IEND", b""),
    "png whose chunk is longer than the file": lambda: png_of(64, 64)[:33] + struct.pack(">I4s", 2**31 - 1, b"IDAT"),
    "png whose palette is missing": lambda: png_of(64, 64, 8, 3, rows=bytes(64 * 65)),
    "png whose profile unpacks to 108 MB": lambda: png_of(
        64, 9000, more=chunk(b"iCCP", b"a\0\0" + zeros(BOMB))
    ),
    "png whose text unpacks to 108 MB, cut": lambda: png_of(
        256, 256, more=chunk(b"zTXt", b"a\0\0" + zeros(BOMB))
    ),
    "apng": lambda: animated("PNG"),
    "apng of a thousand frames": lambda: animated("PNG", frames=1000),
    "jpeg of 65535 squared": lambda: jpeg_of(65_535, 65_535),
    "jpeg cut": lambda: cut("JPEG"),
    "jpeg whose scan is missing": lambda: encode(picture(), "JPEG")[:200],
    "jpeg start and a page": lambda: b"\xff\xd8\xff\xe0<html><body>" + bytes(2000),
    "webp of 16384 squared": lambda: webp_of(16_384, 16_384),
    "webp cut": lambda: cut("WEBP"),
    "webp animated": lambda: animated("WEBP"),
    "webp without pictures": lambda: b"RIFF" + struct.pack("<I", 12) + b"WEBPVP8 " + bytes(4),
    "avif of 30000 squared": lambda: avif_of(30_000, 30_000),
    "avif cut": lambda: cut("AVIF"),
    "avif animated": lambda: animated("AVIF"),
    "avif of nothing": lambda: struct.pack(">I4s4sI", 16, b"ftyp", b"avif", 0),
    "gif of 65535 squared": lambda: gif_of(65_535, 65_535),
    "gif animated": lambda: animated("GIF"),
    "gif cut": lambda: encode(picture(), "GIF")[:60],
    "tiff of 40000 squared, packed": lambda: tiff(40_000, 40_000, zeros(4), [8] * 3, 2),
    "tiff of 5000 pages": lambda: animated("TIFF", frames=50),
    "tiff whose directory points at itself": lambda: b"II*\0\x08\0\0\0" + struct.pack("<HI", 0, 8),
    "bmp of 100000 squared": lambda: bmp_of(100_000, 100_000),
    "bmp of negative width": lambda: bmp_of(-64, 64),
    "fits bomb": fits,
    "eps that loops": lambda: EPS,
    "svg with a script": svg_png,
    "pdf and png": lambda: PDF + encode(picture(), "PNG"),
    "gif and script": lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)//",
    "page": lambda: b"<!doctype html><html><img src=x onerror=alert(1)></html>" + encode(picture(), "PNG"),
    "zip and png": lambda: b"PK\x03\x04" + bytes(26) + encode(picture(), "PNG"),
    "icon": lambda: ICO,
    "nothing": lambda: b"",
    "41 MB of a png": lambda: encode(picture(), "PNG") + bytes(41 * 2**20),
}  # fmt: skip
