"""Reads a mask in either form in which people draw them, and returns it in one."""

import io

import numpy as np
from PIL import Image, ImageOps

from arena.pictures.bad_images import BadImage
from arena.pictures.bad_images import gettext_noop as _
from arena.pictures.decoding import UNREADABLE, inspect_image

# From this value of 255 on, a pixel counts as white, or as opaque.
HALF = 128
# A mask has two values. Soft edges lie between them; more than this share of such pixels makes it a picture.
MOST_GREY = 0.25
_GREYS = (64, 191)


def read_mask(data: bytes) -> Image.Image:
    """Return a mask in mode L: 255 where the picture may change, 0 elsewhere.

    A file with transparent parts is read by them: what is transparent may change. Any other is read by its
    brightness: what is white may change. Raises BadImage for a file that is no picture, marks nothing, or is no mask.
    """
    picture = inspect_image(data).picture
    alpha = _alpha(data)
    values = np.asarray(picture.convert("L")) if alpha is None else 255 - np.asarray(alpha)
    low, high = _GREYS
    if float(((values > low) & (values < high)).mean()) > MOST_GREY:
        raise BadImage(
            _("This looks like a picture, not like a mask: a mask is black and white, or has a transparent part.")
        )
    marked = values >= HALF
    if not marked.any():
        raise BadImage(_("The mask marks nothing: paint white, or make transparent, what may change."))
    return Image.fromarray(marked.astype(np.uint8) * 255)


def _alpha(data: bytes) -> Image.Image | None:
    """Return the opacity of an accepted file as people see it; None where all of it is opaque."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if "A" not in opened.getbands() and "a" not in opened.getbands() and "transparency" not in opened.info:
                return None
            alpha = ImageOps.exif_transpose(opened).convert("RGBA").getchannel("A")
    except UNREADABLE as error:
        raise BadImage(_("The mask's transparency cannot be read; save it as a PNG without metadata.")) from error
    darkest = alpha.getextrema()[0]
    return alpha if isinstance(darkest, int | float) and darkest < HALF else None
