"""Turns our mask, one channel with white where a picture may change, into the forms that hosts want."""

import io

from PIL import Image, ImageOps


def plain_mask(mask: bytes) -> bytes:
    """Return the mask as an opaque PNG in one channel: white may change."""
    return _save(_open(mask))


def inverted_mask(mask: bytes) -> bytes:
    """Return the mask as an opaque PNG in one channel with black where the picture may change."""
    return _save(ImageOps.invert(_open(mask)))


def transparent_mask(mask: bytes) -> bytes:
    """Return the mask as a PNG in RGBA that is transparent where the picture may change."""
    channel = _open(mask)
    picture = Image.new("RGBA", channel.size)
    picture.putalpha(ImageOps.invert(channel))
    return _save(picture)


def picture_with_hole(source: bytes, mask: bytes) -> bytes:
    """Return a picture as PNG in RGBA that is transparent where it may change; the colours below stay."""
    picture = Image.open(io.BytesIO(source)).convert("RGB")
    picture.putalpha(ImageOps.invert(_open(mask)).resize(picture.size, Image.Resampling.NEAREST))
    return _save(picture)


def _open(mask: bytes) -> Image.Image:
    return Image.open(io.BytesIO(mask)).convert("L")


def _save(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
