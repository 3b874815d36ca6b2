"""Settings on, in and above the water, and in the sky and space."""

import numpy as np

from arena.painters.backdrops.register import draw_ridge, draw_sky, sets
from arena.painters.palette import Light, mix
from arena.painters.sketch import Sketch

Rng = np.random.Generator


def _water(s: Sketch, light: Light, top: float, foot: float, rng: Rng) -> None:
    high, low = light.grade((120, 184, 200), 0.6), light.grade((38, 104, 140), 0.0)
    s.wash(0, top, 1, foot, high, low)
    for t in np.sort(rng.random(44)):
        y, w = top + (foot - top) * float(t) ** 1.3, 0.03 + 0.12 * float(t)
        x = float(rng.random()) - 0.05
        s.curve(
            [(x, y), (x + w * 0.5, y - 0.004 - 0.004 * float(t)), (x + w, y)],
            0.0018 + 0.003 * float(t),
            "#e8f4f2",
            alpha=110,
        )


@sets("sea", 0.5, floor="water")
def sea(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.5, rng)
    if not light.dark:
        for r, alpha in ((0.1, 60), (0.06, 120), (0.035, 230)):
            s.oval(0.22, 0.4, r, None, "#fff3cf", alpha=alpha, soft=False, glows=True)
    _water(s, light, 0.5, 1.0, rng)


@sets("beach", 0.62)
def beach(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.48, rng)
    _water(s, light, 0.47, 0.68, rng)
    s.depth = 0.2
    s.blob(
        [(-0.2, 0.66), (0.1, 0.635), (0.4, 0.66), (0.7, 0.63), (1.2, 0.66), (1.3, 1.2), (-0.3, 1.2)],
        "#fbf7ea",
        soft=False,
    )
    s.depth = 0
    s.blob(
        [(-0.2, 0.69), (0.1, 0.655), (0.4, 0.68), (0.7, 0.65), (1.2, 0.68), (1.3, 1.2), (-0.3, 1.2)],
        "#ecd7a6",
        soft=False,
    )
    s.blob([(-0.2, 0.85), (0.3, 0.8), (0.7, 0.86), (1.2, 0.82), (1.3, 1.2), (-0.3, 1.2)], "#f2e0b6", soft=False)
    for x, t in zip(rng.random(40), rng.random(40), strict=True):
        s.oval(x, 0.72 + 0.27 * t, 0.002 + 0.004 * t, None, "#cfb27a", soft=False)


@sets("underwater", 0.84, floor="none")
def underwater(s: Sketch, light: Light, rng: Rng) -> None:
    s.wash(0, 0, 1, 1, light.grade((112, 206, 214), 0), light.grade((18, 66, 112), 0))
    for k in range(5):
        x = 0.05 + k * 0.2 + 0.1 * float(rng.random())
        s.poly([(x, -0.02), (x + 0.07, -0.02), (x - 0.06, 0.9), (x - 0.24, 0.9)], "#e8fbf6", alpha=26)
    s.depth = 0.4
    draw_ridge(s, rng, 0.84, 0.06, "#3f7f96", 0, peaks=4)
    s.depth = 0.0
    draw_ridge(s, rng, 0.92, 0.04, "#c9b98a", 0, peaks=4)
    for k in range(11):
        x, h = (k + float(rng.random())) / 11, 0.1 + 0.16 * float(rng.random())
        s.curve(
            [(x, 0.97), (x + 0.02, 0.97 - h * 0.4), (x - 0.015, 0.97 - h * 0.7), (x + 0.01, 0.97 - h)],
            0.012,
            "#3f8f6f",
            0.1 * (k % 3),
        )
    for x, y, r in zip(rng.random(24), rng.random(24), rng.random(24), strict=True):
        s.oval(x, y, 0.003 + 0.009 * r, None, "#eafcff", alpha=90, soft=False)


@sets("sky", 0.95, floor="none")
def sky(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 1.0, rng)
    for depth, y0, count, r0 in ((0.8, 0.66, 8, 0.09), (0.4, 0.82, 7, 0.12), (0.0, 0.97, 6, 0.15)):
        s.depth = depth
        for k in range(count):
            x, r = (k + float(rng.random())) / count, r0 * (0.7 + 0.6 * float(rng.random()))
            s.oval(x, y0 + 0.04 * float(rng.random()), r, r * 0.7, "#fbf8f2")
        s.box(-0.1, y0 + 0.02, 1.1, 1.1, "#fbf8f2")


@sets("space", 0.95, floor="none")
def space(s: Sketch, light: Light, rng: Rng) -> None:
    s.wash(0, 0, 1, 1, (13, 13, 38), (40, 28, 78))
    for ink, x, y in (("#5a3f9a", 0.3, 0.36), ("#2f5fa5", 0.72, 0.62), ("#8a3f86", 0.56, 0.2)):
        for r in (0.34, 0.26, 0.18, 0.1):
            s.oval(x, y, r, r * 0.6, ink, turn=-24, alpha=16, soft=False, glows=True)
    for x, y, r in zip(rng.random(130), rng.random(130), rng.random(130), strict=True):
        s.oval(x, y, 0.0009 + 0.0028 * r**3, None, "#f8f3df" if r > 0.3 else "#b9c6f2", soft=False, glows=True)
    high = mix((74, 96, 164), (200, 150, 170), 0.2)
    s.oval(0.5, 1.5, 0.86, 0.62, "#3a4c86", glows=True, soft=False)
    for k in range(5):
        s.oval(0.5, 1.515 + k * 0.022, 0.86, 0.62,
                f"#{high[0] - k * 9:02x}{high[1] - k * 12:02x}{high[2] - k * 14:02x}", soft=False,
               glows=True)  # fmt: skip
