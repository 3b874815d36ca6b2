"""The uniform copies that voters see: one pixel box, one codec, one quality; both sides of a matchup equally long.

The box is a square. Of an editing prompt it has the shape of the prompt's first source, whatever size a host returns.
"""

import io
import struct
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _
from PIL import Image

from arena.catalog.models import Category, Prompt, SourceImage
from arena.errors import NotFound
from arena.generation.models import Rendition

# Width and height of the picture whose shape a box has.
Frame = tuple[int, int]
# The widths in pixels that every image has. A detail rendition, PIXELS_OF_VIEW wide, is made only where an image of the
# prompt has that much to show, and then for all images of the prompt: which of them is larger must not be seen.
WIDTHS = (512, 768, 1024)
# One quality for all, so no picture is shown worse than another. A change of what follows is a new RECIPE: images of an
# older one are rendered again (`rendering_again`). Method 2 takes half the time of Pillow's default for 3 % more bytes.
RECIPE = 2
QUALITY = 90
METHOD = 2
MAT = (0x80, 0x80, 0x80)
# The shortest length class of each width in bytes; each further class is twice as long. Even, as RIFF pads chunks.
SHORTEST: Mapping[int, int] = {512: 64 * 1024, 768: 112 * 1024, 1024: 176 * 1024}
CHUNK_HEADER = 8

# The widest that both images of a matchup have in the same box, so that an answer never tells that only one of them has
# it.
_BOTH = """
SELECT mine.storage_key, other.storage_key, mine.width
FROM generation_image i JOIN generation_rendition mine ON mine.image_id = i.id
JOIN generation_image j ON j.generation_id = %s
JOIN generation_rendition other ON other.image_id = j.id AND other.width = mine.width AND other.box = mine.box
WHERE i.generation_id = %s AND mine.width <= %s
ORDER BY mine.width DESC LIMIT 1
"""


def make_renditions(picture: Image.Image, *, detailed: bool = False, frame: Frame | None = None) -> dict[int, bytes]:
    """Return one WebP file per width, of the RGB picture in the box of that width (`box_size`).

    Without a `frame` the whole picture is fitted into a square, on a grey mat. With one it fills the box, and what lies
    outside on either side is cut off. A detail rendition is among the files if the picture shows more than WIDTHS hold,
    or if `detailed`.
    """
    widths: tuple[int, ...] = WIDTHS
    if detailed or _shown(picture, frame) > max(WIDTHS):
        widths = tuple(sorted({*WIDTHS, detail_width()}))
    return {width: encode_webp(box) for width, box in make_boxes(picture, widths, frame=frame)}


def make_boxes(
    picture: Image.Image, widths: Sequence[int], *, frame: Frame | None
) -> Iterator[tuple[int, Image.Image]]:
    """Yield the RGB picture in the box of each of these ascending widths, the widest first."""
    place = fit_box if frame is None else partial(fill_box, frame=frame)
    shown, source = _shown(picture, frame), picture
    for width in reversed(widths):
        box = place(source, width)
        yield width, box
        if shown > width:
            # The box has all the detail that narrower ones show, and is quicker to read than a larger picture.
            source = box


def _shown(picture: Image.Image, frame: Frame | None) -> int:
    """Return how many pixels of the longer side a box can show."""
    return max(picture.size) if frame is None else max(_centre(picture.size, frame)[2:])


def read_frame(prompt_id: int) -> Frame | None:
    """Return the size of an editing prompt's first source, whose shape its images are shown in; None without one."""
    sources = SourceImage.objects.filter(prompt=prompt_id, role=SourceImage.Role.SOURCE).order_by("position")
    return sources.values_list("width", "height").first()


def box_size(width: int, frame: Frame | None) -> tuple[int, int]:
    """Return the pixels of a box, across and down: its longer side is `width`, its shape is the frame's or a square."""
    across, down = frame or (1, 1)
    longer = max(across, down)
    # In whole numbers, as `rendering_again` computes it too.
    size = [max(1, (2 * width * side + longer) // (2 * longer)) for side in (across, down)]
    return size[0], size[1]


def detail_width() -> int:
    """Return the width of detail renditions in pixels; the largest of WIDTHS where they are switched off."""
    asked: int = settings.PIXELS_OF_VIEW
    return max(asked, *WIDTHS)


def fit_box(picture: Image.Image, side: int) -> Image.Image:
    """Return the whole picture scaled to fit a square of `side` pixels, in its middle, on the mat."""
    if picture.size == (side, side):
        return picture
    scale = side / max(picture.size)
    width, height = (max(1, round(length * scale)) for length in picture.size)
    scaled = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    box = Image.new("RGB", (side, side), MAT)
    box.paste(scaled, ((side - width) // 2, (side - height) // 2))
    return box


def name_box(width: int, frame: Frame | None) -> str:
    """Return how a rendition's row names its box: "1024x683"; nothing for the square of a picture without a frame."""
    return "" if frame is None else "{}x{}".format(*box_size(width, frame))


def fill_box(picture: Image.Image, width: int, *, frame: Frame) -> Image.Image:
    """Return the middle of the picture, as much of it as has the frame's shape, scaled to the box."""
    size = box_size(width, frame)
    left, top, across, down = _centre(picture.size, frame)
    if (across, down) == picture.size == size:
        return picture
    middle = (left, top, left + across, top + down)
    return picture.resize(size, Image.Resampling.LANCZOS, box=middle, reducing_gap=3.0)


def _centre(size: tuple[int, int], frame: Frame) -> tuple[int, int, int, int]:
    """Return the largest part of the frame's shape in the middle of a picture: left, top, width, height in pixels."""
    scale = min(side / own for side, own in zip(size, frame, strict=True))
    across, down = (min(side, max(1, round(own * scale))) for side, own in zip(size, frame, strict=True))
    return (size[0] - across) // 2, (size[1] - down) // 2, across, down


def encode_webp(box: Image.Image) -> bytes:
    """Return the picture as a WebP file of the one quality, without metadata."""
    file = io.BytesIO()
    box.save(file, "WEBP", quality=QUALITY, method=METHOD)
    return file.getvalue()


def length_class(width: int, size: int) -> int:
    """Return the length in bytes at which a file of `size` bytes is served: the shortest class that holds it."""
    widest = max(WIDTHS)
    length = SHORTEST.get(width) or SHORTEST[widest] * (width // widest) ** 2
    while length < size + CHUNK_HEADER:
        length *= 2
    return length


def pad_rendition(webp: bytes, length: int) -> bytes:
    """Return the WebP file at exactly `length` bytes: a RIFF `JUNK` chunk of zeros, which decoders skip, fills it."""
    filling = length - len(webp) - CHUNK_HEADER
    size = struct.pack("<I", length - CHUNK_HEADER)
    return b"".join((webp[:4], size, webp[8:], b"JUNK", struct.pack("<I", filling), bytes(filling)))


def read_rendition(*, generation_id: int, beside: int, width: int) -> bytes:
    """Return the rendition of a generation as it is served beside another one: both have the same width and length.

    Where one of them has no rendition of this width, the widest below that both have is returned. Raises NotFound.
    """
    found = _find_beside(generation_id, beside, width)
    try:
        return _read_padded(found)
    except FileNotFoundError:
        # It may just have been rendered again, under another name.
        renewed = _find_beside(generation_id, beside, width)
        try:
            return _read_padded(renewed)
        except FileNotFoundError as error:
            raise _file_missing() from error


def _find_beside(generation_id: int, beside: int, width: int) -> tuple[str, str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, [beside, generation_id, width])
        found: tuple[str, str, int] | None = cursor.fetchone()
    if found is None:
        raise _no_image()
    return found


def _read_padded(found: tuple[str, str, int]) -> bytes:
    mine, other, width = found
    # Both files are read, so the time that it takes does not tell the larger one from the smaller.
    files = _read(mine), _read(other)
    return pad_rendition(files[0], length_class(width, max(map(len, files))))


def read_public_rendition(*, public_id: uuid.UUID, width: int, avif: bool = False) -> bytes:
    """Return a rendition for a gallery, or its AVIF copy, by the image's public id, unpadded.

    Raises NotFound for an image of a prompt that is not open or of a draft category, or that is not published or hidden
    after reports.
    """
    keys = Rendition.objects.filter(
        image__public_id=public_id,
        image__generation__prompt__state=Prompt.State.OPEN,
        image__generation__prompt__category__state=Category.State.ACTIVE,
        image__generation__entered_at__isnull=False,
        image__generation__hidden_at=None,
        width=width,
    )
    key = keys.values_list("avif__storage_key" if avif else "storage_key", flat=True).first()
    if key is None:
        raise _no_image()
    try:
        return _read(key)
    except FileNotFoundError as error:
        raise _file_missing() from error


def _read(key: str) -> bytes:
    with default_storage.open(key) as file:
        data: bytes = file.read()
    return data


def _no_image() -> NotFound:
    return NotFound(_("There is no such image."))


def _file_missing() -> NotFound:
    return NotFound(_("The image's file is missing."))
