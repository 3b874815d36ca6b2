"""The crayon style: thick outlines from a small hand, wax strokes that leave paper bare."""

from functools import lru_cache

import numpy as np
from PIL import Image

from arena.painters.palette import RGB, Light, mix, shade
from arena.painters.sketch import Patch
from arena.painters.styles.style import Studio, Style, extent, grain, waver

PAPER: RGB = (252, 248, 238)


class Crayon(Style):
    """Childlike: shapes wobble, colours are loud, nothing has shade."""

    letter_weight = 0.02
    letter_jitter = 0.16

    def ground(self, light: Light) -> RGB:
        return PAPER

    def lay(self, studio: Studio, patch: Patch) -> None:
        canvas, colour = studio.canvas, self.tone(studio.lit(patch))
        size = max(extent(patch.points))
        if patch.fade is not None:
            canvas.fade(patch.points, colour, self.tone(patch.fade), bands=3)
        elif patch.width:
            shaken = waver(patch.points, studio.rng, 0.0022, step=0.03, closed=False)
            canvas.stroke(shaken, max(patch.width, 0.006), colour, patch.alpha)
        else:
            outline = waver(patch.points, studio.rng, float(np.clip(size * 0.02, 0.0006, 0.0042)), step=0.05)
            canvas.fill(outline, colour, patch.alpha)
            if size > 0.05 and patch.alpha > 120:
                canvas.stroke(np.concatenate([outline, outline[:1]]), 0.0055, shade(colour, -0.3))

    def tone(self, colour: RGB) -> RGB:
        """Louder: pushed away from its own grey."""
        grey = sum(colour) / 3
        red, green, blue = (int(np.clip(grey + (byte - grey) * 1.35 + 6, 0, 255)) for byte in colour)
        return mix((red, green, blue), PAPER, 0.06)

    def finish(self, studio: Studio) -> Image.Image:
        picture = studio.canvas.picture()
        return Image.composite(picture, _bare(studio.canvas.size), _wax(studio.canvas.size))


@lru_cache(maxsize=2)
def _bare(size: int) -> Image.Image:
    return Image.new("RGB", (size, size), PAPER)


@lru_cache(maxsize=2)
def _wax(size: int) -> Image.Image:
    """How much wax took: slanted strokes over the tooth of the paper."""
    wide = grain(size * 3 // 2, 60, 3, 31, 62, 190)
    slanted = wide.rotate(34, Image.Resampling.BILINEAR).crop(
        (size // 4, size // 4, size // 4 + size, size // 4 + size)
    )
    return Image.blend(slanted, grain(size, 3, 3, 32, 60, 205), 0.42).point(lambda byte: min(255, max(70, byte * 1.18)))
