"""Drawings of plain forms: solids, signs of affection, stars."""

import math

from arena.painters.kinds.register import draws
from arena.painters.sketch import Sketch


@draws("cube", "#a9cfd8", width=1.05, scale=0.9, panel=(0.1, 0.4, 0.66, 0.86))
def cube(s: Sketch) -> None:
    top = [(0.04, 0.3), (0.34, 0.06), (1.0, 0.06), (0.72, 0.3)]
    s.poly(top, "main", 0.4, alpha=170)
    s.poly([(0.72, 0.3), (1.0, 0.06), (1.0, 0.72), (0.72, 0.98)], "main", -0.25, alpha=170)
    s.poly([(0.04, 0.3), (0.72, 0.3), (0.72, 0.98), (0.04, 0.98)], "main", 0.05, alpha=150)
    for a, b in [((0.04, 0.98), (0.34, 0.72)), ((0.34, 0.72), (1.0, 0.72)), ((0.34, 0.72), (0.34, 0.06))]:
        s.line([a, b], 0.012, "white", alpha=120)
    s.line([(0.04, 0.3), (0.72, 0.3), (0.72, 0.98), (0.04, 0.98), (0.04, 0.3)], 0.018, "main", 0.6)
    s.line([(0.04, 0.3), (0.34, 0.06), (1.0, 0.06), (1.0, 0.72), (0.72, 0.98)], 0.018, "main", 0.6)
    s.line([(0.72, 0.3), (1.0, 0.06)], 0.018, "main", 0.6)
    s.poly([(0.1, 0.36), (0.26, 0.36), (0.12, 0.66), (0.1, 0.62)], "white", alpha=110)


@draws("sphere", "#5b7fc4", scale=0.7)
def sphere(s: Sketch) -> None:
    s.oval(0.5, 0.5, 0.48, 0.48)
    s.oval(0.33, 0.3, 0.1, 0.06, "main", 0.75, turn=-35, alpha=190, soft=False)
    s.arc(0.5, 0.5, 0.43, 35, 95, 0.025, "main", 0.3)


@draws("pyramid", "#d9ab5e", width=1.5, scale=1.0)
def pyramid(s: Sketch) -> None:
    s.poly([(0.68, 0.04), (0.02, 0.92), (0.9, 0.99)], "main", 0.12)
    s.poly([(0.68, 0.04), (0.9, 0.99), (1.48, 0.88)], "main", -0.28)
    for i in range(1, 8):
        t = i / 8
        s.line([(0.68 - 0.66 * t, 0.04 + 0.88 * t), (0.68 + 0.22 * t, 0.04 + 0.95 * t)], 0.008, "main", -0.15)
        s.line([(0.68 + 0.22 * t, 0.04 + 0.95 * t), (0.68 + 0.8 * t, 0.04 + 0.84 * t)], 0.008, "main", -0.4)


@draws("triangle", "#e2843c", width=1.12, scale=0.7)
def triangle(s: Sketch) -> None:
    s.poly([(0.56, 0.03), (1.09, 0.97), (0.03, 0.97)], soft=True)


@draws("heart", "#d6455a", width=1.1, scale=0.6, rests="air")
def heart(s: Sketch) -> None:
    s.blob([(0.55, 0.26), (0.68, 0.08), (0.88, 0.05), (1.05, 0.2), (1.04, 0.44), (0.88, 0.68), (0.58, 0.96),
            (0.55, 0.98),
            (0.52, 0.96), (0.22, 0.68), (0.06, 0.44), (0.05, 0.2), (0.22, 0.05), (0.42, 0.08)])  # fmt: skip
    s.oval(0.26, 0.24, 0.1, 0.06, "main", 0.6, turn=-40, alpha=180, soft=False)


@draws("star", "#f2c84b", scale=0.5, rests="air")
def star(s: Sketch) -> None:
    tips = [
        (0.5 + r * math.sin(k * math.pi / 5), 0.52 - r * math.cos(k * math.pi / 5))
        for k, r in ((k, 0.5 if k % 2 == 0 else 0.215) for k in range(10))
    ]
    s.poly(tips, soft=True)
    for k in range(0, 10, 2):
        s.poly([(0.5, 0.52), tips[k], tips[(k + 1) % 10]], "main", 0.22)


@draws("crystal", "#8fb7e0", width=0.9, scale=0.8)
def crystal(s: Sketch) -> None:
    for x, top, w, lean, tone in [
        (0.22, 0.42, 0.13, -0.09, -0.1),
        (0.7, 0.34, 0.15, 0.1, -0.15),
        (0.45, 0.02, 0.2, 0, 0),
    ]:
        foot = 0.97
        s.poly([(x - w, foot), (x - w + lean, top + 0.2), (x + lean, top), (x, foot)], "main", tone + 0.3)
        s.poly([(x, foot), (x + lean, top), (x + w + lean, top + 0.2), (x + w, foot)], "main", tone - 0.2)
        s.poly([(x - w * 0.3, foot), (x - w * 0.3 + lean, top + 0.16), (x + lean, top), (x + w * 0.3 + lean,
                top + 0.22),
                (x + w * 0.3, foot)], "main", tone + 0.08)  # fmt: skip
        s.line([(x - w * 0.7, foot - 0.1), (x - w * 0.7 + lean, top + 0.28)], 0.014, "white", alpha=170)
    s.blob([(0.02, 0.99), (0.2, 0.88), (0.45, 0.93), (0.7, 0.87), (0.88, 0.99), (0.45, 1.0)], "#7a7488")
