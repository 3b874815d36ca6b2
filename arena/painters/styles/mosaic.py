"""The mosaic style: the picture broken into small three-cornered tiles."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from arena.painters.palette import RGB, mix
from arena.painters.styles.style import Studio, Style, vignette

CELLS = 58


class Mosaic(Style):
    """Coarse: a tile takes one colour, and its neighbours never quite agree."""

    letter_weight = 0.06

    def tone(self, colour: RGB) -> RGB:
        return mix(colour, (214, 190, 160), 0.12)

    def finish(self, studio: Studio) -> Image.Image:
        size = studio.canvas.size
        side = CELLS * 4
        small = np.asarray(
            studio.canvas.sheet.resize((side, side), Image.Resampling.BOX, reducing_gap=2.0), dtype=np.int16
        )
        corners = [small[0::4, 1::4], small[1::4, 3::4], small[3::4, 2::4], small[2::4, 0::4]]
        tiles = np.stack(corners, axis=2).reshape(-1, 3)
        tiles = tiles + studio.rng.integers(-9, 10, (len(tiles), 1), dtype=np.int16)
        coloured = tiles.clip(0, 255).astype(np.uint8)[_tile_of(size)]
        return ImageChops.multiply(Image.fromarray(coloured), _grout(size))


@lru_cache(maxsize=2)
def _tile_of(size: int) -> NDArray[np.int32]:
    """The tile's number for every pixel: a cell's four triangles, clockwise from its top."""
    place = np.arange(size) * CELLS / size
    cell, inner = place.astype(np.int32), place % 1 - 0.5
    x, y = inner[None, :], inner[:, None]
    quarter = np.where(np.abs(x) > np.abs(y), np.where(x > 0, 1, 3), np.where(y > 0, 2, 0))
    return np.asarray((cell[:, None] * CELLS + cell[None, :]) * 4 + quarter, dtype=np.int32)


@lru_cache(maxsize=2)
def _grout(size: int) -> Image.Image:
    """Dark joints between tiles, and a vignette."""
    tiles = _tile_of(size)
    joint = (tiles != np.roll(tiles, 1, axis=0)) | (tiles != np.roll(tiles, 1, axis=1))
    sheet = ImageChops.multiply(Image.fromarray(np.where(joint, 232, 255).astype(np.uint8)), vignette(size, 50))
    return Image.merge("RGB", (sheet, sheet, sheet))
