"""Settings on land under the open sky."""

import numpy as np

from arena.painters.backdrops.register import draw_ridge, draw_sky, sets
from arena.painters.palette import Light
from arena.painters.sketch import Sketch

Rng = np.random.Generator


def _conifer(s: Sketch, x: float, foot: float, h: float, ink: str, tone: float) -> None:
    s.line([(x, foot), (x, foot - h * 0.3)], h * 0.07, "#5a4234")
    for top, w in ((0.3, 0.26), (0.55, 0.2), (0.78, 0.13)):
        y = foot - h * top
        s.poly([(x, y - h * 0.26), (x + h * w, y + h * 0.16), (x - h * w, y + h * 0.16)], ink, tone)


def _tufts(s: Sketch, rng: Rng, top: float, count: int, ink: str, tone: float) -> None:
    for x, t in zip(rng.random(count), np.sort(rng.random(count)), strict=True):
        y, h = top + (1 - top) * float(t), 0.012 + 0.03 * float(t)
        for lean in (-0.5, 0.0, 0.5):
            s.line([(x, y), (x + lean * h, y - h)], 0.003 + 0.003 * float(t), ink, tone)


def _blooms(s: Sketch, rng: Rng, top: float, count: int) -> None:
    inks = ("#f7f0dc", "#f2c14b", "#e58aa6", "#d9604f", "#b79ad6")
    for k, t in enumerate(np.sort(rng.random(count))):
        x, y, r = float(rng.random()), top + (1 - top) * float(t), 0.004 + 0.008 * float(t)
        s.oval(x, y, r, r * 0.8, inks[k % 5], soft=False)
        s.oval(x, y, r * 0.35, None, "#e0a83c", soft=False)


@sets("meadow", 0.6)
def meadow(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.62, rng)
    for depth, top, ink in ((0.95, 0.53, "#8fae9a"), (0.7, 0.57, "#88b072"), (0.35, 0.62, "#7fae5c")):
        s.depth = depth
        draw_ridge(s, rng, top, 0.07, ink, 0, peaks=5)
    s.depth = 0.1
    draw_ridge(s, rng, 0.74, 0.05, "#72a552", 0, peaks=4)
    s.depth = 0
    _tufts(s, rng, 0.68, 46, "#5b8d45", 0)
    _blooms(s, rng, 0.7, 44)


@sets("garden", 0.6)
def garden(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.5, rng)
    s.depth = 0.7
    for k in range(9):
        s.oval(
            k * 0.13 + 0.02 * float(rng.random()),
            0.47,
            0.1,
            0.1 + 0.05 * float(rng.random()),
            "#6f9f6a",
            0.06 * (k % 2),
        )
    s.depth = 0.4
    for k in range(15):
        x = k * 0.07 - 0.02
        s.poly([(x, 0.48), (x + 0.024, 0.455), (x + 0.048, 0.48), (x + 0.048, 0.64), (x, 0.64)], "#f6f0e2")
    s.box(0, 0.52, 1, 0.54, "#e9e0cc")
    s.depth = 0.15
    s.box(0, 0.61, 1, 1, "#86b161")
    s.blob([(0.44, 0.61), (0.56, 0.61), (0.66, 0.76), (0.82, 1.05), (0.18, 1.05), (0.34, 0.76)], "#e0cfa9", soft=False)
    s.depth = 0
    for side in (0, 1):
        for _ in range(10):
            x, y = side * 0.84 + 0.16 * float(rng.random()), 0.64 + 0.34 * float(rng.random())
            s.oval(x, y, 0.035, 0.028, "#5b9150")
    _blooms(s, rng, 0.64, 60)


@sets("forest", 0.64)
def forest(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.6, rng)
    for depth, foot, h, count, ink in (
        (1.0, 0.62, 0.36, 13, "#8fb09a"),
        (0.7, 0.65, 0.46, 10, "#6a987c"),
        (0.4, 0.69, 0.58, 7, "#4a7d62"),
    ):
        s.depth = depth
        for k in range(count):
            x = (k + 0.15 + 0.7 * float(rng.random())) / count
            _conifer(s, x, foot, h * (0.75 + 0.4 * float(rng.random())), ink, 0)
        s.box(-0.1, foot - 0.015, 1.1, 1, ink, 0.12)
    s.depth = 0.05
    draw_ridge(s, rng, 0.72, 0.03, "#739257", 0, peaks=5)
    s.depth = 0
    for x in (-0.01, 0.95):
        s.poly(
            [(x, 0.0), (x + 0.07, 0.0), (x + 0.08, 0.82), (x + 0.12, 0.9), (x - 0.06, 0.9), (x - 0.01, 0.82)], "#5b4638"
        )
    _tufts(s, rng, 0.76, 40, "#557a44", 0)


@sets("desert", 0.6)
def desert(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.6, rng)
    s.depth = 0.9
    for x, w, h in ((0.08, 0.16, 0.14), (0.72, 0.22, 0.17)):
        s.poly([(x, 0.6), (x + 0.03, 0.6 - h), (x + w - 0.03, 0.6 - h), (x + w, 0.6)], "#b9785a")
    for depth, top, tone in ((0.6, 0.58, -0.06), (0.35, 0.66, 0.06), (0.1, 0.78, 0.0)):
        s.depth = depth
        draw_ridge(s, rng, top, 0.08, "#e2b878", tone, peaks=3)
    s.depth = 0
    for _ in range(12):
        x, y = float(rng.random()), 0.72 + 0.26 * float(rng.random())
        s.curve([(x, y), (x + 0.06, y - 0.008), (x + 0.14, y + 0.002)], 0.003, "#c4955a")


@sets("mountains", 0.62)
def mountains(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.62, rng)
    for depth, foot, h, count, ink in ((1.0, 0.63, 0.34, 4, "#93a5bd"), (0.7, 0.66, 0.26, 5, "#7690a3")):
        s.depth = depth
        for k in range(count):
            x, top = (k + 0.2 + 0.5 * float(rng.random())) / count, foot - h * (0.7 + 0.4 * float(rng.random()))
            w = 0.85 / count
            s.poly([(x - w, foot), (x, top), (x + w, foot)], ink, 0.08)
            s.poly([(x, top), (x + w, foot), (x + w * 0.15, foot)], ink, -0.16)
            s.poly(
                [
                    (x, top),
                    (x - w * 0.26, top + (foot - top) * 0.27),
                    (x - w * 0.06, top + (foot - top) * 0.2),
                    (x + w * 0.1, top + (foot - top) * 0.32),
                    (x + w * 0.26, top + (foot - top) * 0.26),
                ],
                "#fbfaf5",
            )
    s.depth = 0.5
    draw_ridge(s, rng, 0.63, 0.04, "#6f9379", 0, peaks=6)
    for k in range(12):
        _conifer(s, (k + float(rng.random())) / 12, 0.68, 0.09 + 0.04 * float(rng.random()), "#567d66", 0)
    s.depth = 0.15
    draw_ridge(s, rng, 0.71, 0.03, "#83ab67", 0, peaks=4)
    s.depth = 0
    _tufts(s, rng, 0.74, 34, "#638d50", 0)


@sets("snow", 0.6)
def snow(s: Sketch, light: Light, rng: Rng) -> None:
    draw_sky(s, light, 0.6, rng)
    for depth, top, tone in ((0.9, 0.52, -0.12), (0.6, 0.58, -0.05)):
        s.depth = depth
        draw_ridge(s, rng, top, 0.08, "#dfe8f0", tone, peaks=5)
        for k in range(7):
            x, h = (k + float(rng.random())) / 7, 0.12 + 0.1 * float(rng.random())
            _conifer(s, x, top + 0.06, h, "#5f8784", 0)
            s.poly(
                [
                    (x, top + 0.06 - h * 1.04),
                    (x + h * 0.09, top + 0.06 - h * 0.82),
                    (x - h * 0.09, top + 0.06 - h * 0.82),
                ],
                "#fbfcfc",
            )
    s.depth = 0.1
    draw_ridge(s, rng, 0.68, 0.04, "#f2f5f8", 0, peaks=4)
    s.depth = 0
    draw_ridge(s, rng, 0.84, 0.05, "#fbfbfa", 0, peaks=3)
    for x, y, r in zip(rng.random(70), rng.random(70), rng.random(70), strict=True):
        s.oval(x, y, 0.002 + 0.004 * r, None, "#ffffff", alpha=210, soft=False)


@sets("night", 0.66)
def night(s: Sketch, light: Light, rng: Rng) -> None:
    s.wash(0, 0, 1, 0.68, (14, 20, 52), (58, 70, 124))
    for x, y, r in zip(rng.random(90), rng.random(90) * 0.6, rng.random(90), strict=True):
        s.oval(x, y, 0.001 + 0.0022 * r * r, None, "#f6f2da", soft=False, glows=True)
    for r, alpha in ((0.12, 26), (0.09, 40), (0.055, 255)):
        s.oval(0.8, 0.17, r, None, "#f5ecc8", alpha=alpha, soft=False, glows=True)
    s.oval(0.815, 0.16, 0.012, None, "#dccf9f", soft=False, glows=True)
    s.oval(0.785, 0.185, 0.008, None, "#dccf9f", soft=False, glows=True)
    for depth, top, ink in ((0.9, 0.6, "#5b6f9a"), (0.5, 0.66, "#4a6f80"), (0.1, 0.76, "#4f7f6a")):
        s.depth = depth
        draw_ridge(s, rng, top, 0.07, ink, 0, peaks=5)
    s.depth = 0
    _tufts(s, rng, 0.8, 30, "#3f6a58", 0)
