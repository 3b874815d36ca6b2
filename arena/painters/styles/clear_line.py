"""The house hand, which draws the pictures to edit: flat colours within a fine dark line, always the same."""

import numpy as np

from arena.painters.palette import RGB, mix, shade
from arena.painters.sketch import Patch, ellipse
from arena.painters.styles.style import Studio, Style, dimmed, extent, swell

INK: RGB = (46, 38, 58)


class ClearLine(Style):
    """No accidents: what is drawn twice is the same twice, so only a change can be seen."""

    letter_weight = 0.04

    def lay(self, studio: Studio, patch: Patch) -> None:
        colour = studio.lit(patch)
        if patch.fade is not None or patch.alpha < 255:
            super().lay(studio, patch)
            return
        line = mix(colour, INK, 0.68)
        if patch.width:
            if patch.width > 0.006:
                studio.canvas.stroke(patch.points, patch.width + 0.004, line)
            studio.canvas.stroke(patch.points, patch.width, colour)
            return
        size = max(extent(patch.points))
        studio.canvas.fill(patch.points, colour)
        if patch.round and size > 0.05:
            studio.canvas.fill(patch.points, shade(colour, -0.1))
            studio.canvas.fill(swell(dimmed(patch, colour), 0.86, (-0.5, -0.5)), colour)
            studio.canvas.fill(swell(dimmed(patch, colour), 0.4, (-0.5, -0.56)), shade(colour, 0.13))
        if size > 0.012 and not patch.glows:
            outline = np.concatenate([patch.points, patch.points[:1]])
            studio.canvas.stroke(outline, 0.0026 if size > 0.05 else 0.0016, line)

    def lay_far(self, studio: Studio, patch: Patch) -> None:
        Style.lay(self, studio, patch)

    def shadow(self, studio: Studio, x: float, foot: float, width: float) -> None:
        dark = studio.light.grade((52, 44, 70), 0.0)
        for share in (0.56, 0.44):
            studio.canvas.fill(ellipse(x + width * 0.05, foot, width * share, width * share * 0.17), dark, 44)
