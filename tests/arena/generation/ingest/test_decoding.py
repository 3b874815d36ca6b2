"""Hostile and odd files: each is refused with a reason or becomes plain pixels without metadata."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from arena.generation.ingest import decoding
from arena.generation.ingest.decoding import FORMATS, BadImage, inspect_image
from tests.fakes.image_provider import make_bomb, make_png

RED = (200, 30, 40)


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return the image as a file of this format."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def red(mode: str = "RGB", size: tuple[int, int] = (128, 96)) -> Image.Image:
    """Return a plain red picture."""
    return Image.new("RGB", size, RED).convert(mode)


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG from raw rows, for variants that Pillow does not write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def animated(kind: str) -> bytes:
    """Return a file of two frames."""
    return encode(red(), kind, save_all=True, append_images=[Image.new("RGB", (128, 96), (0, 200, 0))])


REFUSED = {
    "nothing": (b"", "not a PNG"),
    "html": (b"<!doctype html><script>alert(1)</script>", "not a PNG"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>", "not a PNG"),
    "gif": (encode(red("P"), "GIF"), "not a PNG"),
    "tiff": (encode(red(), "TIFF"), "not a PNG"),
    "bmp": (encode(red(), "BMP"), "not a PNG"),
    "apng": (animated("PNG"), "several frames"),
    "animated webp": (animated("WEBP"), "several frames"),
    "animated avif": (animated("AVIF"), "several frames"),
    "bomb": (make_bomb(), "30000 × 30000"),
    # Pillow itself would only warn about this one, on standard error.
    "smaller bomb": (make_bomb(10_000), "10000 × 10000"),
    "large": (make_bomb(5000), "5000 × 5000"),
    "long": (png(9000, 100, 8, 2, b""), "9000 × 100"),
    "tiny": (encode(red(size=(1, 1))), "too small"),
    "truncated png": (make_png("x")[:-200], "cannot be decoded"),
    "truncated jpeg": (encode(red(), "JPEG")[:-100], "cannot be decoded"),
    "truncated webp": (encode(red(), "WEBP")[:-20], "cannot be decoded"),
    "truncated avif": (encode(red(), "AVIF")[:-20], "cannot be decoded"),
    "png of wrong sum": (make_png("x").replace(b"IDAT", b"IDAT\x00", 1), "cannot be decoded"),
    "text bomb": (
        png(99, 99, 8, 2, bytes(99 * 298), (b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))),
        "cannot be decoded",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_is_no_bounded_still_is_refused_with_a_reason(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(BadImage, match=reason):
        inspect_image(data)


def test_file_over_the_byte_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 100)
    with pytest.raises(BadImage, match="at most 100"):
        inspect_image(make_png("x"))


TAKEN = {
    **{kind: encode(red(), kind) for kind in FORMATS},
    "grey": encode(red("L")),
    "bits": encode(red("1")),
    "palette": encode(red("P")),
    "cmyk": encode(red("CMYK"), "JPEG"),
    "rgb16": png(80, 80, 16, 2, (b"\0" + b"\xc8\x00\x1e\x00\x28\x00" * 80) * 80),
}


@pytest.mark.parametrize("name", TAKEN)
def test_file_of_any_usual_kind_becomes_plain_rgb(name: str) -> None:
    decoded = inspect_image(TAKEN[name])
    assert decoded.picture.mode == "RGB"
    assert decoded.format in FORMATS
    if name not in {"grey", "bits", "palette"}:
        pixel = decoded.picture.getpixel((40, 40))
        assert isinstance(pixel, tuple)
        assert all(abs(one - other) <= 12 for one, other in zip(pixel, RED, strict=True))


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    data = png(80, 80, 16, 0, (b"\0" + b"\x80\x00" * 80) * 80)
    assert inspect_image(data).picture.getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize(
    "data",
    [
        encode(Image.new("RGBA", (99, 99), (0, 0, 0, 0))),
        encode(Image.new("LA", (99, 99), (0, 0))),
        encode(Image.new("RGBA", (99, 99), (0, 0, 0, 0)), "WEBP"),
        encode(Image.new("P", (99, 99)), transparency=0),
        encode(Image.new("RGB", (99, 99)), transparency=(0, 0, 0)),
        encode(Image.new("L", (99, 99)), transparency=0),
    ],
    ids=["rgba", "la", "webp", "palette", "rgb", "grey"],
)
def test_transparent_parts_are_laid_on_white(data: bytes) -> None:
    assert inspect_image(data).picture.getpixel((50, 50)) == (255, 255, 255)


def test_picture_lying_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert inspect_image(encode(red(), "JPEG", exif=exif)).picture.size == (96, 128)


def test_colours_of_another_profile_become_srgb() -> None:
    # A profile with red and blue swapped: what it calls red is blue.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    one, other = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[one : one + 4], profile[other : other + 4] = b"bXYZ", b"rXYZ"
    pixel = inspect_image(encode(Image.new("RGB", (99, 99), (250, 0, 0)), icc_profile=bytes(profile))).picture.getpixel(
        (9, 9)
    )
    assert isinstance(pixel, tuple)
    assert pixel[2] > 200 > 60 > pixel[0]


def test_broken_profile_is_ignored() -> None:
    assert inspect_image(encode(red(), icc_profile=b"no profile at all")).picture.getpixel((9, 9)) == RED


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_but_pixels_passes(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "made by gpt-image"
    options: dict[str, object] = {"exif": exif, "xmp": b"<x>made by gpt-image</x>"}
    if kind == "PNG":
        options["pnginfo"] = info = PngInfo()
        info.add_text("parameters", "made by gpt-image")
    if kind == "JPEG":
        options["comment"] = b"made by gpt-image"
    data = encode(red(), kind, **options)
    assert b"made by gpt-image" in data
    picture = inspect_image(data).picture
    assert picture.info == {}
    assert not picture.getexif()


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's warnings about EXIF data that it skips.
def test_mutated_files_never_raise_anything_else() -> None:
    generator = random.Random(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    small = red(size=(64, 64))
    files = [encode(small, kind, exif=exif, icc_profile=profile) for kind in FORMATS] + [encode(small.convert("P"))]
    refused = 0
    for _ in range(600):
        data = bytearray(generator.choice(files))
        for _ in range(generator.randrange(1, 6)):
            data[generator.randrange(min(len(data), generator.choice([300, 10_000])))] = generator.randrange(256)
        try:
            inspect_image(bytes(data))
        except BadImage:
            refused += 1
    # Some decode and some do not, so both paths were tested.
    assert 50 < refused < 550
