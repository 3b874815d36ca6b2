"""The ink-and-wash style: thin pools of colour on paper under a wandering pen line."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops

from arena.painters.palette import RGB, Light, mix
from arena.painters.sketch import Patch, ellipse
from arena.painters.styles.style import Studio, Style, extent, grain, waver

PAPER: RGB = (250, 244, 230)
INK: RGB = (58, 46, 62)


class Ink(Style):
    """Lively lines, pale colour that misses its outline."""

    letter_weight = 0.015
    letter_jitter = 0.04

    def ground(self, light: Light) -> RGB:
        return PAPER

    def lay(self, studio: Studio, patch: Patch) -> None:
        canvas, colour = studio.canvas, self.tone(studio.lit(patch))
        if patch.fade is not None:
            canvas.fade(patch.points, colour, self.tone(patch.fade), bands=40)
            return
        if patch.width:
            canvas.stroke(patch.points, max(0.002, patch.width), mix(colour, INK, 0.25), patch.alpha)
            return
        size = max(extent(patch.points))
        if size < 0.02:
            canvas.fill(patch.points, mix(colour, INK, 0.2), patch.alpha)
            return
        drift = np.array([0.004, -0.003]) * min(1.0, size * 5)
        canvas.fill(waver(patch.points, studio.rng, 0.0016, step=0.03) + drift, colour, patch.alpha)
        if patch.alpha > 100 and size < 1.2:
            line = waver(patch.points, studio.rng, 0.0008, step=0.02)
            pen = 0.0026 if patch.depth < 0.3 else 0.0015
            canvas.stroke(np.concatenate([line, line[:2]]), pen, mix(INK, colour, min(0.8, patch.depth * 0.8)))

    def shadow(self, studio: Studio, x: float, foot: float, width: float) -> None:
        for k in range(7):
            left = x - width * 0.44 + width * 0.15 * k
            points = np.array([(left, foot + 0.006), (left + width * 0.16, foot - 0.012)])
            studio.canvas.stroke(points, 0.002, mix(INK, PAPER, 0.25))
        studio.canvas.fill(ellipse(x, foot, width * 0.5, width * 0.06), INK, 34)

    def tone(self, colour: RGB) -> RGB:
        return mix(colour, PAPER, 0.3)

    def finish(self, studio: Studio) -> Image.Image:
        return ImageChops.multiply(studio.canvas.picture(), _paper(studio.canvas.size))


@lru_cache(maxsize=2)
def _paper(size: int) -> Image.Image:
    """Cold-pressed paper with pools where the wash dried; white at the torn edge."""
    tooth = Image.blend(grain(size, 3, 3, 21, 16, 240), grain(size, 170, 210, 22, 7, 242), 0.5)
    return Image.merge("RGB", (tooth, tooth, tooth.point(lambda byte: byte * 0.985)))
