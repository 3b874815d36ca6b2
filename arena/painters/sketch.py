"""The drawing language: a sketch is a list of coloured patches that every painter renders in a style of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from arena.painters.palette import COLOUR_HEX, RGB, hex_rgb
from arena.painters.palette import shade as shade_colour

Points = NDArray[np.float64]
Pairs = Iterable[Sequence[float]]


@dataclass(frozen=True, eq=False)
class Patch:
    """One filled shape (`width` 0) or one stroke (`width` > 0, in the points' unit), in one colour."""

    points: Points
    colour: RGB
    alpha: int = 255
    width: float = 0.0
    round: bool = False
    fade: RGB | None = None
    depth: float = 0.0
    glows: bool = False


class Sketch:
    """Collects patches in drawing order; y runs down; an ink is a hex colour, a colour word or the leading "main"."""

    def __init__(self, main: RGB) -> None:
        self.main = main
        self.patches: list[Patch] = []
        self.depth = 0.0

    def _add(self, patch: Patch) -> None:
        self.patches.append(replace(patch, depth=self.depth) if self.depth else patch)

    def ink(self, name: str, amount: float = 0.0) -> RGB:
        """The bytes of an ink, made lighter or darker by `amount`."""
        base = self.main if name == "main" else hex_rgb(name if name.startswith("#") else COLOUR_HEX[name])
        return shade_colour(base, amount)

    def poly(
        self, points: Pairs, ink: str = "main", shade: float = 0.0, *, alpha: int = 255, soft: bool = False
    ) -> None:
        """A polygon with sharp corners."""
        self._add(Patch(_array(points), self.ink(ink, shade), alpha, round=soft))

    def blob(
        self, points: Pairs, ink: str = "main", shade: float = 0.0, *, alpha: int = 255, soft: bool = True
    ) -> None:
        """A closed smooth curve through the points."""
        self._add(Patch(_smooth(_array(points), closed=True), self.ink(ink, shade), alpha, round=soft))

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        ink: str = "main",
        shade: float = 0.0,
        *,
        turn: float = 0.0,
        alpha: int = 255,
        soft: bool = True,
        glows: bool = False,
    ) -> None:
        """An ellipse around (x, y), turned by `turn` degrees."""
        points = ellipse(x, y, rx, rx if ry is None else ry, turn)
        self._add(Patch(points, self.ink(ink, shade), alpha, round=soft, glows=glows))

    def dome(self, x: float, y: float, rx: float, ry: float, ink: str = "main", shade: float = 0.0) -> None:
        """The upper half of an ellipse (the lower one for a negative `ry`) standing on y."""
        angles = np.linspace(np.pi, 2 * np.pi, 24)
        points = np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], axis=1)
        self._add(Patch(points, self.ink(ink, shade), round=True))

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        ink: str = "main",
        shade: float = 0.0,
        *,
        r: float = 0.0,
        alpha: int = 255,
        soft: bool = False,
        glows: bool = False,
    ) -> None:
        """A rectangle with corners of radius `r`."""
        points = _rounded(left, top, right, bottom, r)
        self._add(Patch(points, self.ink(ink, shade), alpha, round=soft, glows=glows))

    def line(self, points: Pairs, width: float, ink: str = "main", shade: float = 0.0, *, alpha: int = 255) -> None:
        """A stroke with corners."""
        self._add(Patch(_array(points), self.ink(ink, shade), alpha, width=width))

    def curve(self, points: Pairs, width: float, ink: str = "main", shade: float = 0.0, *, alpha: int = 255) -> None:
        """A smooth stroke through the points."""
        self._add(Patch(_smooth(_array(points), closed=False), self.ink(ink, shade), alpha, width=width))

    def arc(
        self,
        x: float,
        y: float,
        r: float,
        start: float,
        end: float,
        width: float,
        ink: str = "main",
        shade: float = 0.0,
    ) -> None:
        """A stroke along a circle, from `start` to `end` degrees, clockwise from three o'clock."""
        angles = np.radians(np.linspace(start, end, 28))
        points = np.stack([x + r * np.cos(angles), y + r * np.sin(angles)], axis=1)
        self._add(Patch(points, self.ink(ink, shade), width=width))

    def wash(self, left: float, top: float, right: float, bottom: float, high: RGB, low: RGB) -> None:
        """A rectangle that fades from `high` at its top to `low` at its bottom, in colours already lit."""
        self._add(Patch(_rounded(left, top, right, bottom, 0), high, fade=low, glows=True))

    def place(self, patches: Iterable[Patch], x: float, y: float, scale: float) -> None:
        """Adds ready patches, scaled and moved so that their origin comes to (x, y)."""
        offset = np.array([x, y])
        self.patches.extend(
            replace(patch, points=patch.points * scale + offset, width=patch.width * scale) for patch in patches
        )


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """36 points of an ellipse turned by `turn` degrees."""
    angles = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    across, down = rx * np.cos(angles), ry * np.sin(angles)
    return np.stack([x + across * cos - down * sin, y + across * sin + down * cos], axis=1)


def _array(points: Pairs) -> Points:
    return np.array([(pair[0], pair[1]) for pair in points], dtype=np.float64)


def _rounded(left: float, top: float, right: float, bottom: float, r: float) -> Points:
    if r <= 0:
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)
    r = min(r, (right - left) / 2, (bottom - top) / 2)
    angles = np.linspace(0, np.pi / 2, 7)
    corners = [(right - r, bottom - r, 0), (left + r, bottom - r, 1), (left + r, top + r, 2), (right - r, top + r, 3)]
    turns = [
        np.stack([x + r * np.cos(angles + q * np.pi / 2), y + r * np.sin(angles + q * np.pi / 2)], axis=1)
        for x, y, q in corners
    ]
    return np.concatenate(turns)


def _smooth(points: Points, *, closed: bool, steps: int = 7) -> Points:
    """Catmull-Rom spline through the points (uniform, tension 1/2)."""
    if closed:
        ring = np.concatenate([points[-1:], points, points[:2]])
    else:
        ring = np.concatenate([points[:1], points, points[-1:]])
    before, start, end, after = ring[:-3], ring[1:-2], ring[2:-1], ring[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    spline = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    joined = spline.transpose(1, 0, 2).reshape(-1, 2)
    return joined if closed else np.concatenate([joined, points[-1:]])
