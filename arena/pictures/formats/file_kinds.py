"""Tells by its first bytes what a file is, whatever its name says."""

import re

from arena.pictures.bad_images import Said
from arena.pictures.bad_images import gettext_noop as _

# What a picture's file begins with, and the name that Pillow has for its format.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"), (b"BM", "BMP"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"II+\0", "TIFF"), (b"MM\0+", "TIFF"),
)  # fmt: skip
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
# What other files begin with: archives, documents and pictures that another program reads, by name, and the rest.
ARCHIVES = ((b"PK\x03\x04", "zip"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"))
DOCUMENTS = ((b"8BPS", "Photoshop"), (b"gimp xcf", "GIMP"), (b"%PDF", "PDF"), (b"%!PS", "PostScript"))
OTHER_PICTURES = (
    (b"\xff\x0a", "JPEG XL"), (b"\0\0\0\x0cJXL ", "JPEG XL"), (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"), (b"v/1\x01", "OpenEXR"), (b"#?RADIANCE", "Radiance HDR"),
    (b"DDS ", "DirectDraw"), (b"\0\0\x01\0", "Windows icon"), (b"qoif", "QOI"),
)  # fmt: skip
VIDEO = _("The file is a video, not a picture.")
VIDEO_OR_SOUND = _("The file is a video or sound, not a picture.")
PROGRAM = _("The file is a program, not a picture.")
OTHERS = (
    (
        b"version https://git-lfs.github.com/",
        _("The file is a pointer of Git LFS, not the picture; run `git lfs pull`."),
    ),
    *((start, _("The file is packed ({kind}); unpack it first.", kind=kind)) for start, kind in ARCHIVES),
    *((start, _("The file is a document ({kind}); export it as PNG.", kind=kind)) for start, kind in DOCUMENTS),
    *(
        (start, _("The file is a picture of another kind ({kind}); save it as PNG.", kind=kind))
        for start, kind in OTHER_PICTURES
    ),
    (b"PK\x05\x06", _("The file is an empty zip archive.")),
    (b"\x1aE\xdf\xa3", VIDEO),
    (b"OggS", VIDEO_OR_SOUND),
    (b"ID3", _("The file is a sound, not a picture.")),
    (b"\x93NUMPY", _("The file is a NumPy array, not a picture.")),
    (b"\x00\x05\x16\x07", _("The file holds what macOS notes about another file, not a picture.")),
    (b"\xd0\xcf\x11\xe0", _("The file is an Office document or Thumbs.db, not a picture.")),
    (b"\x7fELF", PROGRAM),
    (b"MZ", PROGRAM),
)
PAGE = re.compile(rb"<!doctype html|<html|<head|<body|<script", re.IGNORECASE)
DRAWING = re.compile(rb"<svg[\s>]", re.IGNORECASE)
BASE64 = re.compile(rb"data:image/|iVBORw0KGgo|/9j/4|UklGR")


def find_format(data: bytes) -> str:
    """Return Pillow's name of the picture's format, HEIF for HEIC; empty if the file does not begin as a picture."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _find_coding(data)
    return next((name for start, name in PICTURES if data.startswith(start)), "")


def describe_other(data: bytes) -> Said:
    """Return what a file that is no picture is, and what to do with it."""
    if not data:
        return _("The file is empty.")
    if not data.strip(b"\0"):
        return _("The file holds nothing but zero bytes ({n}); it was never written or loaded.", n=len(data))
    if data[4:8] in {b"ftyp", b"moov", b"mdat"}:
        return VIDEO
    if data[:4] == b"RIFF":
        return VIDEO_OR_SOUND
    return next((said for start, said in OTHERS if data.startswith(start)), None) or _describe_text(data)


def _find_coding(data: bytes) -> str:
    """Return AVIF or HEIF by the brands of the file; empty for a video."""
    size = min(int.from_bytes(data[:4], "big"), len(data), 512)
    brands = [data[8:12], *(data[place : place + 4] for place in range(16, size - 3, 4))]
    if {b"avif", b"avis"} & set(brands):
        return "AVIF"
    return "HEIF" if HEIC_BRANDS & set(brands) else ""


def _describe_text(data: bytes) -> Said:
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if DRAWING.search(head):
        return _("The file is an SVG drawing; export it as PNG.")
    if PAGE.search(head):
        return _("The file is a web page, not a picture; what was asked for was probably refused.")
    if head.startswith(b"<"):
        return _("The file is XML, not a picture; what was asked for was probably refused.")
    if head[:1] in {b"{", b"["}:
        return _("The file is JSON, not a picture.")
    if BASE64.match(head):
        return _("The file is a picture written as base64 text; decode it first.")
    if _is_text(head):
        return _("The file is text, not a picture.")
    return _("The file is not a PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP or HEIC picture.")


def _is_text(head: bytes) -> bool:
    try:
        # The cut may have split the last character.
        text = head.decode("utf-8", "strict" if len(head) < 900 else "ignore")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(letter.isprintable() or letter in "\t\r\n" for letter in text)
