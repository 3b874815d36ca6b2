"""Drawings of four-legged animals: sitting ones share a body, each standing one has its own."""

from arena.painters.kinds.register import draws
from arena.painters.sketch import Sketch

DARK, CREAM = "#33292c", "#fbf1e0"


def _body(s: Sketch, chest: str = CREAM, legs: float = -0.08, ink: str = "main") -> None:
    s.blob(
        [(0.4, 0.46), (0.56, 0.5), (0.66, 0.72), (0.64, 0.92), (0.4, 0.98), (0.16, 0.92), (0.14, 0.72), (0.24, 0.5)],
        ink,
    )
    s.blob([(0.4, 0.54), (0.5, 0.6), (0.52, 0.78), (0.4, 0.88), (0.28, 0.78), (0.3, 0.6)], chest)
    for x in (0.2, 0.6):
        s.oval(x, 0.9, 0.12, 0.09, ink, legs)
    for x in (0.32, 0.48):
        s.blob([(x - 0.055, 0.72), (x + 0.055, 0.72), (x + 0.06, 0.94), (x, 0.985), (x - 0.06, 0.94)], ink, legs + 0.1)


def _eyes(s: Sketch, gap: float = 0.105, y: float = 0.31, r: float = 0.03) -> None:
    for side in (-1, 1):
        s.oval(0.4 + side * gap, y, r, r * 1.15, DARK, soft=False)
        s.oval(0.4 + side * gap - r * 0.3, y - r * 0.4, r * 0.35, r * 0.35, "white", soft=False)


def _muzzle(s: Sketch, ink: str, rx: float = 0.1, ry: float = 0.075, nose: float = 0.035) -> None:
    s.oval(0.4, 0.4, rx, ry, ink)
    s.oval(0.4, 0.365, nose, nose * 0.75, DARK, soft=False)
    s.curve([(0.4, 0.38), (0.4, 0.42), (0.36, 0.44)], 0.01, DARK)
    s.curve([(0.4, 0.42), (0.44, 0.44)], 0.01, DARK)


def _round_ears(s: Sketch, ink: str, inner: str, gap: float = 0.17, r: float = 0.08) -> None:
    for side in (-1, 1):
        s.oval(0.4 + side * gap, 0.13, r, r, ink)
        s.oval(0.4 + side * gap, 0.14, r * 0.55, r * 0.55, inner, soft=False)


def _pointed_ears(s: Sketch, inner: str, height: float = 0.0) -> None:
    for side in (-1, 1):
        s.poly([(0.4 + side * 0.06, 0.16), (0.4 + side * 0.2, 0.0 - height), (0.4 + side * 0.23, 0.24)], "main", -0.06)
        s.poly([(0.4 + side * 0.11, 0.15), (0.4 + side * 0.185, 0.05 - height), (0.4 + side * 0.2, 0.2)], inner)


def _whiskers(s: Sketch) -> None:
    for side in (-1, 1):
        for dy in (-0.015, 0.02):
            s.line([(0.4 + side * 0.1, 0.4 + dy * 0.5), (0.4 + side * 0.25, 0.39 + dy * 2)], 0.006, DARK, 0.2)


@draws("cat", "#e0995a", width=0.85, scale=0.8)
def cat(s: Sketch) -> None:
    s.curve([(0.6, 0.9), (0.78, 0.86), (0.8, 0.68), (0.72, 0.58)], 0.065, "main", -0.1)
    _body(s)
    _pointed_ears(s, "#f0b8b0")
    s.oval(0.4, 0.3, 0.235, 0.2)
    for x, top in [(0.34, 0.13), (0.4, 0.11), (0.46, 0.13)]:
        s.line([(x, top), (x, top + 0.075)], 0.02, "main", -0.3)
    _muzzle(s, CREAM, 0.09, 0.06, 0.024)
    _eyes(s)
    _whiskers(s)


@draws("dog", "#b98552", width=0.85, scale=0.85)
def dog(s: Sketch) -> None:
    s.curve([(0.6, 0.9), (0.74, 0.84), (0.8, 0.7)], 0.06, "main", -0.1)
    _body(s)
    s.oval(0.4, 0.28, 0.22, 0.21)
    s.oval(0.3, 0.27, 0.09, 0.1, CREAM)
    for side in (-1, 1):
        s.blob([(0.4 + side * 0.14, 0.1), (0.4 + side * 0.25, 0.14), (0.4 + side * 0.29, 0.34),
                (0.4 + side * 0.23, 0.42),
                (0.4 + side * 0.17, 0.28)], "main", -0.3)  # fmt: skip
    _muzzle(s, CREAM, 0.11, 0.085, 0.045)
    s.blob([(0.38, 0.44), (0.43, 0.44), (0.43, 0.51), (0.385, 0.51)], "#e07f83")
    _eyes(s, 0.1, 0.27)
    s.curve([(0.26, 0.5), (0.4, 0.545), (0.54, 0.5)], 0.035, "#c9443a")
    s.oval(0.4, 0.56, 0.03, 0.03, "gold")


@draws("fox", "#d9713a", width=0.95, scale=0.8)
def fox(s: Sketch) -> None:
    s.blob([(0.58, 0.92), (0.8, 0.9), (0.92, 0.66), (0.84, 0.44), (0.74, 0.56), (0.66, 0.74)])
    s.blob([(0.92, 0.66), (0.9, 0.52), (0.84, 0.44), (0.77, 0.53), (0.83, 0.6)], CREAM)
    _body(s)
    _pointed_ears(s, DARK, 0.02)
    s.blob(
        [(0.4, 0.12), (0.58, 0.18), (0.66, 0.34), (0.52, 0.42), (0.4, 0.5), (0.28, 0.42), (0.14, 0.34), (0.22, 0.18)]
    )
    for side in (-1, 1):
        s.blob(
            [
                (0.4 + side * 0.25, 0.33),
                (0.4 + side * 0.12, 0.34),
                (0.4 + side * 0.02, 0.46),
                (0.4 + side * 0.12, 0.42),
            ],
            CREAM,
        )
    s.oval(0.4, 0.47, 0.032, 0.026, DARK, soft=False)
    _eyes(s, 0.1, 0.29, 0.027)


@draws("wolf", "#8b909a", width=0.95, scale=0.9)
def wolf(s: Sketch) -> None:
    s.blob([(0.58, 0.92), (0.78, 0.9), (0.88, 0.68), (0.84, 0.54), (0.74, 0.62), (0.64, 0.76)], "main", -0.12)
    _body(s)
    s.blob(
        [(0.4, 0.44), (0.58, 0.46), (0.62, 0.6), (0.52, 0.58), (0.4, 0.68), (0.28, 0.58), (0.18, 0.6), (0.22, 0.46)],
        "main",
        0.25,
    )
    _pointed_ears(s, "#4a464c", 0.03)
    s.blob([(0.4, 0.12), (0.56, 0.17), (0.63, 0.3), (0.68, 0.4), (0.52, 0.42), (0.4, 0.48), (0.28, 0.42),
            (0.12, 0.4), (0.17, 0.3),
            (0.24, 0.17)])  # fmt: skip
    s.blob([(0.4, 0.3), (0.56, 0.38), (0.46, 0.47), (0.4, 0.5), (0.34, 0.47), (0.24, 0.38)], CREAM)
    s.poly([(0.36, 0.14), (0.44, 0.14), (0.42, 0.34), (0.38, 0.34)], "main", -0.3)
    s.oval(0.4, 0.43, 0.038, 0.03, DARK, soft=False)
    for side in (-1, 1):
        s.oval(0.4 + side * 0.1, 0.28, 0.034, 0.026, "#f2c14b", turn=side * 15, soft=False)
        s.oval(0.4 + side * 0.1, 0.28, 0.014, 0.02, DARK, soft=False)


@draws("bear", "#86583c", width=0.8, scale=0.95)
def bear(s: Sketch) -> None:
    _body(s, "#b98a63")
    _round_ears(s, "main", "#b98a63")
    s.oval(0.4, 0.29, 0.24, 0.22)
    _muzzle(s, "#d9b48c", 0.11, 0.085, 0.042)
    _eyes(s, 0.105, 0.27, 0.026)


@draws("panda", "#f7f3ea", width=0.8, scale=0.9)
def panda(s: Sketch) -> None:
    _round_ears(s, DARK, DARK)
    _body(s, "#f7f3ea", 0.0, DARK)
    s.blob([(0.4, 0.56), (0.6, 0.66), (0.6, 0.86), (0.4, 0.94), (0.2, 0.86), (0.2, 0.66)])
    for side in (-1, 1):
        s.oval(0.4 + side * 0.2, 0.64, 0.07, 0.13, DARK, turn=side * -25)
        s.oval(0.4 + side * 0.2, 0.92, 0.1, 0.075, DARK)
    s.oval(0.4, 0.29, 0.25, 0.22)
    for side in (-1, 1):
        s.oval(0.4 + side * 0.11, 0.29, 0.06, 0.075, DARK, turn=side * 28)
        s.oval(0.4 + side * 0.1, 0.28, 0.026, 0.028, "white", soft=False)
        s.oval(0.4 + side * 0.1, 0.284, 0.016, 0.018, DARK, soft=False)
    _muzzle(s, "#fffdf8", 0.07, 0.05, 0.032)


@draws("rabbit", "#c9b4a0", width=0.8, scale=0.7)
def rabbit(s: Sketch) -> None:
    s.oval(0.66, 0.84, 0.08, 0.08, "white")
    _body(s)
    for side in (-1, 1):
        s.oval(0.4 + side * 0.09, 0.06, 0.06, 0.19, "main", -0.05, turn=side * 12)
        s.oval(0.4 + side * 0.09, 0.07, 0.03, 0.14, "#f0b8b8", turn=side * 12, soft=False)
    s.oval(0.4, 0.33, 0.19, 0.18)
    _muzzle(s, CREAM, 0.08, 0.055, 0.022)
    s.box(0.385, 0.445, 0.415, 0.485, "white", r=0.008)
    _eyes(s, 0.095, 0.32, 0.027)
    _whiskers(s)


@draws("lion", "#dca653", width=0.9, scale=0.95)
def lion(s: Sketch) -> None:
    s.curve([(0.58, 0.92), (0.78, 0.9), (0.82, 0.72)], 0.045, "main", -0.1)
    s.oval(0.82, 0.68, 0.065, 0.075, "#8a4f2c")
    _body(s)
    for k, (x, y) in enumerate([(0.4, 0.05), (0.55, 0.09), (0.65, 0.19), (0.68, 0.32), (0.62, 0.44), (0.51,
            0.52), (0.4, 0.55),
                                (0.29, 0.52), (0.18, 0.44), (0.12, 0.32), (0.15, 0.19), (0.25, 0.09)]):  # fmt: skip
        s.oval(x, y, 0.105, 0.1, "#9c5a30", 0.08 if k % 2 else -0.05)
    s.oval(0.4, 0.3, 0.26, 0.24, "#9c5a30")
    _round_ears(s, "main", "#9c5a30", 0.15, 0.055)
    s.oval(0.4, 0.31, 0.19, 0.19)
    _muzzle(s, CREAM, 0.1, 0.07, 0.038)
    _eyes(s, 0.085, 0.29, 0.025)


@draws("tiger", "#e08a3a", width=0.9, scale=0.95)
def tiger(s: Sketch) -> None:
    s.curve([(0.58, 0.92), (0.78, 0.88), (0.82, 0.68), (0.74, 0.58)], 0.06, "main", -0.05)
    _body(s)
    _round_ears(s, "main", CREAM, 0.18, 0.065)
    s.oval(0.4, 0.3, 0.24, 0.21)
    for side in (-1, 1):
        s.oval(0.4 + side * 0.14, 0.38, 0.09, 0.075, CREAM)
        for y in (0.24, 0.31, 0.38):
            s.poly(
                [(0.4 + side * 0.25, y - 0.015), (0.4 + side * 0.15, y + 0.01), (0.4 + side * 0.25, y + 0.025)], DARK
            )
        for y in (0.6, 0.68, 0.76):
            s.poly([(0.4 + side * 0.25, y), (0.4 + side * 0.13, y + 0.02), (0.4 + side * 0.25, y + 0.035)], DARK)
    for x, low in [(0.33, 0.18), (0.4, 0.21), (0.47, 0.18)]:
        s.poly([(x - 0.018, 0.1), (x + 0.018, 0.1), (x, low)], DARK)
    _muzzle(s, "white", 0.09, 0.065, 0.034)
    _eyes(s, 0.105, 0.28, 0.028)


def _legs(s: Sketch, xs: tuple[float, ...], top: float, width: float, hoof: str) -> None:
    for k, x in enumerate(xs):
        s.poly(
            [(x - width, top), (x + width, top), (x + width * 0.7, 0.96), (x - width * 0.7, 0.96)],
            "main",
            -0.22 if k % 2 else -0.02,
        )
        s.box(x - width * 0.85, 0.93, x + width * 0.85, 0.995, hoof, r=0.01)


@draws("horse", "#8f5d3c", width=1.25, scale=1.0)
def horse(s: Sketch) -> None:
    s.curve([(0.22, 0.5), (0.08, 0.6), (0.1, 0.84)], 0.08, "#3d2a24")
    _legs(s, (0.28, 0.4, 0.82, 0.93), 0.62, 0.05, DARK)
    s.blob(
        [
            (0.2, 0.5),
            (0.36, 0.42),
            (0.64, 0.45),
            (0.9, 0.4),
            (1.0, 0.52),
            (0.94, 0.68),
            (0.66, 0.7),
            (0.36, 0.7),
            (0.2, 0.66),
        ]
    )
    s.blob([(0.84, 0.5), (0.88, 0.3), (0.94, 0.14), (1.06, 0.1), (1.12, 0.18), (1.22, 0.32), (1.18, 0.39),
            (1.08, 0.34), (1.02, 0.5),
            (0.96, 0.6)])  # fmt: skip
    s.poly([(0.98, 0.13), (1.0, 0.01), (1.05, 0.11)], "main", -0.1)
    s.blob([(0.97, 0.06), (1.03, 0.1), (0.94, 0.26), (0.9, 0.48), (0.8, 0.5), (0.84, 0.28)], "#3d2a24")
    s.oval(1.08, 0.2, 0.018, 0.02, DARK, soft=False)
    s.oval(1.185, 0.34, 0.012, 0.01, DARK, soft=False)


@draws("deer", "#b07c4c", width=1.15, scale=1.0)
def deer(s: Sketch) -> None:
    _legs(s, (0.26, 0.37, 0.76, 0.86), 0.66, 0.035, DARK)
    s.blob(
        [(0.16, 0.56), (0.34, 0.5), (0.6, 0.52), (0.84, 0.48), (0.92, 0.58), (0.86, 0.7), (0.56, 0.73), (0.24, 0.72)]
    )
    s.oval(0.15, 0.58, 0.05, 0.07, CREAM, turn=20)
    s.blob([(0.8, 0.58), (0.84, 0.38), (0.88, 0.28), (1.0, 0.26), (1.12, 0.36), (1.1, 0.41), (0.98, 0.42), (0.94, 0.6)])
    for side in (0, 1):
        x = 0.92 + side * 0.05
        s.curve([(x, 0.27), (x - 0.06 + side * 0.12, 0.16), (x - 0.02 + side * 0.1, 0.02)], 0.024, "#8a6a48")
        s.curve([(x - 0.05 + side * 0.1, 0.16), (x - 0.14 + side * 0.28, 0.1)], 0.02, "#8a6a48")
    s.blob([(0.88, 0.3), (0.78, 0.22), (0.76, 0.27), (0.84, 0.34)], "main", -0.15)
    s.oval(1.0, 0.32, 0.018, 0.02, DARK, soft=False)
    s.oval(1.11, 0.38, 0.018, 0.016, DARK, soft=False)
    for x, y in [(0.32, 0.57), (0.44, 0.58), (0.56, 0.57), (0.38, 0.64), (0.5, 0.65), (0.64, 0.62)]:
        s.oval(x, y, 0.018, 0.016, CREAM, soft=False)


@draws("camel", "#cf9f63", width=1.3, scale=1.05)
def camel(s: Sketch) -> None:
    _legs(s, (0.3, 0.41, 0.8, 0.9), 0.62, 0.045, "#8a6238")
    s.curve([(0.2, 0.54), (0.13, 0.66), (0.15, 0.74)], 0.03, "main", -0.2)
    s.blob([(0.18, 0.56), (0.28, 0.46), (0.36, 0.24), (0.44, 0.22), (0.52, 0.42), (0.58, 0.42), (0.66, 0.22),
            (0.74, 0.24), (0.82, 0.44),
            (0.96, 0.5), (0.94, 0.66), (0.7, 0.7), (0.36, 0.71), (0.2, 0.66)])  # fmt: skip
    s.blob([(0.86, 0.5), (0.98, 0.5), (1.02, 0.34), (1.06, 0.26), (1.18, 0.26), (1.24, 0.2), (1.18, 0.12),
            (1.04, 0.1), (0.97, 0.18),
            (0.94, 0.4)])  # fmt: skip
    s.poly([(1.02, 0.12), (1.0, 0.04), (1.07, 0.1)], "main", -0.15)
    s.oval(1.1, 0.16, 0.018, 0.02, DARK, soft=False)
    s.curve([(1.16, 0.23), (1.2, 0.22), (1.23, 0.2)], 0.01, DARK)
    s.blob([(0.48, 0.42), (0.62, 0.42), (0.66, 0.62), (0.44, 0.62)], "#b8453f")
    s.line([(0.45, 0.59), (0.65, 0.59)], 0.02, "gold")


@draws("elephant", "#8f97a5", width=1.35, scale=1.1)
def elephant(s: Sketch) -> None:
    s.curve([(0.16, 0.4), (0.06, 0.56), (0.09, 0.66)], 0.03, "main", -0.25)
    for k, x in enumerate((0.28, 0.44, 0.68, 0.84)):
        s.box(x - 0.08, 0.6, x + 0.08, 0.985, "main", -0.25 if k % 2 else -0.06, r=0.03, soft=True)
        for t in (-0.045, 0, 0.045):
            s.dome(x + t, 0.985, 0.018, 0.025, CREAM)
    s.blob(
        [
            (0.12, 0.46),
            (0.26, 0.24),
            (0.52, 0.16),
            (0.8, 0.2),
            (0.96, 0.36),
            (0.96, 0.64),
            (0.76, 0.76),
            (0.36, 0.76),
            (0.16, 0.68),
        ]
    )
    s.blob([(0.84, 0.2), (1.02, 0.12), (1.16, 0.22), (1.2, 0.4), (1.22, 0.64), (1.3, 0.8), (1.24, 0.87), (1.14,
            0.78), (1.1, 0.58),
            (1.02, 0.52), (0.88, 0.46)])  # fmt: skip
    s.blob([(1.06, 0.52), (1.14, 0.6), (1.26, 0.6), (1.14, 0.66)], CREAM)
    s.blob([(0.7, 0.2), (0.86, 0.12), (0.96, 0.24), (0.94, 0.46), (0.8, 0.56), (0.68, 0.42)], "main", -0.12)
    s.blob([(0.75, 0.25), (0.85, 0.19), (0.9, 0.28), (0.88, 0.42), (0.8, 0.48), (0.74, 0.38)], "#d3a9a6")
    s.oval(1.06, 0.28, 0.022, 0.026, DARK, soft=False)
    for y in (0.56, 0.64, 0.72):
        s.line([(1.12, y), (1.21, y - 0.01)], 0.008, "main", -0.25)
