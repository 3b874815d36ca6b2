"""Drawings of buildings and what belongs to them."""

from arena.painters.kinds.register import draws
from arena.painters.sketch import Sketch

PANE, ROOF, DOOR = "#ffe6a3", "#a8503f", "#6b4a38"


def _window(s: Sketch, x: float, y: float, w: float, h: float) -> None:
    s.box(x - w * 0.12, y - h * 0.08, x + w * 1.12, y + h * 1.08, "cream")
    s.box(x, y, x + w, y + h, PANE, glows=True)
    s.line([(x + w / 2, y), (x + w / 2, y + h)], w * 0.1, "cream")
    s.line([(x, y + h / 2), (x + w, y + h / 2)], w * 0.1, "cream")


@draws("house", "#e8d5b5", width=1.2, scale=1.15)
def house(s: Sketch) -> None:
    s.box(0.84, 0.08, 0.97, 0.36, "#9c5a48")
    s.box(0.12, 0.42, 1.08, 0.99, soft=True)
    s.poly([(0.6, 0.04), (1.19, 0.46), (0.01, 0.46)], ROOF)
    s.poly([(0.6, 0.04), (1.19, 0.46), (1.09, 0.46), (0.6, 0.11), (0.11, 0.46), (0.01, 0.46)], ROOF, -0.25)
    s.box(0.5, 0.64, 0.72, 0.99, DOOR, r=0.02)
    s.oval(0.68, 0.83, 0.015, 0.015, "gold", soft=False)
    _window(s, 0.22, 0.58, 0.18, 0.18)
    _window(s, 0.82, 0.58, 0.18, 0.18)
    s.oval(0.6, 0.32, 0.07, 0.07, "cream", soft=False)
    s.oval(0.6, 0.32, 0.05, 0.05, PANE, soft=False, glows=True)
    for x in (0.16, 0.28, 0.4, 0.82, 0.94, 1.06):
        s.oval(x, 0.97, 0.08, 0.06, "#5f8f52")


@draws("building", "#b9785f", width=0.85, scale=1.3, panel=(0.1, 0.7, 0.75, 0.82))
def building(s: Sketch) -> None:
    s.box(0.06, 0.05, 0.79, 0.99, soft=True)
    s.box(0.66, 0.05, 0.79, 0.99, "main", -0.22)
    s.box(0.02, 0.02, 0.83, 0.08, "main", -0.3)
    for row in range(4):
        for column in range(3):
            x, y = 0.13 + column * 0.18, 0.14 + row * 0.14
            s.box(x - 0.015, y - 0.012, x + 0.115, y + 0.105, "main", -0.3)
            s.box(
                x,
                y,
                x + 0.1,
                y + 0.09,
                "#a9cbd6" if (row * 3 + column) % 3 else PANE,
                glows=(row * 3 + column) % 3 == 0,
            )
    s.box(0.08, 0.7, 0.77, 0.82, "#37484f")
    s.box(0.12, 0.83, 0.34, 0.99, "#a9cbd6")
    s.box(0.44, 0.83, 0.6, 0.99, DOOR)


@draws("tower", "#c9bda8", width=0.5, scale=1.35)
def tower(s: Sketch) -> None:
    s.poly([(0.12, 0.26), (0.38, 0.26), (0.44, 0.99), (0.06, 0.99)], soft=True)
    s.poly([(0.3, 0.26), (0.38, 0.26), (0.44, 0.99), (0.34, 0.99)], "main", -0.2)
    s.box(0.07, 0.2, 0.43, 0.29, "main", 0.15)
    s.poly([(0.25, 0.0), (0.46, 0.21), (0.04, 0.21)], "#5a6f8c")
    s.poly([(0.25, 0.0), (0.46, 0.21), (0.28, 0.21)], "#5a6f8c", -0.25)
    for x, y in [(0.21, 0.36), (0.21, 0.52), (0.2, 0.68)]:
        s.box(x, y, x + 0.08, y + 0.09, "#4a4450", r=0.04)
        s.box(x + 0.012, y + 0.015, x + 0.068, y + 0.09, PANE, r=0.03, glows=True)
    s.box(0.18, 0.84, 0.32, 0.99, DOOR, r=0.06)
    for y in (0.33, 0.49, 0.65, 0.81):
        s.line([(0.12 - (y - 0.26) * 0.08, y), (0.38 + (y - 0.26) * 0.08, y)], 0.008, "main", -0.25)


def _turret(s: Sketch, x: float, top: float, w: float, roof: str) -> None:
    s.box(x, top, x + w, 0.97, "main", -0.04, soft=True)
    s.box(x + w * 0.68, top, x + w, 0.97, "main", -0.2)
    s.box(x - 0.02, top - 0.02, x + w + 0.02, top + 0.05, "main", 0.2)
    s.poly([(x + w / 2, top - 0.26), (x + w + 0.05, top), (x - 0.05, top)], roof)
    s.poly([(x + w / 2, top - 0.26), (x + w + 0.05, top), (x + w * 0.6, top)], roof, -0.25)
    s.box(x + w * 0.3, top + 0.1, x + w * 0.62, top + 0.2, PANE, r=0.03, glows=True)


@draws("castle", "#cbbfae", width=1.4, scale=1.3)
def castle(s: Sketch) -> None:
    roof = "#5f6fa0"
    _turret(s, 0.58, 0.3, 0.24, roof)
    s.line([(0.7, 0.04), (0.7, -0.04)], 0.012, DOOR)
    s.poly([(0.7, -0.04), (0.82, -0.015), (0.7, 0.01)], "red")
    s.box(0.22, 0.54, 1.18, 0.98, soft=True)
    for i in range(8):
        s.box(0.22 + i * 0.125, 0.49, 0.29 + i * 0.125, 0.56)
    for y in (0.64, 0.76, 0.88):
        s.line([(0.3, y), (1.1, y)], 0.006, "main", -0.18)
    _turret(s, 0.08, 0.42, 0.22, roof)
    _turret(s, 1.1, 0.42, 0.22, roof)
    s.box(0.56, 0.68, 0.84, 0.98, "#5b4436", r=0.13)
    s.box(0.56, 0.84, 0.84, 0.98, "#5b4436")
    for x in (0.63, 0.7, 0.77):
        s.line([(x, 0.72), (x, 0.98)], 0.012, "#33261f")


@draws("lighthouse", "#f5efe4", width=0.56, scale=1.35)
def lighthouse(s: Sketch) -> None:
    s.oval(0.28, 0.16, 0.26, 0.15, "#fff3bd", alpha=90, soft=False, glows=True)
    s.poly([(0.17, 0.24), (0.39, 0.24), (0.46, 0.96), (0.1, 0.96)], soft=True)
    for top, foot in [(0.36, 0.5), (0.66, 0.8)]:
        a, b = (top - 0.24) * 0.098, (foot - 0.24) * 0.098
        s.poly([(0.17 - a, top), (0.39 + a, top), (0.39 + b, foot), (0.17 - b, foot)], "#c9443a")
    s.poly([(0.33, 0.24), (0.39, 0.24), (0.46, 0.96), (0.37, 0.96)], "black", alpha=45)
    s.box(0.13, 0.22, 0.43, 0.26, "#4a4a55")
    s.box(0.2, 0.11, 0.36, 0.22, "#ffedaa", glows=True)
    s.line([(0.28, 0.11), (0.28, 0.22)], 0.012, "#4a4a55")
    s.dome(0.28, 0.12, 0.11, 0.1, "#c9443a", -0.1)
    s.box(0.235, 0.84, 0.325, 0.96, DOOR, r=0.04)
    s.blob([(0.0, 0.99), (0.06, 0.92), (0.2, 0.95), (0.36, 0.93), (0.5, 0.92), (0.56, 0.99), (0.28, 1.0)], "#7e7a78")


@draws("temple", "#c4553f", width=1.3, scale=1.15)
def temple(s: Sketch) -> None:
    s.box(0.12, 0.9, 1.18, 0.99, "#b9b0a2")
    for base, half, top in [(0.88, 0.52, 0.6), (0.56, 0.38, 0.34), (0.32, 0.24, 0.12)]:
        s.box(0.65 - half * 0.72, top + 0.08, 0.65 + half * 0.72, base + 0.03, soft=True)
        for k in (-0.6, -0.2, 0.2, 0.6):
            s.box(0.65 + half * k - 0.025, top + 0.08, 0.65 + half * k + 0.025, base + 0.02, "#7a3026")
        s.blob([(0.65 - half * 1.2, top + 0.07), (0.65 - half * 0.8, top + 0.06), (0.65 - half * 0.45, top - 0.05),
                (0.65, top - 0.08), (0.65 + half * 0.45, top - 0.05), (0.65 + half * 0.8, top + 0.06),
                (0.65 + half * 1.2, top + 0.07), (0.65 + half * 0.7, top + 0.13), (0.65, top + 0.14),
                (0.65 - half * 0.7, top + 0.13)], "#44546a")  # fmt: skip
    s.line([(0.65, 0.08), (0.65, -0.02)], 0.025, "gold")
    s.box(0.57, 0.74, 0.73, 0.9, "#4a2a22")


@draws("tent", "#d98a4a", width=1.5, scale=0.9)
def tent(s: Sketch) -> None:
    s.poly([(0.75, 0.08), (1.46, 0.97), (0.04, 0.97)], soft=True)
    s.poly([(0.75, 0.08), (1.46, 0.97), (1.02, 0.97)], "main", -0.22)
    s.poly([(0.75, 0.3), (0.98, 0.97), (0.52, 0.97)], "#4a3540")
    s.poly([(0.75, 0.3), (0.98, 0.97), (1.06, 0.97), (0.8, 0.26)], "main", 0.4)
    s.poly([(0.75, 0.3), (0.52, 0.97), (0.44, 0.97), (0.7, 0.26)], "main", 0.4)
    s.line([(0.75, 0.1), (0.75, 0.0)], 0.025, DOOR)
    s.poly([(0.75, 0.0), (0.92, 0.035), (0.75, 0.07)], "red")


@draws("bridge", "#a9765c", width=2.2, scale=0.8)
def bridge(s: Sketch) -> None:
    s.blob([(0.02, 0.96), (0.04, 0.6), (0.4, 0.36), (1.1, 0.2), (1.8, 0.36), (2.16, 0.6), (2.18, 0.96), (1.94, 0.96),
            (1.7, 0.68), (1.1, 0.48), (0.5, 0.68), (0.26, 0.96)])  # fmt: skip
    s.curve([(0.04, 0.58), (0.4, 0.33), (1.1, 0.17), (1.8, 0.33), (2.16, 0.58)], 0.06, "main", 0.3)
    for x, y in [(0.3, 0.38), (0.6, 0.26), (0.9, 0.19), (1.3, 0.19), (1.6, 0.26), (1.9, 0.38)]:
        s.box(x - 0.02, y - 0.16, x + 0.02, y + 0.02, "main", -0.3)
    s.curve([(0.1, 0.38), (0.6, 0.1), (1.1, 0.02), (1.6, 0.1), (2.1, 0.38)], 0.035, "main", -0.2)
    for x, y in [(0.35, 0.62), (0.7, 0.46), (1.1, 0.38), (1.5, 0.46), (1.85, 0.62)]:
        s.line([(x - 0.05, y), (x + 0.06, y - 0.01)], 0.014, "main", -0.3)


@draws("window", "#b08358", width=0.95, scale=1.05, rests="wall", panel=(0.14, 0.36, 0.81, 0.6))
def window(s: Sketch) -> None:
    s.box(0.08, 0.07, 0.87, 0.89, "#9cc9de", alpha=140)
    s.poly([(0.12, 0.56), (0.42, 0.1), (0.54, 0.1), (0.2, 0.62)], "white", alpha=70)
    s.poly([(0.62, 0.86), (0.85, 0.5), (0.85, 0.6), (0.7, 0.86)], "white", alpha=60)
    s.box(0.45, 0.05, 0.5, 0.92)
    s.box(0.06, 0.36, 0.89, 0.41)
    s.line([(0.05, 0.045), (0.9, 0.045), (0.9, 0.915), (0.05, 0.915), (0.05, 0.045)], 0.06)
    s.line([(0.085, 0.08), (0.865, 0.08), (0.865, 0.88), (0.085, 0.88), (0.085, 0.08)], 0.012, "main", -0.3)
    s.box(0.0, 0.92, 0.95, 0.99, "main", 0.2, r=0.02)
