"""The gouache style: soft forms turned by light, brushed paint, deep shadows, warm edges."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops

from arena.painters.palette import RGB, mix, shade
from arena.painters.sketch import Patch, Points, ellipse
from arena.painters.styles.style import Studio, Style, dimmed, extent, grain, swell, vignette, waver


def deepen(colour: RGB, share: float) -> RGB:
    """The colour in shade: darker yet not greyer, a little cooler."""
    red, green, blue = colour
    share += 0.16 * min(colour) / 255
    return round(red * share), round(green * share * 0.97), round(min(255, blue * (share + 0.07)))


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
            studio.canvas.fill(outline, deepen(colour, 0.86))
            studio.canvas.fill(swell(solid, 0.965, (-0.12, -0.3)), colour)
            studio.canvas.fill(swell(solid, 0.62, (-0.1, -0.34)), shade(colour, 0.05))

    def lay_far(self, studio: Studio, patch: Patch) -> None:
        width, height = extent(patch.points)
        if patch.fade is not None:
            super().lay(studio, patch)
            self._bask(studio, patch)
        elif patch.alpha == 255 and not patch.width and width > 0.8 and height > 0.2:
            self._roll(studio, patch)
        elif patch.depth > 0.6:
            super().lay(studio, patch)
        else:
            self.lay(studio, patch)

    def _bask(self, studio: Studio, patch: Patch) -> None:
        """Lets the sky glow where the light comes from."""
        if studio.light.dark or patch.points[0, 1] > 0.1 or sum(patch.colour) < 330:
            return
        for k in range(9):
            r = 0.62 - 0.062 * k
            studio.canvas.fill(ellipse(0.2, 0.2, r, r * 0.8), studio.light.glow, 10 + studio.light.glow_alpha // 18)

    def _roll(self, studio: Studio, patch: Patch) -> None:
        """Models a hill: lit along its crest, darker towards its foot."""
        colour = studio.lit(patch)
        top = float(patch.points[:, 1].min())
        for k in range(9):
            moved = patch.points + np.array([0, 0.018 * k * (1.1 - top)])
            studio.canvas.fill(
                moved, mix(shade(mix(colour, studio.light.glow, 0.12), 0.1), shade(colour, -0.15), k / 8)
            )

    def _turn(self, studio: Studio, patch: Patch, outline: Points, colour: RGB, steps: int) -> None:
        """Turns a form from its shaded rim to its lit side in nested steps."""
        lit = shade(mix(colour, studio.light.glow, 0.12), 0.14)
        studio.canvas.fill(outline, deepen(colour, 0.66))
        for k in range(1, steps + 1):
            t = k / steps
            tone = (
                mix(deepen(colour, 0.66), colour, round(t / 0.4, 3))
                if t < 0.4
                else mix(colour, lit, round((t - 0.4) / 0.6, 3))
            )
            studio.canvas.fill(swell(patch, 1 - 0.88 * t, (-0.4, -0.46)), tone)

    def shadow(self, studio: Studio, x: float, foot: float, width: float) -> None:
        dark = studio.light.grade((46, 36, 60), 0.0)
        for k in range(8):
            r = width * (0.64 - 0.056 * k)
            studio.canvas.fill(ellipse(x + width * 0.13 - 0.012 * k * width, foot - 0.003, r, r * 0.19), dark, 22)
        studio.canvas.fill(ellipse(x, foot, width * 0.42, 0.008), dark, 90)

    def finish(self, studio: Studio) -> Image.Image:
        size = studio.canvas.size
        picture = studio.canvas.picture()
        strokes = _brush(size)
        picture = ImageChops.soft_light(picture, strokes)
        return ImageChops.multiply(picture, _edge(size))


@lru_cache(maxsize=2)
def _brush(size: int) -> Image.Image:
    mixed = Image.blend(grain(size, 40, 5, 11, 9, 132), grain(size, 7, 30, 12, 9, 132), 0.35)
    mixed = Image.blend(mixed, grain(size, 2, 2, 13, 42, 134), 0.2)
    return Image.merge("RGB", (mixed, mixed, mixed))


@lru_cache(maxsize=2)
def _edge(size: int) -> Image.Image:
    return Image.merge("RGB", (vignette(size, 42), vignette(size, 56), vignette(size, 46)))
