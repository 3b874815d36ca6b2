"""The poster style: flat shapes, few tones, clean edges."""

import numpy as np

from arena.painters.palette import RGB, mix, shade
from arena.painters.sketch import Patch, ellipse
from arena.painters.styles.style import Studio, Style, dimmed, extent, swell


class Poster(Style):
    """Right but flat: two tones on a form, bands in the sky, a hard shadow."""

    letter_weight = 0.05

    def lay(self, studio: Studio, patch: Patch) -> None:
        if patch.fade is None and max(extent(patch.points)) < 0.014:
            return
        colour = self.tone(studio.lit(patch))
        if patch.fade is not None:
            studio.canvas.fade(patch.points, colour, self.tone(patch.fade), bands=5)
        elif patch.width:
            studio.canvas.stroke(patch.points, patch.width, colour, patch.alpha)
        elif patch.round and patch.alpha == 255 and max(extent(patch.points)) > 0.05:
            studio.canvas.fill(patch.points, shade(colour, -0.13))
            studio.canvas.fill(swell(dimmed(patch, colour), 0.88, (-0.7, -0.3)), colour)
        else:
            studio.canvas.fill(patch.points, colour, patch.alpha)

    def shadow(self, studio: Studio, x: float, foot: float, width: float) -> None:
        studio.canvas.fill(ellipse(x, foot, width * 0.5, width * 0.07), studio.light.grade((70, 60, 84), 0.0), 70)

    def tone(self, colour: RGB) -> RGB:
        """Snapped to few steps and a little faded, as by an old press."""
        steps = np.round(np.array(colour) / 17) * 17
        return mix((int(steps[0]), int(steps[1]), int(steps[2])), (244, 232, 208), 0.1)
