"""The uniform copies that voters see: one pixel box, one codec, one byte length per width, whoever made the image."""

import io
import os
import struct
import uuid

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image

from arena.catalog.models import Prompt
from arena.errors import NotFound
from arena.generation.models import Rendition

# Bytes served for one rendition, by its width in pixels, ascending. Even numbers, as RIFF pads chunks to even lengths.
# Photographs reach WebP quality 82 to 90 within them, measured on pictures of several degrees of grain.
BYTE_LENGTH: dict[int, int] = {512: 64 * 1024, 768: 112 * 1024, 1024: 176 * 1024}
WIDTHS = tuple(BYTE_LENGTH)
MAT = (0x80, 0x80, 0x80)
# Tried in turn until the file fits. Method 2 encodes twice as fast as Pillow's default 4, for 5 % more bytes.
QUALITIES = (90, 85, 79, 72, 64, 54, 42, 28, 14, 1)
METHOD = 2
CHUNK_HEADER = 8


def make_renditions(picture: Image.Image) -> dict[int, bytes]:
    """Return one WebP file per width: the RGB picture scaled to fit a width × width box, on a grey mat.

    Nothing is cropped. Each file is at least a chunk header shorter than its BYTE_LENGTH.
    """
    largest, step, files = _box(picture, max(WIDTHS)), 0, {}
    for width in WIDTHS:
        box = largest if width == largest.width else largest.resize((width, width), Image.Resampling.LANCZOS)
        # A wider file has fewer bytes per pixel, so a quality that was too high for the last one is not tried again.
        files[width], step = _encode(box, step)
    return files


def _box(picture: Image.Image, side: int) -> Image.Image:
    if picture.size == (side, side):
        return picture
    scale = side / max(picture.size)
    width, height = (max(1, round(length * scale)) for length in picture.size)
    scaled = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    box = Image.new("RGB", (side, side), MAT)
    box.paste(scaled, ((side - width) // 2, (side - height) // 2))
    return box


def _encode(box: Image.Image, step: int) -> tuple[bytes, int]:
    """Return the file and the step of QUALITIES that fitted, trying from the given one."""
    limit = BYTE_LENGTH[box.width] - CHUNK_HEADER
    while step < len(QUALITIES):
        file = _webp(box, QUALITIES[step])
        if len(file) <= limit:
            return file, step
        # Far too big: skip a quality that cannot fit either.
        step += 1 + (len(file) > 2 * limit)
    return _encode_softened(box, limit), step


def _encode_softened(box: Image.Image, limit: int) -> bytes:
    """Encode a picture that is too large even at the lowest quality: halve its detail until it fits."""
    file, detail = _webp(box, QUALITIES[-1]), box
    while len(file) > limit:
        detail = detail.reduce(2)
        file = _webp(detail.resize(box.size, Image.Resampling.BILINEAR), QUALITIES[-1])
    return file


def _webp(box: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    box.save(file, "WEBP", quality=quality, method=METHOD)
    return file.getvalue()


def pad_rendition(webp: bytes, length: int) -> bytes:
    """Return the WebP file padded to exactly `length` bytes by a RIFF `JUNK` chunk of fresh random bytes."""
    filling = length - len(webp) - CHUNK_HEADER
    size = struct.pack("<I", length - CHUNK_HEADER)
    return webp[:4] + size + webp[8:] + b"JUNK" + struct.pack("<I", filling) + os.urandom(filling)


def read_rendition(*, generation_id: int, width: int) -> bytes:
    """Return the rendition of a generation, always BYTE_LENGTH[width] bytes. Raises NotFound."""
    keys = Rendition.objects.filter(image__generation_id=generation_id, width=width)
    return pad_rendition(_read(keys.values_list("storage_key", flat=True).first()), BYTE_LENGTH[width])


def read_public_rendition(*, public_id: uuid.UUID, width: int) -> bytes:
    """Return a rendition for a gallery: of open prompts only, by the image's public id, unpadded. Raises NotFound."""
    keys = Rendition.objects.filter(
        image__public_id=public_id, image__generation__prompt__state=Prompt.State.OPEN, width=width
    )
    return _read(keys.values_list("storage_key", flat=True).first())


def _read(key: str | None) -> bytes:
    if key is None:
        raise NotFound(_("There is no such image."))
    try:
        with default_storage.open(key) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise NotFound(_("The image's file is missing.")) from error
    return data
