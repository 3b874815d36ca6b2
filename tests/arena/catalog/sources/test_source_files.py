"""What is stored of a source picture: its pixels as people see them, and nothing else."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from arena.catalog.sources.source_files import JPEG, PNG, hash_bytes, prepare_mask, prepare_source
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image

SIZE = (96, 72)
ORIENTATION = 0x0112


def noise() -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (SIZE[1] // 8, SIZE[0] // 8, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize(SIZE)


def encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def decode(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        return opened


def exif(orientation: int = 1) -> Image.Exif:
    notes = Image.Exif()
    notes[ORIENTATION] = orientation
    notes[0x010F] = "A camera of somebody"
    return notes


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_jpeg_keeps_its_pixels_and_loses_all_metadata(options: dict[str, Any]) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    given = encode(noise(), "JPEG", exif=exif(), comment=b"who was there", icc_profile=profile, **options) + b"trailing"
    plain = encode(noise(), "JPEG", exif=exif(), comment=b"who was there", **options)
    stored = prepare_source(plain)
    assert (stored.media_type, stored.width, stored.height) == (JPEG, *SIZE)
    assert stored.data == encode(noise(), "JPEG", **options)
    assert stored.given_sha256 == hash_bytes(plain) != stored.sha256
    # A profile may change what the pixels mean: then they are kept as they are seen.
    other = prepare_source(given)
    assert b"camera" not in other.data + stored.data
    assert b"who was there" not in other.data + stored.data
    assert not other.data.endswith(b"trailing")
    assert inspect_image(other.data).picture.tobytes() == inspect_image(given).picture.tobytes()


def test_file_without_metadata_stays_as_it_is() -> None:
    for given, kind in ((encode(noise(), "JPEG", quality=90), JPEG), (encode(noise(), "PNG"), PNG)):
        stored = prepare_source(given)
        assert (stored.data, stored.media_type, stored.sha256) == (given, kind, stored.given_sha256)


def test_turned_jpeg_is_stored_upright() -> None:
    stored = prepare_source(encode(noise(), "JPEG", exif=exif(6)))
    assert (stored.media_type, stored.width, stored.height) == (PNG, SIZE[1], SIZE[0])


def test_png_loses_texts_and_transparency() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("parameters", "a secret prompt")
    clear = noise().convert("RGBA")
    clear.paste((255, 0, 0, 0), (0, 0, 10, 10))
    stored = prepare_source(encode(clear, "PNG", pnginfo=texts))
    picture = decode(stored.data)
    assert (picture.mode, picture.getpixel((0, 0)), picture.info) == ("RGB", (255, 255, 255), {})
    assert b"secret" not in stored.data


@pytest.mark.parametrize(
    ("kind", "options"), [("WEBP", {"lossless": True}), ("GIF", {}), ("BMP", {}), ("TIFF", {})], ids=str
)
def test_other_kinds_become_png_with_the_same_pixels(kind: str, options: dict[str, Any]) -> None:
    given = encode(noise(), kind, **options)
    stored = prepare_source(given)
    assert stored.media_type == PNG
    assert decode(stored.data).tobytes() == inspect_image(given).picture.tobytes()


def test_cmyk_jpeg_is_stored_in_rgb() -> None:
    stored = prepare_source(encode(noise().convert("CMYK"), "JPEG"))
    assert (stored.media_type, decode(stored.data).mode) == (PNG, "RGB")


@pytest.mark.parametrize("given", [b"", b"GIF89a", b"\xff\xd8\xff\xe1\x00", encode(noise(), "PNG")[:90]], ids=range(4))
def test_what_is_no_picture_is_refused(given: bytes) -> None:
    with pytest.raises(BadImage):
        prepare_source(given)


def masked(picture: Image.Image, *, size: tuple[int, int] = SIZE) -> Image.Image:
    stored = prepare_mask(encode(picture, "PNG"), size=size)
    mask = decode(stored.data)
    assert (stored.media_type, mask.mode, mask.size) == (PNG, "L", size)
    return mask


def left_half(picture: Image.Image, colour: Any) -> Image.Image:
    picture.paste(colour, (0, 0, SIZE[0] // 2, SIZE[1]))
    return picture


def test_white_or_transparent_part_of_a_mask_may_change() -> None:
    for drawn in (
        left_half(Image.new("L", SIZE, 0), 255),
        left_half(Image.new("1", SIZE, 0), 1),
        left_half(Image.new("RGB", SIZE, (20, 20, 20)), (240, 240, 240)),
        left_half(noise().convert("RGBA"), (0, 0, 0, 0)),
        left_half(Image.new("RGBA", SIZE, (0, 0, 0, 255)), (255, 255, 255, 255)),
        left_half(Image.new("LA", SIZE, (255, 255)), (255, 10)),
    ):
        mask = masked(drawn)
        assert (mask.getpixel((0, 0)), mask.getpixel((SIZE[0] - 1, 0))) == (255, 0), drawn.mode
        assert set(np.unique(np.asarray(mask))) == {0, 255}


def test_mask_that_cannot_be_one_is_refused() -> None:
    for drawn, why in (
        (left_half(Image.new("L", (95, 72)), 255), "The mask is 95 × 72, and the first source 96 × 72"),
        (Image.new("L", SIZE, 0), "marks nothing"),
        (Image.new("RGBA", SIZE, (9, 9, 9, 255)), "marks nothing"),
        (noise(), "looks like a picture"),
    ):
        with pytest.raises(BadImage, match=why):
            prepare_mask(encode(drawn, "PNG"), size=SIZE)
