"""Settings indoors, and the plain grounds of a studio."""

import numpy as np

from arena.painters.backdrops.register import sets
from arena.painters.palette import RGB, Light, mix, rgb_hex
from arena.painters.sketch import Sketch

Rng = np.random.Generator


def _wall(s: Sketch, light: Light, colour: RGB, foot: float) -> None:
    s.wash(
        0,
        0,
        1,
        foot,
        light.grade(mix(colour, (60, 50, 70), 0.1), 0.2),
        light.grade(mix(colour, (255, 250, 238), 0.2), 0.1),
    )


def _beam(s: Sketch, light: Light, alpha: int = 24) -> None:
    """Light that falls through a window onto the wall, from the upper left."""
    if light.dark:
        return
    for k in range(3):
        left, grow = 0.16 + 0.19 * k, 0.012 * k
        s.poly(
            [(left, 0.06), (left + 0.15, 0.06 - grow), (left + 0.33, 0.56), (left + 0.18, 0.56 + grow)],
            rgb_hex(light.glow),
            alpha=alpha,
        )


@sets("plain", 0.62, open_air=False)
def plain(s: Sketch, light: Light, rng: Rng) -> None:
    tints: tuple[RGB, ...] = ((236, 226, 208), (222, 230, 226), (238, 222, 214), (226, 226, 236))
    tint = tints[int(rng.integers(4))]
    s.wash(0, 0, 1, 1, light.grade(mix(tint, (255, 255, 255), 0.35), 0), light.grade(tint, 0))
    s.oval(0.5, 0.5, 0.4, 0.4, "#ffffff", alpha=70, soft=False)
    s.blob([(-0.2, 0.8), (0.2, 0.765), (0.55, 0.78), (0.9, 0.76), (1.2, 0.79), (1.3, 1.2), (-0.3, 1.2)],
           rgb_hex(mix(tint, (150, 130, 120), 0.2)), soft=False)  # fmt: skip


@sets("studio", 0.62, open_air=False)
def studio(s: Sketch, light: Light, rng: Rng) -> None:
    tints: tuple[RGB, ...] = ((150, 172, 182), (196, 158, 140), (168, 160, 186), (158, 178, 152))
    tint = tints[int(rng.integers(4))]
    s.wash(
        0, 0, 1, 0.7, light.grade(mix(tint, (40, 36, 60), 0.25), 0), light.grade(mix(tint, (255, 250, 240), 0.25), 0)
    )
    s.wash(
        0, 0.7, 1, 1, light.grade(mix(tint, (255, 250, 240), 0.28), 0), light.grade(mix(tint, (60, 50, 60), 0.12), 0)
    )
    for r in (0.46, 0.38, 0.3, 0.22):
        s.oval(0.5, 0.44, r, r * 0.92, rgb_hex(light.glow), alpha=22, soft=False)
    s.oval(0.5, 0.86, 0.46, 0.1, "#ffffff", alpha=36, soft=False)


@sets("room", 0.68, open_air=False)
def room(s: Sketch, light: Light, rng: Rng) -> None:
    colour: RGB = ((196, 208, 196), (222, 200, 178), (190, 200, 214))[int(rng.integers(3))]
    _wall(s, light, colour, 0.7)
    s.depth = 0.2
    s.box(0.08, 0.1, 0.34, 0.46, "#f4ead6")
    s.box(0.1, 0.12, 0.32, 0.44, PANES[light.dark], glows=light.dark)
    s.line([(0.21, 0.12), (0.21, 0.44)], 0.01, "#f4ead6")
    s.line([(0.1, 0.28), (0.32, 0.28)], 0.01, "#f4ead6")
    for x in (0.04, 0.31):
        s.blob(
            [(x, 0.07), (x + 0.07, 0.07), (x + 0.06, 0.3), (x + 0.075, 0.54), (x - 0.005, 0.54), (x + 0.01, 0.3)],
            "#cf8a6d",
        )
    s.box(0.68, 0.13, 0.88, 0.36, "#8a6347")
    s.box(0.695, 0.145, 0.865, 0.345, "#f4ecdc")
    s.blob([(0.7, 0.34), (0.74, 0.25), (0.78, 0.29), (0.82, 0.22), (0.86, 0.34)], "#7fa08a", soft=False)
    s.oval(0.82, 0.19, 0.02, None, "#e0a04a", soft=False)
    s.box(0, 0.67, 1, 0.7, "#f1e6d2")
    s.depth = 0
    s.wash(0, 0.7, 1, 1, light.grade((196, 150, 108), 0), light.grade((160, 114, 80), 0))
    for x in range(-4, 15):
        s.line([(0.5 + (x / 10 - 0.5) * 0.8, 0.7), (0.5 + (x / 10 - 0.5) * 1.9, 1.0)], 0.0025, "#8f6547", alpha=120)
    s.oval(0.5, 0.88, 0.42, 0.085, "#b9604f", soft=False)
    s.oval(0.5, 0.88, 0.38, 0.07, "#e8d2ae", soft=False)
    s.oval(0.5, 0.88, 0.35, 0.06, "#c4705c", soft=False)
    _beam(s, light)


PANES = {False: "#bfe0ec", True: "#2f3f78"}


@sets("kitchen", 0.66, open_air=False)
def kitchen(s: Sketch, light: Light, rng: Rng) -> None:
    _wall(s, light, (214, 222, 214), 0.7)
    s.depth = 0.25
    for row in range(5):
        s.line([(0, 0.34 + row * 0.08), (1, 0.34 + row * 0.08)], 0.003, "#f6f4ec", alpha=170)
        for k in range(9):
            x = k * 0.125 + 0.06 * (row % 2)
            s.line([(x, 0.34 + row * 0.08), (x, 0.42 + row * 0.08)], 0.003, "#f6f4ec", alpha=170)
    s.box(0.06, 0.24, 0.94, 0.262, "#a9764d")
    x = 0.1
    for k in range(8):
        w, h = 0.045 + 0.03 * float(rng.random()), 0.07 + 0.07 * float(rng.random())
        ink = ("#c9705a", "#efe3c8", "#7fa08f", "#dba64f", "#8fa9bd")[(k + int(rng.integers(5))) % 5]
        s.box(x, 0.24 - h, x + w, 0.24, ink, r=0.012, soft=True)
        s.box(x + w * 0.12, 0.232 - h, x + w * 0.88, 0.252 - h, "#8a6347")
        x += w + 0.025
        if x > 0.86:
            break
    s.depth = 0
    s.wash(0, 0.68, 1, 0.95, light.grade((222, 186, 140), 0), light.grade((188, 144, 100), 0))
    for row in range(5):
        y = 0.7 + row * 0.05
        s.curve([(0, y), (0.3, y + 0.008), (0.7, y - 0.005), (1, y + 0.004)], 0.0025, "#a9794d", alpha=130)
    s.box(0, 0.95, 1, 1, "#8a5f40")
    _beam(s, light, 22)


@sets("table", 0.58, open_air=False)
def table(s: Sketch, light: Light, rng: Rng) -> None:
    colour: RGB = ((196, 204, 186), (226, 192, 164), (182, 198, 210))[int(rng.integers(3))]
    _wall(s, light, colour, 0.62)
    for _ in range(6):
        x, y, r = float(rng.random()), 0.08 + 0.4 * float(rng.random()), 0.05 + 0.05 * float(rng.random())
        s.oval(x, y, r, None, "#fff4da", alpha=24, soft=False)
    s.depth = 0
    s.wash(0, 0.6, 1, 1, light.grade((198, 148, 102), 0.1), light.grade((160, 110, 74), 0))
    for x in range(-6, 17):
        s.line([(0.5 + (x / 10 - 0.5) * 0.85, 0.6), (0.5 + (x / 10 - 0.5) * 1.8, 1.0)], 0.003, "#6d4830", alpha=150)
    for _ in range(16):
        x, y = float(rng.random()), 0.64 + 0.34 * float(rng.random())
        s.line([(x, y), (x + (x - 0.5) * 0.08, y + 0.05)], 0.0018, "#7d5538", alpha=120)
    s.line([(0, 0.6), (1, 0.6)], 0.005, "#d9b084", alpha=200)
    _beam(s, light, 22)


@sets("stage", 0.72, open_air=False)
def stage(s: Sketch, light: Light, rng: Rng) -> None:
    s.wash(0, 0, 1, 0.74, (44, 30, 56), (92, 52, 78))
    s.depth = 0.1
    for k in range(14):
        s.box(0.14 + k * 0.052, 0.05, 0.192 + k * 0.052, 0.72, "#6d3550", 0.06 if k % 2 else -0.08)
    s.wash(0, 0.72, 1, 1, (186, 132, 92), (120, 78, 56))
    for k in range(11):
        s.line([(0.5 + (k / 10 - 0.5) * 1.0, 0.72), (0.5 + (k / 10 - 0.5) * 1.6, 1.0)], 0.003, "#5b3a2a", alpha=150)
    for lean in (-0.34, 0.0, 0.34):
        s.poly(
            [(0.5 + lean - 0.02, 0), (0.5 + lean + 0.02, 0), (0.74, 0.9), (0.26, 0.9)], "#fff1c4", alpha=30, soft=False
        )
    s.oval(0.5, 0.87, 0.32, 0.07, "#fff1c4", alpha=80, soft=False)
    s.depth = 0
    for side in (0, 1):
        for k in range(4):
            x, sign = (k * 0.045, 1) if side == 0 else (1 - k * 0.045, -1)
            s.blob([(x - sign * 0.03, -0.05), (x + sign * 0.05, -0.05), (x + sign * 0.035, 0.4),
                    (x + sign * 0.055, 0.86),
                    (x - sign * 0.03, 0.86)], "#b03a44", -0.1 * (k % 2))  # fmt: skip
    for k in range(8):
        s.oval(k / 7, 0.0, 0.085, 0.1, "#b03a44", -0.06 * (k % 2))
    s.line([(0, 0.095), (1, 0.095)], 0.006, "#d9a53a", alpha=200)
