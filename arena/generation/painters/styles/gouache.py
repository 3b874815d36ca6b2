"""The gouache style: soft forms turned by light, brushed paint, deep shadows, warm edges."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops

from arena.generation.painters.palette import RGB, mix, shade
from arena.generation.painters.sketch import Patch, Points, ellipse
from arena.generation.painters.styles.style import Studio, Style, dimmed, extent, grain, swell, vignette, waver


class Gouache(Style):
    """Everything right: light from the upper left, form, depth and shadow."""

    letter_weight = 0.035

    def lay(self, studio: Studio, patch: Patch) -> None:
        if patch.width or patch.fade is not None or patch.alpha < 255:
            super().lay(studio, patch)
            return
        width, height = extent(patch.points)
        colour, size = studio.lit(patch), max(width, height)
        outline = waver(patch.points, studio.rng, min(0.0011, size * 0.006), step=0.02) if size > 0.04 else patch.points
        solid = dimmed(patch, colour)
        if size < 0.025:
            studio.canvas.fill(outline, colour)
        elif patch.round:
            self._turn(studio, patch, outline, colour, int(np.clip(size * 42, 4, 12)))
        else:
            studio.canvas.fill(outline, shade(colour, -0.06))
            studio.canvas.fill(swell(solid, 0.975, (-0.4, -0.6)), colour)
            studio.canvas.fill(swell(solid, 0.7, (-0.5, -0.8)), shade(colour, 0.045))

    def lay_far(self, studio: Studio, patch: Patch) -> None:
        if patch.alpha == 255 and not patch.width and patch.fade is None and max(extent(patch.points)) > 0.8:
            colour = studio.lit(patch)
            top = float(patch.points[:, 1].min())
            for k in range(6):
                moved = patch.points + np.array([0, 0.022 * k * (1.1 - top)])
                studio.canvas.fill(moved, mix(shade(colour, 0.1), shade(colour, -0.1), k / 5))
            return
        super().lay(studio, patch) if patch.depth > 0.6 else self.lay(studio, patch)

    def _turn(self, studio: Studio, patch: Patch, outline: Points, colour: RGB, steps: int) -> None:
        """Turns a form from its shaded rim to its lit side in nested steps."""
        rim, lit = shade(colour, -0.24), shade(mix(colour, studio.light.glow, 0.1), 0.16)
        studio.canvas.fill(outline, rim)
        for k in range(1, steps + 1):
            t = k / steps
            studio.canvas.fill(swell(patch, 1 - 0.9 * t, (-0.42, -0.46)), mix(rim, lit, round(t**0.75, 3)))

    def shadow(self, studio: Studio, x: float, foot: float, width: float) -> None:
        dark = studio.light.grade((46, 36, 60), 0.0)
        for k in range(7):
            r = width * (0.62 - 0.055 * k)
            studio.canvas.fill(ellipse(x + width * 0.1, foot - 0.004, r, r * 0.2), dark, 20)

    def finish(self, studio: Studio) -> Image.Image:
        size = studio.canvas.size
        picture = studio.canvas.picture()
        strokes = _brush(size)
        picture = ImageChops.soft_light(picture, strokes)
        return ImageChops.multiply(picture, _edge(size))


@lru_cache(maxsize=2)
def _brush(size: int) -> Image.Image:
    mixed = Image.blend(grain(size, 26, 3, 11, 40), grain(size, 4, 18, 12, 36), 0.42)
    mixed = Image.blend(mixed, grain(size, 2, 2, 13, 50), 0.22)
    return Image.merge("RGB", (mixed, mixed, mixed))


@lru_cache(maxsize=2)
def _edge(size: int) -> Image.Image:
    return Image.merge("RGB", (vignette(size, 60), vignette(size, 74), vignette(size, 54)))
