"""The sheet that painters paint on: a picture at twice its size, filled with polygons and brought down at the end."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from arena.painters.palette import RGB, mix

FACTOR = 2


class Canvas:
    """Coordinates are shares of the picture's side; everything lands on a sheet `FACTOR` times the final size."""

    def __init__(self, size: int, ground: RGB) -> None:
        self.size = size
        self.side = size * FACTOR
        self.sheet = Image.new("RGB", (self.side, self.side), ground)
        self.pen = ImageDraw.Draw(self.sheet)
        self._glaze = ImageDraw.Draw(self.sheet, "RGBA")

    def fill(self, points: NDArray[np.float64], colour: RGB, alpha: int = 255) -> None:
        """A filled polygon."""
        pixels = (points * self.side).ravel().tolist()
        if alpha >= 255:
            self.pen.polygon(pixels, fill=colour)
        else:
            self._glaze.polygon(pixels, fill=(*colour, alpha))

    def stroke(self, points: NDArray[np.float64], width: float, colour: RGB, alpha: int = 255) -> None:
        """A polyline with round joints and ends, `width` in shares of the side."""
        pixels = points * self.side
        thick = max(1, round(width * self.side))
        pen, ink = (self.pen, colour) if alpha >= 255 else (self._glaze, (*colour, alpha))
        pen.line(pixels.ravel().tolist(), fill=ink, width=thick, joint="curve")
        if alpha >= 255 and thick > 4:
            for x, y in (pixels[0], pixels[-1]):
                r = thick / 2 - 0.5
                pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def fade(self, points: NDArray[np.float64], high: RGB, low: RGB, bands: int = 96) -> None:
        """A rectangle in horizontal bands from `high` to `low`."""
        (left, top), (right, bottom) = points.min(axis=0) * self.side, points.max(axis=0) * self.side
        edges = np.linspace(top, bottom, bands + 1)
        for band in range(bands):
            colour = mix(high, low, round(band / max(1, bands - 1), 3))
            self.pen.rectangle((left, edges[band], right, edges[band + 1]), fill=colour)

    def picture(self) -> Image.Image:
        """The finished picture at its own size."""
        return self.sheet.reduce(FACTOR)
