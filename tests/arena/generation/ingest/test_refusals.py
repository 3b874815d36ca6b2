"""What is no whole picture of bounded size is refused, each fault with its own reason; broken files do no harm."""

import contextlib
import re
import struct
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from arena.fake_provider.server import make_bomb
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image
from tests.arena.generation.ingest.picture_files import (
    SRGB,
    animated,
    array,
    encode,
    halves,
    heic,
    interlaced,
    key,
    lying,
    mpo,
    noise,
    picture,
    png,
    see_through,
    tiff,
)  # fmt: skip


def cut(data: bytes, share: float = 0.5) -> bytes:
    """Return the first part of a file."""
    return data[: int(len(data) * share)]


def jpeg_of_rows(rows: int, data: bytes = b"", **options: Any) -> bytes:
    """Return a JPEG cut after so many of its 128 rows of noise."""
    data = data or encode(noise(), "JPEG", quality=90, subsampling=0, **options)
    start = data.index(b"\xff\xda") + 14
    return data[: start + (len(data) - start) * rows // 128]


ROWS = [bytes(192)] * 40
PLAIN = encode(picture(), "PNG")
EARLY = "The file ends early: "
HUGE = struct.pack("<HH", 60000, 60000)
FILLED = r"The file is damaged: only [\d,]+ of its [\d,]+ bytes were written, the rest are zero."
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "zeros": (bytes(5000), r"The file holds nothing but zero bytes \(5,000\); it was never written or loaded\."),
    "web page": (b"\n<!DOCTYPE html><title>429</title>", "The file is a web page, not a picture; .*"),
    "web page with a mark": (b"\xef\xbb\xbf<HTML><body>", "The file is a web page, not a picture; .*"),
    "xml": (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "The file is XML, not a picture; .*"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "The file is an SVG drawing; export it as PNG."),
    "svg with a head": (b"<?xml version='1.0'?><!-- x --><svg width='9'>", "The file is an SVG drawing; .*"),
    "json": (b'{"error": "quota"}', "The file is JSON, not a picture."),
    "json list": (b" [1, 2]", "The file is JSON, not a picture."),
    "base64": (b"iVBORw0KGgoAAAANSUhEUg", "The file is a picture written as base64 text; decode it first."),
    "data url": (b"data:image/png;base64,iVBORw0KGgo", "The file is a picture written as base64 text; .*"),
    "git lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "The file is a pointer of Git LFS, .*"),
    "text": ("eine rote Füchsin".encode(), "The file is text, not a picture."),
    "zip": (b"PK\x03\x04" + bytes(40), r"The file is packed \(zip\); unpack it first\."),
    "gzip": (b"\x1f\x8b\x08" + bytes(40), r"The file is packed \(gzip\); unpack it first\."),
    "pdf": (b"%PDF-1.7", r"The file is a document \(PDF\); export it as PNG\."),
    "psd": (b"8BPS\0\x01" + bytes(40), r"The file is a document \(Photoshop\); export it as PNG\."),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\0\0mp42", "The file is a video, .*"),
    "quicktime": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "The file is a video, .*"),
    "webm": (b"\x1aE\xdf\xa3" + bytes(40), "The file is a video, .*"),
    "avi": (b"RIFF\0\0\0\0AVI LIST", "The file is a video or sound, .*"),
    "jpeg xl": (b"\xff\x0a" + bytes(40), r"The file is a picture of another kind \(JPEG XL\); save it as PNG\."),
    "jpeg 2000": (b"\0\0\0\x0cjP  \r\n\x87\n", r"The file is a picture of another kind \(JPEG 2000\); .*"),
    "exr": (b"v/1\x01\x02", r"The file is a picture of another kind \(OpenEXR\); .*"),
    "icon": (encode(picture(), "ICO", sizes=[(64, 64)]), r"The file is a picture of another kind \(Windows icon\); .*"),
    "thumbs.db": (b"\xd0\xcf\x11\xe0\xa1\xb1", "The file is an Office document or Thumbs.db, not a picture."),
    "apple double": (b"\0\x05\x16\x07\0\2\0\0Mac OS X", "The file holds what macOS notes about another file, .*"),
    "array": (b"\x93NUMPY\x01\0", "The file is a NumPy array, not a picture."),
    "anything": (b"\x07\x99\xfe\xdc" * 9, "The file is not a PNG, JPEG, WebP, AVIF, GIF, TIFF, BMP or HEIC picture."),
    "bomb": (make_bomb(), "The image is 30000 × 30000; at most .*"),
    "smaller bomb": (make_bomb(10_000), "The image is 10000 × 10000; .*"),
    "large": (make_bomb(5000), "The image is 5000 × 5000; .*"),
    "long": (png(8, 0, [], width=9000, height=100), "The image is 9000 × 100; .*"),
    "large gif": (b"GIF89a" + HUGE + bytes(3) + b",\0\0\0\0" + HUGE + b"\0\x08\0;", "The image is 60000 × 60000; .*"),
    "large tiff": (tiff(60000, 60000, b"", [8], 1), "The image is 60000 × 60000; .*"),
    "large bmp": (
        b"BM" + struct.pack("<IIIIiiHHIIiiII", 99, 0, 54, 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0),
        "The image is 60000 × 60000; .*",
    ),
    "tiny": (encode(Image.new("RGB", (1, 1)), "PNG"), "The image is 1 × 1; sides below 64 are too small to judge."),
    "png cut in a row": (
        png(8, 2, [bytes(192)] * 64, width=64)[: 41 + 7 + 193 * 40 + 9],
        EARLY + "40 of 64 rows came.",
    ),
    "png cut in its head": (PLAIN[:20], "The file ends early, before its picture begins."),
    "png cut before its data": (PLAIN[:45], EARLY + "0 of 64 rows came."),
    "png of too few rows": (png(8, 2, ROWS, width=64, height=64), "The file is damaged: 40 of 64 rows can be read."),
    "png interlaced and cut": (
        cut(interlaced(picture()), 0.6),
        EARLY + r"[\d,]+ of the [\d,]+ bytes of its interlaced picture came.",
    ),
    "png of a wrong sum": (
        PLAIN.replace(b"IDAT", b"IDAT\x00", 1),
        "The file is damaged: 0 of 64 rows can be read.",
    ),
    "jpeg cut": (jpeg_of_rows(64), EARLY + r"(5[6-9]|6\d|7[0-2]) of 128 rows came."),
    "jpeg cmyk and cut": (
        jpeg_of_rows(64, encode(noise().convert("CMYK"), "JPEG", quality=90)),
        EARLY + r"(5[6-9]|6\d|7[0-2]) of 128 rows came.",
    ),
    "jpeg cut and closed": (jpeg_of_rows(64) + b"\xff\xd9", EARLY + r"(5[6-9]|6\d|7[0-2]) of 128 rows came."),
    "jpeg without its last bytes": (encode(noise(), "JPEG")[:-4], EARLY + "112 of 128 rows came."),
    "jpeg progressive, cut late": (
        jpeg_of_rows(120, progressive=True),
        EARLY + "its rows came, but not their fine detail.",
    ),
    "jpeg cut in its head": (encode(noise(), "JPEG")[:100], "The file ends early, before its picture begins."),
    "jpeg never filled": (jpeg_of_rows(64) + bytes(4096), FILLED),
    "webp cut": (cut(encode(noise(), "WEBP")), EARLY + r"[\d,]+ of [\d,]+ bytes came."),
    "webp cut in its head": (encode(noise(), "WEBP")[:14], EARLY + r"14 of [\d,]+ bytes came."),
    "png never filled at its end": (encode(noise().convert("L"), "PNG")[:-1000] + bytes(1000), FILLED),
    "webp never filled": (cut(encode(noise(), "WEBP", lossless=True)) + bytes(8000), FILLED),
    "avif cut": (cut(encode(noise(), "AVIF")), EARLY + r"[\d,]+ of [\d,]+ bytes came."),
    "heic cut": (cut(heic("plain"), 0.9), EARLY + r"[\d,]+ of [\d,]+ bytes came."),
    "gif cut": (cut(encode(noise(), "GIF")), "The file ends early."),
    "bmp cut": (encode(picture(), "BMP")[: 54 + 288 * 40 + 7], EARLY + "40 of 64 rows came."),
    "tiff cut": (cut(encode(picture(), "TIFF")), "The file begins as TIFF, but .*"),
    "tiff of whole numbers": (array((np.int32(0), np.int32(9))), "The picture has 32-bit or signed values, .*"),
    "tiff of signed numbers": (
        tiff(64, 64, bytes(8192), [16], 1, formats=[2]),
        "The picture has 32-bit or signed values, .*",
    ),
    "tiff of wide floats": (array((np.float32(0), np.float32(9000))), "The picture has values from 0 to 9000; .*"),
    "tiff of no numbers": (array((np.float32(0), np.float32("nan"))), "The picture has values from nan to nan; .*"),
    "tiff of floats in colour": (
        tiff(64, 64, bytes(49152), [32] * 3, 2, formats=[3] * 3),
        "The file begins as [A-Z]+, but it is damaged or .*",
    ),
    "tiff in lab": (tiff(64, 64, bytes(12288), [8] * 3, 8), "The picture is in the colour space Lab; save it in RGB."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_picture_is_refused_with_its_reason(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(BadImage) as refused:
        inspect_image(data)
    assert re.fullmatch(reason, refused.value.message), refused.value.message


def test_heic_without_its_decoder_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(BadImage, match="uv sync --extra heic"):
        inspect_image(heic("plain"))


INK = picture("CMYK")
MAKERS: dict[str, Callable[[], bytes]] = {
    "png": lambda: encode(see_through(), "PNG", icc_profile=SRGB),
    "png palette": lambda: encode(see_through().quantize(8), "PNG"),
    "png grey": lambda: halves(16, 0, [1], [2], key(1)),
    "jpeg": lambda: lying("JPEG", 6),
    "jpeg progressive": lambda: encode(INK, "JPEG", progressive=True),
    "mpo": mpo,
    "webp": lambda: lying("WEBP", 3),
    "webp frames": lambda: animated("WEBP"),
    "avif": lambda: lying("AVIF", 6),
    "gif": lambda: animated("GIF"),
    "tiff": lambda: lying("TIFF", 6),
    "tiff packed": lambda: encode(see_through(), "TIFF", compression="tiff_lzw"),
    "tiff floats": lambda: array((np.float32(0), np.float32(1))),
    "bmp": lambda: encode(picture().quantize(8), "BMP"),
    "heic": lambda: heic("turned"),
}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's warnings about what it skips.
@given(st.sampled_from(sorted(MAKERS)), st.data())
def test_broken_file_raises_nothing_but_a_refusal(name: str, draw: st.DataObject) -> None:
    data = bytearray(MAKERS[name]())
    head = min(len(data), 400)
    for _ in range(draw.draw(st.integers(0, 5))):
        place = draw.draw(st.integers(0, head - 1) | st.integers(0, len(data) - 1))
        data[place] = draw.draw(st.integers(0, 255))
    del data[draw.draw(st.integers(0, len(data)) | st.just(len(data))) :]
    for first_frame in (False, True):
        with contextlib.suppress(BadImage):
            assert inspect_image(bytes(data), first_frame=first_frame).picture.mode == "RGB"
