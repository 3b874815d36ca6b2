"""Where everything stands: a scene's objects as boxes in the picture, so that counts and places can be read off."""

from dataclasses import dataclass, replace

import numpy as np

from arena.painters.backdrops.places import find_setting
from arena.painters.backdrops.register import Setting
from arena.painters.kinds.gallery import find_kind
from arena.painters.kinds.register import Kind
from arena.painters.scenes import Scene, SceneObject

HEIGHTS = {"small": 0.25, "medium": 0.4, "large": 0.56}
FRONT = 0.93
SERVED = 0.8
CLOTHES = ("blue", "red", "teal", "gold", "purple", "green")


@dataclass(frozen=True)
class Box:
    """One thing in the picture: its middle, its foot and its height in picture shares, y down."""

    kind: str
    colour: str
    x: float
    foot: float
    height: float
    depth: float = 0.0
    tilt: float = 0.0
    grounded: bool = True

    @property
    def width(self) -> float:
        """The width in picture shares."""
        return float(find_kind(self.kind).width * self.height)

    @property
    def top(self) -> float:
        """The y of the upper edge."""
        return self.foot - self.height

    def within(self, left: float, top: float, right: float, bottom: float) -> "Box":
        """The box as it stands where the whole picture is fitted into a part of another one, at its foot."""
        scale = min(right - left, bottom - top)
        x = (left + right) / 2 + (self.x - 0.5) * scale
        return replace(self, x=x, foot=bottom - (1 - self.foot) * scale, height=self.height * scale)


def arrange(scene: Scene, seed: int) -> tuple[Box, ...]:
    """Places every object of the scene, back to front; the same scene and seed give the same boxes."""
    return tuple(box for group in arrange_groups(scene, seed) for box in group)


def arrange_groups(scene: Scene, seed: int) -> list[list[Box]]:
    """As `arrange`, with the boxes of each object of the scene by themselves."""
    setting, rng = find_setting(scene.setting), np.random.default_rng(seed)
    loudest = max((find_kind(each.kind).scale for each in scene.objects), default=1.0)
    spans = _share_out(scene.objects, setting)
    groups: list[list[Box]] = []
    anchor: Box | None = None
    table: Box | None = None
    for each, span in zip(scene.objects, spans, strict=True):
        kind = find_kind(each.kind)
        height = _height(each, kind, loudest, alone=len(scene.objects) == 1)
        if table and kind.rests == "ground" and kind.scale <= SERVED and each.place not in ("inside", "grid"):
            placed = _serve(each, height, table, span, rng)
        else:
            placed = _place(each, kind, height, span, anchor, setting, rng)
        groups.append(_dress(placed))
        table = placed[0] if each.kind == "table" and len(placed) == 1 else table
        if len(placed) == 1 and kind.rests in ("ground", "wall", "water"):
            anchor = placed[0]
    if scene.lettering and not find_host([box for group in groups for box in group]):
        return [[_lift(box, 0.09) for box in group] for group in groups]
    return groups


def _dress(placed: list[Box]) -> list[Box]:
    """Gives the people of a group clothes of their own, unless a colour was asked for."""
    if len(placed) == 1 or (placed[0].kind, placed[0].colour) != ("person", "natural"):
        return placed
    return [replace(box, colour=CLOTHES[k % len(CLOTHES)]) for k, box in enumerate(placed)]


def find_host(boxes: list[Box] | tuple[Box, ...]) -> Box | None:
    """The box that can carry the lettering: the largest single thing with a panel, if any is large enough."""
    names = [box.kind for box in boxes]
    hosts = [box for box in boxes if find_kind(box.kind).panel and names.count(box.kind) == 1 and box.width > 0.3]
    return max(hosts, key=lambda box: box.width * box.height, default=None)


def _lift(box: Box, amount: float) -> Box:
    return replace(box, height=box.height * 0.9, foot=box.foot - amount) if box.grounded else box


def _height(each: SceneObject, kind: Kind, loudest: float, *, alone: bool) -> float:
    ratio = float((kind.scale / loudest) ** 0.62)
    bonus = 1.22 if alone and each.count == 1 else 1.0
    return HEIGHTS[each.size] * ratio * bonus * (0.82 if each.place == "back" else 1.0)


def _band(each: SceneObject, setting: Setting) -> str:
    """The band that a thing stands in. Things of one band get in each other's way; without a ground, all hang."""
    rests = find_kind(each.kind).rests
    if setting.floor == "none" and rests not in ("far", "flat"):
        return "air"
    return "ground" if rests == "water" else rests


def _share_out(objects: tuple[SceneObject, ...], setting: Setting) -> list[tuple[float, float]]:
    """The stretch of x that each group may use: groups that would stand in each other's way share their zone."""
    taken = {(_band(each, setting), each.place) for each in objects}
    spans = []
    for index, each in enumerate(objects):
        left, right = _zone(each, taken, setting)
        rivals = [
            k
            for k, other in enumerate(objects)
            if (_band(other, setting), other.place) == (_band(each, setting), each.place)
        ]
        if (
            len(rivals) > 1
            and each.place not in ("inside", "top", "grid", "scattered")
            and _band(each, setting) not in ("far", "flat")
        ):
            weights = [max(0.5, find_kind(objects[k].kind).width) * objects[k].count ** 0.7 for k in rivals]
            edges = np.cumsum([0.0, *weights]) / sum(weights) * (right - left) + left
            mine = rivals.index(index)
            left, right = float(edges[mine]), float(edges[mine + 1])
        spans.append((left, right))
    return spans


def _zone(each: SceneObject, taken: set[tuple[str, str]], setting: Setting) -> tuple[float, float]:
    sides = {side for side in ("left", "right") if (_band(each, setting), side) in taken}
    reach = 0.34 if len(sides) == 2 and (_band(each, setting), "centre") in taken else 0.43
    if each.place in ("left", "right"):
        return (0.03, reach) if each.place == "left" else (1 - reach, 0.97)
    if each.place != "centre":
        return 0.05, 0.95
    return (reach if "left" in sides else 0.05), (1 - reach if "right" in sides else 0.95)


def _place(
    each: SceneObject,
    kind: Kind,
    height: float,
    span: tuple[float, float],
    anchor: Box | None,
    setting: Setting,
    rng: np.random.Generator,
) -> list[Box]:
    box = Box(each.kind, each.colour, 0.5, FRONT, height)
    if kind.rests == "flat":
        return [replace(box, foot=1.02, height=1.03 - setting.horizon, grounded=False)]
    if each.place == "inside" and anchor:
        return _inside(box, each.count, anchor)
    if each.place == "top" and anchor and kind.rests == "ground":
        return _on_top(box, each.count, anchor)
    if each.place == "grid":
        return _grid(box, each.count)
    if kind.rests == "far":
        spot = replace(box, height=min(0.6, height * 1.25), foot=setting.horizon + 0.02, depth=0.5, grounded=False)
        return _rows(spot, each, span, 0.0, rng)
    return _rows(_foot(box, each, kind, setting, rng), each, span, setting.horizon, rng)


def _foot(box: Box, each: SceneObject, kind: Kind, setting: Setting, rng: np.random.Generator) -> Box:
    """Chooses the height at which a group stands or hangs."""
    if kind.rests == "wall" and each.place == "front":
        return replace(box, foot=0.95, height=0.88, depth=-1.0, grounded=False)
    if kind.rests == "wall":
        return replace(box, foot=0.46 + box.height * 0.5, depth=0.5, grounded=False)
    hangs = kind.rests == "air" or setting.floor == "none" or (each.place == "top" and kind.rests != "water")
    if hangs:
        middle = {"top": 0.25, "bottom": 0.7, "back": 0.3, "front": 0.6}.get(
            each.place, 0.5 if setting.floor == "none" else 0.36
        )
        if not setting.open_air and kind.rests == "air" and each.place != "top":
            middle = 0.5
        if each.place == "top" and kind.rests != "air":
            box = replace(box, height=min(box.height, 0.36))
        return replace(box, foot=max(middle, box.height * 0.5 + 0.04) + box.height / 2, grounded=False)
    near = {"back": 0.12, "front": 0.95, "bottom": 0.9}.get(each.place, 0.68)
    foot = setting.horizon + 0.03 + (FRONT - setting.horizon) * near
    if kind.rests == "water" and setting.floor == "water":
        foot = setting.horizon + 0.06 + (FRONT - setting.horizon) * near * 0.6
    return replace(box, foot=foot, height=min(box.height, foot - 0.03), depth=0.35 * (1 - near))


def _rows(
    box: Box, each: SceneObject, span: tuple[float, float], horizon: float, rng: np.random.Generator
) -> list[Box]:
    """Sets `count` things into one to three rows inside the span, the front row last."""
    count, (left, right) = each.count, span
    rows = 1 if count <= 4 or each.place == "row" else 2 if count <= 8 else 3
    crowded = right - left < 0.6 and box.height * find_kind(box.kind).width > 1.5 * (right - left) / count
    if count > 2 and (each.place == "scattered" or (crowded and each.place != "row")):
        rows = max(rows, 2)
    per_row = -(-count // rows)
    limit = 0.92 * (right - left) / per_row / find_kind(box.kind).width
    stack = 1 + 0.8 * (rows - 1)
    height = min(box.height, limit, ((box.foot if box.grounded else 0.98) - 0.04) / stack)
    if box.grounded and rows > 1:
        height = min(height, (FRONT + 0.02 - horizon) / (0.8 * (rows - 1)))
    wide = min((right - left) / per_row, height * find_kind(box.kind).width * 1.45)
    foot = max(box.foot, FRONT) if box.grounded and rows > 1 else box.foot
    if not box.grounded and rows > 1:
        foot = min(box.foot + 0.4 * height * (rows - 1), 0.97)
        foot = max(foot, 0.03 + height * stack)
    wobble = 0.12 if each.place == "scattered" else 0.0
    placed = []
    for row in range(rows):
        here = min(per_row, count - row * per_row)
        shift = 0.0 if rows == 1 or here != per_row else (0.14 if row % 2 else -0.14)
        for k in range(here):
            x = (left + right) / 2 + (k - (here - 1) / 2 + shift + wobble * (float(rng.random()) - 0.5) * 2) * wide
            y = foot - (rows - 1 - row) * 0.8 * height + wobble * (float(rng.random()) - 0.5) * height
            half = height * find_kind(box.kind).width / 2
            placed.append(replace(box, x=min(max(x, half + 0.01), 0.99 - half), foot=y, height=height))
    return _shy(placed, each, rng)


def _shy(placed: list[Box], each: SceneObject, rng: np.random.Generator) -> list[Box]:
    """Moves a single thing at the back or the front aside, so that nothing stands right behind another."""
    if len(placed) != 1 or each.place not in ("back", "front") or find_kind(each.kind).rests == "wall":
        return placed
    side = 0.27 if rng.random() < 0.5 else -0.27
    half = placed[0].width / 2
    aside = placed[0].x + (side if each.place == "front" else side * 0.7)
    return [replace(placed[0], x=min(max(aside, half + 0.01), 0.99 - half))]


def _inside(box: Box, count: int, anchor: Box) -> list[Box]:
    height = min(box.height, anchor.height * 0.44, anchor.width * 0.7 / count / find_kind(box.kind).width)
    step = height * find_kind(box.kind).width * 1.05
    foot = anchor.foot - (anchor.height - height) * 0.42
    return [
        replace(
            box,
            x=anchor.x - 0.04 * anchor.width + (k - (count - 1) / 2) * step,
            foot=foot,
            height=height,
            grounded=False,
        )
        for k in range(count)
    ]


def _on_top(box: Box, count: int, anchor: Box) -> list[Box]:
    """Rests things on the upper edge of the anchor."""
    width = find_kind(box.kind).width
    height = min(box.height, 0.86 * anchor.width / count / width, anchor.top + 0.1 * anchor.height - 0.02)
    height = max(height, 0.08)
    step = min(anchor.width * 0.8 / count, height * width * 1.25)
    sink = {
        "table": 0.28,
        "cake": 0.3,
        "cube": 0.14,
        "box": 0.18,
        "bread": 0.14,
        "island": 0.32,
        "mountain": 0.05,
        "piano": 0.02,
    }
    foot = anchor.top + sink.get(anchor.kind, 0.06) * anchor.height
    return [
        replace(
            box, x=anchor.x + (k - (count - 1) / 2) * step, foot=max(foot, height + 0.02), height=height, grounded=False
        )
        for k in range(count)
    ]


def _serve(
    each: SceneObject, height: float, table: Box, span: tuple[float, float], rng: np.random.Generator
) -> list[Box]:
    """Sets things that belong on a table upon the table of the scene, in their own part of its top."""
    left = table.x - 0.44 * table.width
    part = left + 0.88 * table.width * span[0], left + 0.88 * table.width * span[1]
    level = table.top + (0.22 if each.place == "back" else 0.33) * table.height
    box = Box(each.kind, each.colour, table.x, level, min(height, level - 0.03), grounded=False)
    return [replace(one, foot=level) for one in _rows(box, replace(each, place="row"), part, 0.0, rng)]


def _grid(box: Box, count: int) -> list[Box]:
    width = find_kind(box.kind).width
    columns = max(1, round((count * 1.15) ** 0.5 + 0.2))
    rows = -(-count // columns)
    height = min(0.8 / rows * 0.84, 0.84 / columns * 0.84 / width)
    placed = []
    for index in range(count):
        row, column = divmod(index, columns)
        here = min(columns, count - row * columns)
        x = 0.5 + (column - (here - 1) / 2) * 0.84 / columns
        y = 0.5 + (row - (rows - 1) / 2) * 0.8 / rows
        placed.append(replace(box, x=x, foot=y + height / 2, height=height, grounded=False))
    return placed
