"""The painters as editors: the pictures to edit, the mask, and what each of the five makes of them."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from arena.painters.edits.edit_layout import HOUSE, EditPlan, Plan, plan_edit
from arena.painters.edits.edit_scenes import Edit
from arena.painters.edits.edit_slips import EDITORS
from arena.painters.layout import Box
from arena.painters.paint import compose, make_seed
from arena.painters.roster import STYLES
from arena.painters.scenes import Scene
from arena.painters.styles.clear_line import ClearLine

SIZE = 1024
# How far a mask reaches beyond what changes, in shares of the side.
MARGIN = 0.025
# What a drift does to red, green and blue, and to the darkest tone.
TINTS = {"warm": ((1.08, 0.95, 0.76), 12), "cold": ((0.84, 0.95, 1.06), 12)}


def draw_sources(edit: Edit, *, size: int = SIZE) -> list[Image.Image]:
    """The pictures to edit, in RGB; the same edit gives the same bytes."""
    seed = _seed(edit)
    plan = plan_edit(edit, seed)
    return [_draw(each, seed, size) for each in (plan.before, plan.second) if each is not None]


def draw_mask(edit: Edit, *, size: int = SIZE) -> Image.Image:
    """A mask (mode L, white where the picture may change) around all things that the edit adds, removes or changes."""
    plan = plan_edit(edit, _seed(edit))
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    for box in (*plan.added, *plan.gone):
        pen.rounded_rectangle([edge * size for edge in _reach(box)], radius=MARGIN * size, fill=255)
    return mask


def edit_picture(painter: str, edit: Edit, *, seed: int, size: int = SIZE) -> Image.Image:
    """The edit as this painter carries it out, planted slip included. Raises KeyError for an unknown painter."""
    shared = _seed(edit)
    plan = EDITORS[painter](plan_edit(edit, shared), make_seed(f"{painter}|{seed}|{shared}"))
    return _draw(plan, shared, size)


def changed_boxes(edit: Edit) -> EditPlan:
    """What an edit touches and what it leaves, for those who check."""
    return plan_edit(edit, _seed(edit))


@lru_cache(maxsize=256)
def _seed(edit: Edit) -> int:
    """The seed of an edit's place and layout. Only what the first picture shows counts, so a change moves nothing."""
    return make_seed(repr(edit.scene))


def _draw(plan: Plan, seed: int, size: int) -> Image.Image:
    scene = Scene((), plan.setting, plan.light, plan.lettering)
    style = ClearLine() if plan.style == HOUSE else STYLES[plan.style]
    picture = compose(style, scene, plan.boxes, own=seed, shared=seed, size=size)
    return _tinted(picture, plan.tint) if plan.tint else picture


def _tinted(picture: Image.Image, tint: str) -> Image.Image:
    factors, floor = TINTS[tint]
    tones = np.arange(256)
    table = [np.clip(floor + tones * factor * (255 - floor) / 255, 0, 255).astype(int).tolist() for factor in factors]
    return picture.point([tone for channel in table for tone in channel])


def _reach(box: Box) -> tuple[float, float, float, float]:
    left, right = box.x - box.width / 2 - MARGIN, box.x + box.width / 2 + MARGIN
    return tuple(min(1.0, max(0.0, edge)) for edge in (left, box.top - MARGIN, right, box.foot + MARGIN))  # type: ignore[return-value]
