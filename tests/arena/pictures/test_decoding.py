"""Bounds before decoding, and metadata after it; the corpus beside this file holds formats and faults."""

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena.fake_provider.server import make_png
from arena.pictures import decoding
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image

RED = (200, 30, 40)


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return the image as a file of this format."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def red(mode: str = "RGB", size: tuple[int, int] = (128, 96)) -> Image.Image:
    """Return a plain red picture."""
    return Image.new("RGB", size, RED).convert(mode)


def test_file_over_the_byte_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 100)
    with pytest.raises(BadImage, match="at most 100"):
        inspect_image(make_png("x"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
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
