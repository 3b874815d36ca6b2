"""Settings in streets and towns."""

import numpy as np

from arena.painters.backdrops.register import draw_sky, sets
from arena.painters.palette import Light
from arena.painters.sketch import Sketch

Rng = np.random.Generator
PANE = "#ffe3a0"


def _panes(s: Sketch, light: Light, x: float, top: float, w: float, rows: int, columns: int, step: float) -> None:
    for row in range(rows):
        for column in range(columns):
            lit = light.dark and (row * 7 + column * 3 + round(x * 50)) % 3 != 0
            left, y = x + w * (column + 0.24) / columns, top + row * step
            s.box(
                left,
                y,
                left + w * 0.52 / columns,
                y + step * 0.6,
                PANE if lit else "#8fb0bd",
                0 if lit else -0.06,
                glows=lit,
            )


@sets("street", 0.66)
def street(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.66, rng)
    inks = ("#d9a98a", "#e8cfa6", "#b98a76", "#c9c0a9", "#d98f76", "#a8b3a0")
    s.depth = 0.45
    x = -0.03
    for k in range(7):
        w, top = 0.13 + 0.05 * float(rng.random()), 0.1 + 0.17 * float(rng.random())
        ink = inks[(k + int(rng.integers(6))) % 6]
        s.box(x, top, x + w, 0.68, ink)
        s.box(x - 0.005, top - 0.015, x + w + 0.005, top + 0.01, ink, -0.25)
        _panes(s, light, x, top + 0.05, w, 3, 2, 0.1)
        s.box(x + 0.012, 0.55, x + w - 0.012, 0.67, "#5b5560")
        s.box(x + 0.02, 0.565, x + w - 0.02, 0.66, PANE if light.dark else "#a9c6cc", glows=light.dark)
        for stripe in range(4):
            left = x + stripe * w / 4
            s.poly(
                [(left, 0.52), (left + w / 4, 0.52), (left + w / 4, 0.56), (left, 0.56)],
                "#c9544a" if stripe % 2 else "#f4ead6",
            )
        x += w
    s.depth = 0.2
    s.box(0, 0.67, 1, 0.76, "#c4bcb4")
    s.line([(0, 0.76), (1, 0.76)], 0.008, "#9a938f")
    s.depth = 0
    s.wash(0, 0.764, 1, 1, light.grade((138, 132, 140), 0.2), light.grade((106, 100, 112), 0))
    for k in range(5):
        s.poly(
            [(k * 0.24, 0.9), (k * 0.24 + 0.12, 0.9), (k * 0.24 + 0.11, 0.915), (k * 0.24 - 0.015, 0.915)],
            "#efe6cf",
            alpha=190,
        )


@sets("city", 0.7)
def city(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.7, rng)
    for depth, low, high, count, ink in (
        (1.0, 0.2, 0.5, 12, "#9fb0c0"),
        (0.6, 0.3, 0.56, 9, "#7d93a8"),
        (0.25, 0.42, 0.6, 7, "#5f748c"),
    ):
        s.depth = depth
        for k in range(count):
            w, top = 1.25 / count, low + (high - low) * float(rng.random())
            left = k / count - 0.02
            s.box(left, top, left + w, 0.74, ink, 0.08 * (k % 3 - 1))
            if depth < 0.9:
                _panes(s, light, left, top + 0.03, w, 6, 3, 0.045)
            elif k % 3 == 0:
                s.line([(left + w / 2, top), (left + w / 2, top - 0.06)], 0.004, ink)
    s.depth = 0.1
    s.box(0, 0.72, 1, 0.79, "#b6b2b4")
    s.depth = 0
    s.wash(0, 0.785, 1, 1, light.grade((122, 120, 130), 0.1), light.grade((92, 90, 102), 0))
    for k in range(5):
        s.poly(
            [(k * 0.24, 0.885), (k * 0.24 + 0.12, 0.885), (k * 0.24 + 0.11, 0.9), (k * 0.24 - 0.015, 0.9)],
            "#f0e3b6",
            alpha=200,
        )


@sets("market", 0.66)
def market(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.66, rng)
    s.depth = 0.8
    for k in range(8):
        top = 0.24 + 0.1 * float(rng.random())
        s.box(k * 0.13 - 0.02, top, k * 0.13 + 0.12, 0.66, ("#e3c9a3", "#d9a98a", "#c9b9a0", "#e0b58f")[k % 4])
        s.poly([(k * 0.13 - 0.03, top), (k * 0.13 + 0.05, top - 0.06), (k * 0.13 + 0.13, top)], "#b5664f")
    s.depth = 0.3
    for k, ink in enumerate(("#c9544a", "#4f8a86", "#dd9a3f")):
        left = k * 0.35 - 0.01
        for x in (left + 0.01, left + 0.3):
            s.box(x, 0.42, x + 0.012, 0.72, "#7d5a43")
        s.box(left, 0.6, left + 0.32, 0.72, "#a9784f")
        for fruit in range(9):
            s.oval(
                left + 0.025 + fruit * 0.033,
                0.595,
                0.019,
                None,
                ("#d9603f", "#efc04a", "#7fae52")[(fruit // 3 + k) % 3],
            )
        for stripe in range(6):
            x = left - 0.015 + stripe * 0.058
            s.poly(
                [(x + 0.012, 0.38), (x + 0.064, 0.38), (x + 0.058, 0.455), (x, 0.455)],
                ink if stripe % 2 == 0 else "#f6ecd8",
            )
            s.oval(x + 0.029, 0.455, 0.029, 0.018, ink if stripe % 2 == 0 else "#f6ecd8", soft=False)
    s.depth = 0.05
    s.box(0, 0.72, 1, 1, "#cbb497")
    for row in range(6):
        y = 0.735 + row * row * 0.0085
        s.line([(0, y), (1, y)], 0.003, "#b09a7d")
    s.depth = 0
    s.curve([(0.0, 0.1), (0.25, 0.17), (0.5, 0.12), (0.75, 0.17), (1.0, 0.1)], 0.003, "#6d5b55")
    for k in range(11):
        x, y = 0.05 + k * 0.09, 0.125 + 0.02 * ((k * 5) % 3)
        s.poly([(x, y), (x + 0.05, y), (x + 0.025, y + 0.055)], ("#d9604f", "#efc04a", "#4f8a86", "#e58aa6")[k % 4])
