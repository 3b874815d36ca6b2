"""What every style does: lay patches on a canvas in its own way, and finish the picture."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from PIL import Image

from arena.painters.canvas import Canvas
from arena.painters.palette import RGB, Light
from arena.painters.sketch import Patch, Points


@dataclass
class Studio:
    """What is on the easel: the canvas, the light and a generator of accidents seeded for this one picture."""

    canvas: Canvas
    light: Light
    rng: np.random.Generator
    mood: str = "day"

    def lit(self, patch: Patch) -> RGB:
        """The patch's colour in this light."""
        return patch.colour if patch.glows else self.light.grade(patch.colour, patch.depth)


class Style:
    """The plain way of painting, which styles vary."""

    letter_weight = 0.03
    letter_jitter = 0.0

    def ground(self, light: Light) -> RGB:
        """The colour of the bare canvas."""
        return light.sky[1]

    def lay(self, studio: Studio, patch: Patch) -> None:
        """Puts one patch on the canvas."""
        colour = self.tone(studio.lit(patch))
        if patch.fade is not None:
            studio.canvas.fade(patch.points, colour, self.tone(patch.fade))
        elif patch.width:
            studio.canvas.stroke(patch.points, patch.width, colour, patch.alpha)
        else:
            studio.canvas.fill(patch.points, colour, patch.alpha)

    def lay_far(self, studio: Studio, patch: Patch) -> None:
        """Puts one patch of the backdrop on the canvas."""
        self.lay(studio, patch)

    def shadow(self, studio: Studio, x: float, foot: float, width: float) -> None:
        """The shadow of a thing that stands at (x, foot)."""

    def tone(self, colour: RGB) -> RGB:
        """The colour as this style would mix it."""
        return colour

    def finish(self, studio: Studio) -> Image.Image:
        """The finished RGB picture."""
        return studio.canvas.picture()


def waver(
    points: Points, rng: np.random.Generator, amount: float, *, step: float = 0.03, closed: bool = True
) -> Points:
    """The outline cut into pieces of at most `step` and shaken by `amount`, as by a hand."""
    ends = np.roll(points, -1, axis=0) if closed else points[1:]
    starts = points if closed else points[:-1]
    pieces = np.clip((np.abs(ends - starts).max(axis=1) / step).astype(int) + 1, 1, 24)
    index = np.repeat(np.arange(len(starts)), pieces)
    share = (np.arange(len(index)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / np.repeat(pieces, pieces)
    fine = starts[index] + (ends - starts)[index] * share[:, None]
    if not closed:
        fine = np.concatenate([fine, points[-1:]])
    noise = rng.standard_normal(fine.shape)
    noise = (noise + np.roll(noise, 1, axis=0) + np.roll(noise, -1, axis=0)) / 1.7
    return np.asarray(fine + noise * amount)


def extent(points: Points) -> tuple[float, float]:
    """Width and height of the outline."""
    low, high = points.min(axis=0), points.max(axis=0)
    return float(high[0] - low[0]), float(high[1] - low[1])


def swell(patch: Patch, share: float, toward: tuple[float, float]) -> Points:
    """The patch scaled to `share` of its size about a point inside it, `toward` being -1..1 from its mean."""
    reach = patch.points.max(axis=0) - patch.points.min(axis=0)
    focus = patch.points.mean(axis=0) + reach / 2 * np.array(toward)
    return np.asarray(focus + (patch.points - focus) * share)


def dimmed(patch: Patch, colour: RGB) -> Patch:
    """The same patch in another colour, already lit."""
    return replace(patch, colour=colour, glows=True)


@lru_cache(maxsize=8)
def vignette(size: int, strength: int) -> Image.Image:
    """A grey-scale sheet to multiply with: white in the middle, darker by `strength` in the corners."""
    line = np.linspace(-1, 1, size, dtype=np.float32)
    distance = np.clip(line[None, :] ** 2 + line[:, None] ** 2 - 0.55, 0, None) / 1.45
    return Image.fromarray((255 - strength * distance).astype(np.uint8))


@lru_cache(maxsize=16)
def grain(size: int, across: int, down: int, seed: int, spread: int, middle: int = 128) -> Image.Image:
    """Noise stretched `across` × `down` times: short strokes of a brush, threads of a paper."""
    rng = np.random.default_rng(seed)
    small = rng.normal(middle, spread, (max(2, size // down), max(2, size // across))).clip(0, 255).astype(np.uint8)
    return Image.fromarray(small).resize((size, size), Image.Resampling.BICUBIC)
