"""The painters' interface: a prompt and a seed in, a picture out, the same picture every time."""

import hashlib
from dataclasses import replace

import numpy as np
from PIL import Image

from arena.painters import slips
from arena.painters.backdrops.places import find_setting
from arena.painters.canvas import Canvas
from arena.painters.keywords import read_scene
from arena.painters.kinds.gallery import find_kind
from arena.painters.layout import Box, arrange, find_host
from arena.painters.lettering import Frame, letter
from arena.painters.palette import LIGHTS_BY_NAME, RGB
from arena.painters.roster import JUMBLES, MISCOLOURS, MISCOUNTS, PAINTERS, STYLES
from arena.painters.scenes import Scene
from arena.painters.sketch import Patch, Points, Sketch
from arena.painters.styles.style import Studio, Style
from arena.painters.styles.weather import lay_weather

__all__ = ["PAINTERS", "lay_out", "paint"]


def paint(painter: str, *, prompt: str, scene: Scene | None, seed: int, size: int = 1024) -> Image.Image:
    """Paints the scene (or what the prompt's English keywords say) as an RGB picture of `size` × `size` pixels.

    The same arguments give the same bytes. Raises KeyError for an unknown painter.
    """
    wanted, boxes = lay_out(painter, prompt=prompt, scene=scene, seed=seed)
    own, shared = make_seed(f"{painter}|{seed}|{prompt}"), make_seed(f"{seed}|{prompt}")
    return compose(STYLES[painter], wanted, boxes, own=own, shared=shared, size=size)


def compose(
    style: Style, scene: Scene, boxes: tuple[Box, ...], *, own: int, shared: int, size: int = 1024
) -> Image.Image:
    """Paints boxes in a scene's place, light and lettering: `shared` seeds the place, `own` the hand's accidents."""
    light = LIGHTS_BY_NAME["night" if scene.setting == "night" and scene.light == "day" else scene.light]
    studio = Studio(Canvas(size, style.ground(light)), light, np.random.default_rng(own), scene.light)
    for patch in find_setting(scene.setting).sketch(light, shared):
        style.lay_far(studio, patch)
    paint_boxes(style, studio, scene, boxes, own)
    lay_weather(studio.canvas, light, scene.light, studio.rng)
    return style.finish(studio)


def lay_out(painter: str, *, prompt: str, scene: Scene | None, seed: int) -> tuple[Scene, tuple[Box, ...]]:
    """The scene as this painter understands it, slips included, and where each thing will stand."""
    wanted = scene if scene is not None else read_scene(prompt)
    own, shared = make_seed(f"{painter}|{seed}|{prompt}"), make_seed(f"{seed}|{prompt}")
    if painter == MISCOUNTS:
        wanted = slips.miscount(wanted, own)
    elif painter == MISCOLOURS:
        wanted = slips.miscolour(wanted, own)
    elif painter == JUMBLES and wanted.lettering:
        wanted = replace(wanted, lettering=slips.garble(wanted.lettering, own))
    boxes = arrange(wanted, shared)
    return wanted, slips.jumble(boxes, own) if painter == JUMBLES else boxes


def make_seed(text: str) -> int:
    """A number of 64 bits that depends on the text alone, in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def paint_boxes(style: Style, studio: Studio, scene: Scene, boxes: tuple[Box, ...], seed: int) -> None:
    """Paints boxes, and the scene's lettering on the one that can carry it, onto what is on the canvas."""
    host = find_host(boxes) if scene.lettering else None
    floor = find_setting(scene.setting).floor
    for box in sorted(boxes, key=_order):
        kind = find_kind(box.kind)
        if box.grounded and floor == "ground":
            style.shadow(studio, box.x, box.foot, box.width)
        for patch in kind.sketch(box.colour):
            style.lay(studio, _set(patch, box, kind.width))
        if box is host and kind.panel:
            left, top = box.x - box.width / 2, box.top
            x0, y0, x1, y1 = kind.panel
            frame = (left + x0 * box.height, top + y0 * box.height, left + x1 * box.height, top + y1 * box.height)
            _write(style, studio, scene, frame, seed)
    if scene.lettering and host is None:
        _write(style, studio, scene, _caption(style, studio, scene), seed)


def _order(box: Box) -> float:
    """The drawing order: far things first, then the rest, then what hangs inside or upon something."""
    if box.depth >= 0 and find_kind(box.kind).rests in ("far", "flat", "wall"):
        return -2.0
    return -box.depth if box.grounded else 0.001


def _set(patch: Patch, box: Box, width: float) -> Patch:
    """The patch of a thing moved to its box in the picture."""
    points: Points = (patch.points - np.array([width / 2, 1.0])) * box.height
    if box.tilt:
        angle = np.radians(box.tilt)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        points = points @ turn
    points = points + np.array([box.x, box.foot])
    return replace(patch, points=points, width=patch.width * box.height, depth=max(0.0, box.depth))


def _caption(style: Style, studio: Studio, scene: Scene) -> Frame:
    """The frame of a caption at the foot of the picture, on a ribbon unless the ground is plain."""
    if scene.setting not in ("plain", "studio"):
        ribbon = Sketch((246, 234, 208))
        ribbon.poly([(0.06, 0.885), (0.16, 0.87), (0.16, 0.97), (0.06, 0.985), (0.09, 0.935)], "#a8433c", -0.2)
        ribbon.poly([(0.94, 0.885), (0.84, 0.87), (0.84, 0.97), (0.94, 0.985), (0.91, 0.935)], "#a8433c", -0.2)
        ribbon.box(0.12, 0.855, 0.88, 0.96, "cream", r=0.006)
        ribbon.line([(0.135, 0.868), (0.865, 0.868)], 0.003, "#a8433c")
        ribbon.line([(0.135, 0.947), (0.865, 0.947)], 0.003, "#a8433c")
        for patch in ribbon.patches:
            style.lay(studio, replace(patch, glows=True))
        return 0.15, 0.872, 0.85, 0.943
    return 0.1, 0.85, 0.9, 0.95


def _brightness(canvas: Canvas, frame: Frame) -> float:
    """The mean brightness (0 to 255) of what lies under a frame, seen through a coarse grid."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) * (canvas.side - 1) for edge in frame)
    spots = [(int(x), int(y)) for x in np.linspace(left, right, 7) for y in np.linspace(top, bottom, 4)]
    under = [canvas.sheet.getpixel(spot) for spot in spots]
    return float(np.mean([colour for colour in under if isinstance(colour, tuple)]))


def _write(style: Style, studio: Studio, scene: Scene, frame: Frame, seed: int) -> None:
    canvas = studio.canvas
    left, top, right, bottom = (edge * canvas.side for edge in frame)
    ink: RGB = (58, 40, 44) if _brightness(canvas, frame) > 132 else (252, 242, 218)
    pen, pixels = canvas.pen, (left, top, right, bottom)
    if scene.light == "neon":
        ink = (255, 236, 246)
        for weight, glow in ((0.16, (150, 30, 120)), (0.1, (232, 60, 168))):
            letter(pen, scene.lettering, pixels, glow, weight=weight, jitter=style.letter_jitter, seed=seed)
    letter(pen, scene.lettering, pixels, ink, weight=style.letter_weight, jitter=style.letter_jitter, seed=seed)
