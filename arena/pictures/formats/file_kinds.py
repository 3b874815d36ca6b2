"""Tells by its first bytes what a file is, whatever its name says."""

import re

# What a picture's file begins with, and the name that Pillow has for its format.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"), (b"BM", "BMP"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"II+\0", "TIFF"), (b"MM\0+", "TIFF"),
)  # fmt: skip
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
# What other files begin with, and what they are.
OTHERS = (
    (b"version https://git-lfs.github.com/", "is a pointer of Git LFS, not the picture; run `git lfs pull`"),
    (b"8BPS", "is a Photoshop document; export it as PNG"),
    (b"PK\x03\x04", "is a zip archive; unpack it first"),
    (b"PK\x05\x06", "is an empty zip archive"),
    (b"\x1f\x8b", "is a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it first"),
    (b"Rar!", "is a RAR archive; unpack it first"),
    (b"%PDF", "is a PDF document; export its picture as PNG"),
    (b"%!PS", "is a PostScript document; export its picture as PNG"),
    (b"\x1aE\xdf\xa3", "is a video (WebM or Matroska), not a picture"),
    (b"OggS", "is a video or sound (Ogg), not a picture"),
    (b"ID3", "is a sound, not a picture"),
    (b"\xff\x0a", "is a JPEG XL picture; save it as PNG"),
    (b"\0\0\0\x0cJXL ", "is a JPEG XL picture; save it as PNG"),
    (b"\0\0\0\x0cjP  ", "is a JPEG 2000 picture; save it as PNG"),
    (b"\xff\x4f\xff\x51", "is a JPEG 2000 picture; save it as PNG"),
    (b"v/1\x01", "is an OpenEXR picture; save it as PNG"),
    (b"#?RADIANCE", "is a Radiance HDR picture; save it as PNG"),
    (b"DDS ", "is a DirectDraw texture; save it as PNG"),
    (b"\0\0\x01\0", "is a Windows icon; save it as PNG"),
    (b"qoif", "is a QOI picture; save it as PNG"),
    (b"gimp xcf", "is a GIMP document; export it as PNG"),
    (b"\x93NUMPY", "is a NumPy array, not a picture"),
    (b"\x00\x05\x16\x07", "holds what macOS notes about another file, not a picture"),
    (b"\xd0\xcf\x11\xe0", "is an Office document or Thumbs.db, not a picture"),
    (b"\x7fELF", "is a program, not a picture"),
    (b"MZ", "is a program, not a picture"),
)  # fmt: skip
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


def describe_other(data: bytes) -> str:
    """Return what a file that is no picture is, as the end of a sentence that begins with "The file"."""
    if not data:
        return "is empty"
    if not data.strip(b"\0"):
        return f"holds {len(data):,} zero bytes and nothing else; it was never written or loaded"
    if data[4:8] in {b"ftyp", b"moov", b"mdat"}:
        return "is a video (MP4 or QuickTime), not a picture"
    if data[:4] == b"RIFF":
        return "is a video or sound (RIFF), not a picture"
    found = next((what for start, what in OTHERS if data.startswith(start)), "")
    return found or _describe_text(data)


def _find_coding(data: bytes) -> str:
    """Return AVIF or HEIF by the brands of the file; empty for a video."""
    size = min(int.from_bytes(data[:4], "big"), len(data), 512)
    brands = [data[8:12], *(data[place : place + 4] for place in range(16, size - 3, 4))]
    if {b"avif", b"avis"} & set(brands):
        return "AVIF"
    return "HEIF" if HEIC_BRANDS & set(brands) else ""


def _describe_text(data: bytes) -> str:
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if DRAWING.search(head):
        return "is an SVG drawing; export it as PNG"
    if PAGE.search(head):
        return "is a web page, not a picture; what was asked for was probably refused"
    if head.startswith(b"<"):
        return "is XML, not a picture; what was asked for was probably refused"
    if head[:1] in {b"{", b"["}:
        return "is JSON, not a picture"
    if BASE64.match(head):
        return "is a picture written as base64 text; decode it first"
    if _is_text(head):
        return "is text, not a picture"
    return "is not a PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP or HEIC picture"


def _is_text(head: bytes) -> bool:
    try:
        # The cut may have split the last character.
        text = head.decode("utf-8", "strict" if len(head) < 900 else "ignore")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(letter.isprintable() or letter in "\t\r\n" for letter in text)
