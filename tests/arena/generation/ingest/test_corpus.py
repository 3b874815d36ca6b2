"""A corpus of whole pictures in all formats: each shows its right colours, upright and on white."""

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image
from tests.arena.generation.ingest.picture_files import (
    GREY,
    QUARTERS,
    SIZE,
    SRGB,
    WHITE,
    Colour,
    animated,
    array,
    avif_with_exif,
    chunk,
    encode,
    grey_profile,
    halves,
    heic,
    interlaced,
    key,
    lying,
    mpo,
    one_frame,
    picture,
    see_through,
    tiff,
    with_smaller_copy,
    ycck,
    zeros,
)  # fmt: skip

# Of which format the file is, what its quarters look like, and how far a colour may be off.
Case = tuple[bytes, str, tuple[Colour, ...], int]
GREYS = tuple((round(0.299 * r + 0.587 * g + 0.114 * b),) * 3 for r, g, b in QUARTERS)
ON_WHITE = (*QUARTERS[:3], WHITE)


def swapped_profile() -> bytes:
    """Return a profile with red and blue swapped: what it calls red is blue."""
    profile = bytearray(SRGB)
    one, other = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[one : one + 4], profile[other : other + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


def pairs(left: Colour, right: Colour) -> tuple[Colour, ...]:
    """Return the quarters of a picture of two halves."""
    return (left, right, left, right)


def level(value: float) -> Colour:
    """Return this grey."""
    return (round(value),) * 3


def texts() -> bytes:
    """Return a PNG with a workflow that is too long for Pillow, and a text that would unpack to 100 MB."""
    info = PngInfo()
    info.add_text("workflow", "x" * 3_000_000, zip=True)
    data = encode(picture(), "PNG", pnginfo=info)
    bomb = chunk(b"zTXt", b"a\0\0" + zeros(100))
    return data[:33] + bomb + data[33:]


P16 = [0xC8C8, 0x1E1E, 0x2828]
PALETTE = (b"PLTE", bytes([200, 30, 40, 30, 160, 60]) + bytes(6))
ONE, OTHER = QUARTERS[:2]
INK = picture("CMYK")
LYING: dict[str, dict[str, Any]] = {
    "PNG": {}, "TIFF": {}, "WEBP": {"lossless": True}, "JPEG": {"quality": 95}, "AVIF": {},
}  # fmt: skip
TAKEN: dict[str, Case] = {
    **{
        f"{kind.lower()} lying as {n}": (lying(kind, n, **options), kind, QUARTERS, 25)
        for kind, options in LYING.items()
        for n in range(1, 9)
    },
    "avif whose exif is stale": (avif_with_exif(6, 3), "AVIF", QUARTERS, 25),
    "avif whose exif repeats its boxes": (avif_with_exif(6, 6), "AVIF", QUARTERS, 25),
    "avif with exif only": (avif_with_exif(1, 6), "AVIF", QUARTERS, 25),
    "jpeg of broken exif": (
        encode(picture(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 9),
        "JPEG",
        QUARTERS,
        25,
    ),
    "png": (encode(picture(), "PNG"), "PNG", QUARTERS, 0),
    "png rgba": (encode(see_through(), "PNG"), "PNG", ON_WHITE, 0),
    "png half seen through": (encode(Image.new("RGBA", SIZE, (0, 0, 0, 128)), "PNG"), "PNG", (level(127),) * 4, 1),
    "png grey": (encode(picture("L"), "PNG"), "PNG", GREYS, 1),
    "png grey and alpha": (encode(see_through("LA"), "PNG"), "PNG", (*GREYS[:3], WHITE), 1),
    "png palette": (encode(picture().quantize(8), "PNG"), "PNG", QUARTERS, 8),
    "png palette with alpha": (encode(see_through().quantize(8), "PNG"), "PNG", ON_WHITE, 8),
    "png black below": (
        encode(picture("RGB", *QUARTERS[:2], (0, 0, 0), (0, 0, 0)), "PNG"),
        "PNG",
        (*QUARTERS[:2], level(0), level(0)),
        0,
    ),
    "png interlaced": (interlaced(picture()), "PNG", QUARTERS, 0),
    "png of long texts": (texts(), "PNG", QUARTERS, 0),
    "png and what follows": (encode(picture(), "PNG") + b"<html>", "PNG", QUARTERS, 0),
    "png of one frame": (one_frame(), "PNG", QUARTERS, 0),
    **{
        f"png grey of {depth} bits": (halves(depth, 0, [0], [2**depth - 1]), "PNG", pairs(level(0), WHITE), 0)
        for depth in (1, 2, 4, 8, 16)
    },
    **{
        f"png grey of {depth} bits, dark transparent": (
            halves(depth, 0, [2**depth // 3], [2**depth - 2], key(2**depth // 3)),
            "PNG",
            pairs(WHITE, level(255 * (2**depth - 2) / (2**depth - 1))),
            1,
        )
        for depth in (2, 4, 8, 16)
    },
    "png of 1 bit, black transparent": (halves(1, 0, [0], [1], key(0)), "PNG", pairs(WHITE, WHITE), 0),
    "png of 1 bit, white transparent": (halves(1, 0, [0], [1], key(1)), "PNG", pairs(level(0), WHITE), 0),
    "png grey of 16 bits, neighbour stays": (
        halves(16, 0, [0x4001], [0x4000], key(0x4000)),
        "PNG",
        pairs(level(64), WHITE),
        0,
    ),
    "png rgb of 16 bits": (halves(16, 2, P16, [0, 0, 0]), "PNG", pairs(ONE, level(0)), 1),
    "png rgb of 16 bits, one transparent": (halves(16, 2, P16, [9, 9, 9], key(9, 9, 9)), "PNG", pairs(ONE, WHITE), 1),
    "png rgb, one transparent": (halves(8, 2, list(ONE), list(OTHER), key(*OTHER)), "PNG", pairs(ONE, WHITE), 0),
    "png rgba of 16 bits": (halves(16, 6, [*P16, 0xFFFF], [0, 0, 0, 0]), "PNG", pairs(ONE, WHITE), 1),
    "png grey and alpha of 16 bits": (halves(16, 4, [0x4040, 0xFFFF], [0, 0]), "PNG", pairs(level(64), WHITE), 1),
    **{
        f"png palette of {depth} bits": (
            halves(depth, 3, [0], [1], PALETTE, (b"tRNS", b"\xff\x00")),
            "PNG",
            pairs(ONE, WHITE),
            0,
        )
        for depth in (1, 2, 4, 8)
    },
    "jpeg": (encode(picture(), "JPEG", quality=95), "JPEG", QUARTERS, 12),
    "jpeg progressive": (encode(picture(), "JPEG", quality=95, progressive=True), "JPEG", QUARTERS, 12),
    "jpeg grey": (encode(picture("L"), "JPEG", quality=95), "JPEG", GREYS, 6),
    "jpeg and what follows": (encode(picture(), "JPEG", quality=95) + bytes(5000), "JPEG", QUARTERS, 12),
    "jpeg grey below": (
        encode(picture("RGB", *QUARTERS[:2], GREY, GREY), "JPEG", quality=95),
        "JPEG",
        (*QUARTERS[:2], GREY, GREY),
        12,
    ),
    "jpeg progressive, grey below": (
        encode(picture("RGB", *QUARTERS[:2], GREY, GREY), "JPEG", quality=95, progressive=True) + b"tail",
        "JPEG",
        (*QUARTERS[:2], GREY, GREY),
        12,
    ),
    "jpeg cmyk": (encode(INK, "JPEG", quality=95), "JPEG", QUARTERS, 16),
    "jpeg cmyk with a profile of rgb": (encode(INK, "JPEG", quality=95, icc_profile=SRGB), "JPEG", QUARTERS, 16),
    "jpeg ycck": (ycck(), "JPEG", QUARTERS, 16),
    "mpo": (mpo(), "MPO", QUARTERS, 16),
    "mpo lying": (mpo(6), "MPO", QUARTERS, 16),
    "webp": (encode(picture(), "WEBP", quality=95), "WEBP", QUARTERS, 16),
    "webp with alpha": (encode(see_through(), "WEBP", lossless=True), "WEBP", ON_WHITE, 0),
    "avif": (encode(picture(), "AVIF", quality=90), "AVIF", QUARTERS, 12),
    "avif with alpha": (encode(see_through(), "AVIF", quality=90), "AVIF", ON_WHITE, 12),
    "avif grey": (encode(picture("L"), "AVIF", quality=90), "AVIF", GREYS, 12),
    "gif": (encode(picture(), "GIF"), "GIF", QUARTERS, 8),
    "gif plain": (encode(picture(), "GIF", interlace=False), "GIF", QUARTERS, 8),
    "gif with alpha": (encode(see_through(), "GIF"), "GIF", ON_WHITE, 8),
    "gif with a comment": (encode(picture(), "GIF", comment=b"x," * 300), "GIF", QUARTERS, 8),
    "bmp": (encode(picture(), "BMP"), "BMP", QUARTERS, 0),
    "bmp palette": (encode(picture().quantize(8), "BMP"), "BMP", QUARTERS, 8),
    "bmp grey": (encode(picture("L"), "BMP"), "BMP", GREYS, 1),
    "bmp whose fourth byte means nothing": (encode(see_through(), "BMP"), "BMP", (*QUARTERS[:3], level(0)), 0),
    **{
        f"tiff {how}": (encode(picture(), "TIFF", compression=how), "TIFF", QUARTERS, 0)
        for how in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
    },
    "tiff jpeg": (encode(picture(), "TIFF", compression="jpeg", quality=95), "TIFF", QUARTERS, 16),
    "tiff cmyk": (encode(INK, "TIFF"), "TIFF", QUARTERS, 1),
    "tiff with alpha": (encode(see_through(), "TIFF"), "TIFF", ON_WHITE, 0),
    "tiff grey": (encode(picture("L"), "TIFF"), "TIFF", GREYS, 1),
    "tiff palette": (encode(picture().quantize(8), "TIFF"), "TIFF", QUARTERS, 8),
    "tiff of big numbers": (encode(picture(), "TIFF", big_tiff=True), "TIFF", QUARTERS, 0),
    "tiff and a smaller copy": (with_smaller_copy(), "TIFF", QUARTERS, 0),
    "tiff grey of 16 bits": (array((np.uint16(0x4000), np.uint16(0xFFFF))), "TIFF", pairs(level(64), WHITE), 0),
    "tiff floats to 1": (array((np.float32(0.5), np.float32(1))), "TIFF", pairs(GREY, WHITE), 0),
    "tiff floats to 255": (array((np.float32(64), np.float32(254.6))), "TIFF", pairs(level(64), WHITE), 0),
    "tiff rgb of 16 bits": (
        tiff(64, 64, struct.pack("<192H", *P16 * 32, *[0] * 96) * 64, [16] * 3, 2),
        "TIFF",
        pairs(ONE, level(0)),
        1,
    ),
    "tiff multiplied by its alpha": (
        tiff(64, 64, (bytes([100, 15, 20, 128]) * 32 + bytes(4) * 32) * 64, [8] * 4, 2, samples=[1]),
        "TIFF",
        pairs((227, 142, 147), WHITE),
        2,
    ),
    "profile swaps": (
        encode(picture(), "PNG", icc_profile=swapped_profile()),
        "PNG",
        tuple((b, g, r) for r, g, b in QUARTERS),
        60,
    ),
    "profile swaps a palette": (
        encode(picture().quantize(8), "PNG", icc_profile=swapped_profile()),
        "PNG",
        tuple((b, g, r) for r, g, b in QUARTERS),
        60,
    ),
    "profile swaps under alpha": (
        encode(see_through(), "PNG", icc_profile=swapped_profile()),
        "PNG",
        (*[(b, g, r) for r, g, b in QUARTERS[:3]], WHITE),
        60,
    ),
    "profile broken": (encode(picture(), "PNG", icc_profile=b"no profile at all"), "PNG", QUARTERS, 0),
    "profile cut": (encode(picture(), "PNG", icc_profile=SRGB[:200]), "PNG", QUARTERS, 0),
    "profile of grey on colours": (encode(picture(), "PNG", icc_profile=grey_profile(1.0)), "PNG", QUARTERS, 0),
    "profile of grey": (
        encode(Image.new("L", SIZE, 55), "PNG", icc_profile=grey_profile(1.0)),
        "PNG",
        (level(128),) * 4,
        3,
    ),
    "profile of grey under alpha": (
        encode(Image.new("LA", SIZE, (55, 255)), "PNG", icc_profile=grey_profile(1.0)),
        "PNG",
        (level(128),) * 4,
        3,
    ),
    "profile of grey, 16 bits": (
        encode(Image.fromarray(np.full((64, 96), 55 * 257, np.uint16)), "PNG", icc_profile=grey_profile(1.0)),
        "PNG",
        (level(128),) * 4,
        3,
    ),
}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's warnings about Exif that it skips.
@pytest.mark.parametrize("name", TAKEN)
def test_picture_shows_its_colours(name: str) -> None:
    data, kind, colours, off = TAKEN[name]
    decoded = inspect_image(data)
    picture = decoded.picture
    width, height = picture.size
    places = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    seen = np.array([picture.getpixel(place) for place in places])
    assert np.abs(seen - np.array(colours)).max() <= off, seen
    assert (decoded.format, picture.mode, picture.info) == (kind, "RGB", {})
    assert picture.size in {SIZE, (64, 64)}
    assert decoded.note == ("The first picture is shown; the file holds 2." if kind == "MPO" else "")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_first_frame_is_shown_only_where_it_is_asked_for(kind: str) -> None:
    data = animated(kind)
    many = "The file has several pages (3)" if kind == "TIFF" else "The file is an animation (frames: 3)"
    with pytest.raises(BadImage) as refused:
        inspect_image(data)
    assert refused.value.message == f"{many}; only still images are accepted."
    decoded = inspect_image(data, first_frame=True)
    assert decoded.note == "The first picture is shown; the file holds 3."
    pixel = decoded.picture.getpixel((24, 16))
    assert np.abs(np.array(pixel) - QUARTERS[0]).max() <= 25


def test_heic_is_known_by_its_content_and_turned_once() -> None:
    upright = inspect_image(heic("plain"))
    assert (upright.format, upright.picture.size) == ("HEIF", (96, 64))
    assert np.abs(np.array(upright.picture.getpixel((9, 9))) - (200, 30, 40)).max() <= 12
    turned = inspect_image(heic("turned")).picture
    assert turned.size == (64, 96)
    assert np.abs(np.array(turned.getpixel((9, 90))) - (30, 60, 200)).max() <= 12
