"""The register of settings: where their horizon lies, what things rest on there, and who draws them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from arena.painters.palette import Light
from arena.painters.sketch import Patch, Sketch

DrawSetting = Callable[[Sketch, Light, np.random.Generator], None]


@dataclass(frozen=True)
class Setting:
    """One place; `horizon` as a share of the height, `floor` is ground, water or none (things hang in the air)."""

    name: str
    draw: DrawSetting
    horizon: float
    floor: str = "ground"
    open_air: bool = True

    def sketch(self, light: Light, seed: int) -> list[Patch]:
        """The patches of this setting in picture shares, back to front."""
        sketch = Sketch((128, 128, 128))
        self.draw(sketch, light, np.random.default_rng(seed))
        return sketch.patches


SETTINGS_BY_NAME: dict[str, Setting] = {}


def sets(
    name: str, horizon: float, *, floor: str = "ground", open_air: bool = True
) -> Callable[[DrawSetting], DrawSetting]:
    """Registers the decorated function as the drawing of the setting `name`."""

    def enter(draw: DrawSetting) -> DrawSetting:
        SETTINGS_BY_NAME[name] = Setting(name, draw, horizon, floor, open_air)
        return draw

    return enter


def draw_sky(s: Sketch, light: Light, horizon: float, rng: np.random.Generator) -> None:
    """The light's own sky down to the horizon, with stars in the dark and a few thin clouds by day."""
    s.wash(0, 0, 1, horizon + 0.02, *light.sky)
    if light.dark:
        for x, y, r in zip(rng.random(40), rng.random(40) * horizon * 0.8, rng.random(40), strict=True):
            s.oval(x, y, 0.001 + 0.0018 * r, None, "#f4f1dc", soft=False, glows=True)
    else:
        s.depth = 0.9
        for _ in range(3):
            x, y, w = rng.random(), 0.06 + rng.random() * horizon * 0.45, 0.12 + rng.random() * 0.14
            for dx, dy, r in ((-0.5, 0.02, 0.3), (0.0, 0.0, 0.42), (0.5, 0.018, 0.3)):
                s.oval(x + dx * w, y + dy, w * (0.45 + r * 0.4), 0.012 + 0.035 * r, "white", alpha=150, soft=False)
        s.depth = 0.0


def draw_ridge(
    s: Sketch, rng: np.random.Generator, top: float, swing: float, ink: str, tone: float, *, peaks: int
) -> None:
    """A rolling ridge across the whole picture whose crest runs around `top`."""
    xs = np.linspace(-0.08, 1.08, peaks + 2)
    crest = [(float(x), top + float(d) * swing) for x, d in zip(xs, rng.random(peaks + 2) - 0.5, strict=True)]
    s.blob([(-0.3, 1.1), (-0.2, top), *crest, (1.2, top), (1.3, 1.1)], ink, tone, soft=False)
