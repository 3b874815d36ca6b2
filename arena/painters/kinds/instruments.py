"""Drawings of instruments and arms."""

from arena.painters.kinds.register import draws
from arena.painters.sketch import Sketch

DARK = "#3b3036"


@draws("drum", "#b94a43", width=1.2, scale=0.65)
def drum(s: Sketch) -> None:
    s.line([(0.5, 0.26), (1.02, 0.02)], 0.035, "#c79a68")
    s.line([(0.72, 0.24), (0.16, 0.04)], 0.035, "#c79a68")
    s.poly([(0.06, 0.34), (1.14, 0.34), (1.14, 0.84), (0.9, 0.95), (0.6, 0.98), (0.3, 0.95), (0.06, 0.84)], soft=True)
    for i in range(6):
        x = 0.1 + i * 0.17
        s.line([(x, 0.44), (x + 0.085, 0.86), (x + 0.17, 0.44)], 0.016, "cream")
    s.curve([(0.06, 0.82), (0.3, 0.94), (0.6, 0.97), (0.9, 0.94), (1.14, 0.82)], 0.065, "gold")
    s.oval(0.6, 0.35, 0.55, 0.14, "gold", soft=False)
    s.oval(0.6, 0.33, 0.51, 0.115, "#f7ecd8")


def _fiddle(s: Sketch, hole: bool) -> None:
    s.box(0.265, 0.08, 0.335, 0.56, DARK)
    s.poly([(0.25, 0.0), (0.35, 0.0), (0.37, 0.1), (0.23, 0.1)], DARK, 0.1)
    for y in (0.025, 0.07):
        s.line([(0.2, y), (0.4, y)], 0.02, "gold")
    s.blob([(0.3, 0.42), (0.42, 0.44), (0.48, 0.52), (0.42, 0.62), (0.48, 0.7), (0.58, 0.8), (0.53, 0.94), (0.3, 0.99),
            (0.07, 0.94), (0.02, 0.8), (0.12, 0.7), (0.18, 0.62), (0.12, 0.52), (0.18, 0.44)])  # fmt: skip
    s.box(0.268, 0.4, 0.332, 0.64 if hole else 0.72, DARK)
    if hole:
        s.oval(0.3, 0.66, 0.085, 0.07, DARK, soft=False)
        s.arc(0.3, 0.66, 0.1, 0, 360, 0.012, "cream")
    else:
        for side in (-1, 1):
            x = 0.3 + side * 0.13
            s.curve([(x + side * 0.02, 0.64), (x, 0.68), (x + side * 0.02, 0.74), (x, 0.78)], 0.02, DARK)
    s.box(0.2, 0.84, 0.4, 0.87, DARK)
    for x in (0.28, 0.3, 0.32):
        s.line([(x, 0.06), (x, 0.85)], 0.004, "#f0e4c4")


@draws("guitar", "#c4803c", width=0.6, scale=1.0)
def guitar(s: Sketch) -> None:
    _fiddle(s, True)


@draws("violin", "#9a4f2b", width=0.75, scale=0.85)
def violin(s: Sketch) -> None:
    _fiddle(s, False)
    s.line([(0.62, 0.04), (0.72, 0.98)], 0.022, "#5b3a29")
    s.line([(0.645, 0.06), (0.735, 0.94)], 0.01, "#f3ead2")


@draws("piano", "#38343f", width=1.5, scale=0.95)
def piano(s: Sketch) -> None:
    s.box(0.04, 0.04, 1.46, 0.62, r=0.03, soft=True)
    s.box(0.0, 0.0, 1.5, 0.08, "main", 0.12, r=0.02)
    s.box(0.5, 0.16, 1.0, 0.42, "cream", -0.05)
    for y in (0.22, 0.28, 0.34):
        s.line([(0.54, y), (0.96, y)], 0.008, "#9a9186")
    s.poly([(0.04, 0.52), (1.46, 0.52), (1.5, 0.62), (0.0, 0.62)], "#faf6ec")
    for i in range(1, 18):
        x = 0.04 + i * 1.42 / 18
        s.line([(x, 0.52), (x - 0.02 + 0.04 * i / 18, 0.62)], 0.006, "#b8b0a4")
        if i % 7 not in (3, 0):
            s.poly([(x - 0.018, 0.52), (x + 0.018, 0.52), (x + 0.02, 0.58), (x - 0.02, 0.58)], "#26222b")
    s.box(0.0, 0.61, 1.5, 0.7, "main", 0.1, r=0.02)
    for x in (0.08, 1.34):
        s.poly([(x, 0.7), (x + 0.1, 0.7), (x + 0.08, 0.99), (x + 0.02, 0.99)], "main", -0.1)
    s.box(0.18, 0.7, 1.32, 0.9, "main", -0.2)


@draws("sword", "#c3ccd6", width=0.42, scale=0.95)
def sword(s: Sketch) -> None:
    s.poly([(0.21, 0.0), (0.27, 0.08), (0.26, 0.72), (0.21, 0.72)], "main", -0.2)
    s.poly([(0.21, 0.0), (0.15, 0.08), (0.16, 0.72), (0.21, 0.72)], "main", 0.35)
    s.box(0.03, 0.7, 0.39, 0.76, "gold", r=0.03, soft=True)
    s.box(0.175, 0.75, 0.245, 0.93, "#6b4030", r=0.01)
    for y in (0.79, 0.83, 0.87):
        s.line([(0.175, y + 0.01), (0.245, y - 0.01)], 0.01, "#3f251c")
    s.oval(0.21, 0.95, 0.055, 0.045, "gold")


@draws("shield", "#b8433e", width=0.86, scale=0.75, panel=(0.14, 0.3, 0.72, 0.56))
def shield(s: Sketch) -> None:
    outline = [(0.43, 0.02), (0.84, 0.1), (0.82, 0.5), (0.68, 0.8), (0.43, 0.99), (0.18, 0.8), (0.04, 0.5), (0.02, 0.1)]
    s.poly(outline, "silver", -0.1)
    inner = [(0.43 + (x - 0.43) * 0.86, 0.5 + (y - 0.5) * 0.88) for x, y in outline]
    s.poly(inner, soft=True)
    s.poly([(0.43, inner[0][1]), inner[1], inner[2], (0.43, 0.5)], "cream")
    s.poly([(0.43, 0.5), inner[6], inner[5], inner[4]], "cream")
    s.oval(0.43, 0.48, 0.1, 0.1, "gold")
