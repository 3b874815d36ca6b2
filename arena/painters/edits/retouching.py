"""What a painter does with a picture of somebody else's: paints what the instruction names onto it."""

import numpy as np
from PIL import Image

from arena.painters.canvas import FACTOR, Canvas
from arena.painters.keywords import read_scene
from arena.painters.layout import arrange
from arena.painters.paint import make_seed, paint_boxes
from arena.painters.palette import LIGHTS_BY_NAME
from arena.painters.roster import STYLES
from arena.painters.styles.style import Studio

# The longer side of a result is at most this many pixels.
LARGEST = 1024
# Without a mask, things are put into this part of the picture.
PLACE = (0.2, 0.35, 0.8, 0.95)
# These hands are not stopped by a mask.
CARELESS = frozenset(["wax-moon"])


def retouch(painter: str, picture: Image.Image, mask: Image.Image | None, *, prompt: str, seed: int) -> Image.Image:
    """The RGB picture with what the prompt's English words name painted into it, inside the mask if there is one.

    Its shape stays; a picture larger than LARGEST is scaled down. The mask (mode L) has the picture's size. Raises
    KeyError for an unknown painter.
    """
    style, scale = STYLES[painter], min(1.0, LARGEST / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    source = picture.resize(size) if size != picture.size else picture
    allowed = mask.resize(size, Image.Resampling.NEAREST) if mask is not None else None
    side = max(size)
    own = make_seed(f"{painter}|{seed}|{prompt}")
    wanted = read_scene(prompt)
    light = LIGHTS_BY_NAME[wanted.light]
    studio = Studio(Canvas(side, style.ground(light)), light, np.random.default_rng(own), wanted.light)
    studio.canvas.sheet.paste(source.resize((size[0] * FACTOR, size[1] * FACTOR)), (0, 0))
    left, top, right, bottom = _place(allowed, size, side)
    boxes = tuple(box.within(left, top, right, bottom) for box in arrange(wanted, make_seed(f"{seed}|{prompt}")))
    paint_boxes(style, studio, wanted, boxes, own)
    painted = studio.canvas.picture().crop((0, 0, *size))
    return painted if allowed is None or painter in CARELESS else Image.composite(painted, source, allowed)


def _place(mask: Image.Image | None, size: tuple[int, int], side: int) -> tuple[float, float, float, float]:
    """Where things go, in shares of the canvas: the box around the mask's white, or the usual place."""
    around = mask.getbbox() if mask is not None else None
    edges = around or tuple(share * size[axis % 2] for axis, share in enumerate(PLACE))
    left, top, right, bottom = (edge / side for edge in edges)
    return left, top, right, bottom
