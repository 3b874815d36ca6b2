"""How weaker hands edit: colours drift, something that should stay is lost, too much changes, or too little does."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from arena.painters.edits.edit_layout import HOUSE, EditPlan, Plan
from arena.painters.layout import Box, find_host
from arena.painters.roster import STYLES
from arena.painters.slips import ODD, WRONG, garble

Slip = Callable[[EditPlan, int], Plan]
# Things that the others stand on or before; without them a picture falls apart.
BASES = frozenset(["table", "road", "river", "mountain", "window"])


def carry_out(edit: EditPlan, seed: int) -> Plan:
    """Just what was asked for."""
    return edit.after


def drift(edit: EditPlan, seed: int) -> Plan:
    """What was asked for, while the colours of the whole picture drift."""
    return replace(edit.after, tint=("warm", "cold")[seed % 2])


def lose(edit: EditPlan, seed: int) -> Plan:
    """What was asked for, and something is lost that should have stayed: a thing, or the look of the only one."""
    rng = np.random.default_rng(seed)
    boxes = edit.after.boxes
    # The board that the lettering stands on is not a thing beside it.
    board = find_host(boxes) if edit.after.lettering else None
    spare = [box for box in edit.stays if box.kind not in BASES and box != board]
    if len(spare) >= 2 or (spare and len(boxes) > 1 and seed % 2):
        lost = {int(k) for k in rng.permutation(len(spare))[: max(1, round(len(spare) * 0.4))]}
        gone = [spare[k] for k in lost]
        return replace(edit.after, boxes=tuple(box for box in boxes if box not in gone))
    if spare:
        return replace(edit.after, boxes=tuple(_wander(box, rng) if box in spare else box for box in boxes))
    return replace(edit.after, boxes=tuple(_recoloured(box, rng) if box in edit.stays else box for box in boxes))


def overdo(edit: EditPlan, seed: int) -> Plan:
    """What was asked for, everywhere: mask and bystanders are ignored."""
    rng = np.random.default_rng(seed)
    colours = [box.colour for box in edit.added if box.colour != "natural"]
    colour = colours[0] if colours else str(rng.choice(ODD))
    after = edit.after
    boxes = [replace(box, colour=colour) if box in edit.stays else box for box in after.boxes]
    boxes += [_twin(box, k) for box in edit.added[:2] for k in (-1, 1)]
    if not edit.added:
        boxes += [
            replace(box, kind=str(rng.choice(["ball", "star", "mushroom"])), colour=colour) for box in edit.gone[:2]
        ]
    lettering = after.lettering
    if lettering and lettering != edit.before.lettering:
        lettering = f"{after.lettering} {edit.before.lettering}".strip()[:40]
    setting, light = after.setting, after.light
    if edit.second is not None:
        setting, light = edit.second.setting, edit.second.light
    elif after.style != HOUSE:
        light = "dusk" if after.light != "dusk" else "day"
    return replace(after, boxes=tuple(boxes), lettering=lettering, setting=setting, light=light)


def miss(edit: EditPlan, seed: int) -> Plan:
    """The picture as it was, or with a change that nobody asked for."""
    before, after = edit.before, edit.after
    if after.lettering != before.lettering:
        return replace(before, lettering=garble(after.lettering or before.lettering, seed))
    if after.style != HOUSE:
        others = sorted(set(STYLES) - {after.style})
        return replace(before, style=others[seed % len(others)] if seed % 3 else HOUSE)
    if seed % 2 and after.setting == before.setting and edit.added:
        wrong = replace(edit.added[0], colour=WRONG.get(edit.added[0].colour, "grey"))
        return replace(
            before, boxes=(*(box for box in before.boxes if box.x != wrong.x or box.foot != wrong.foot), wrong)
        )
    return before


def _wander(box: Box, rng: np.random.Generator) -> Box:
    """The only thing, drawn anew from memory: smaller, elsewhere, in another colour."""
    aside = 0.16 if box.x < 0.5 else -0.16
    return replace(_recoloured(box, rng), x=box.x + aside, height=box.height * 0.72)


def _recoloured(box: Box, rng: np.random.Generator) -> Box:
    return replace(box, colour=WRONG.get(box.colour, str(rng.choice(ODD))))


def _twin(box: Box, side: int) -> Box:
    """A copy of a box beside it, on the other side if there is no room."""
    away = side * (box.width * 0.5 + 0.2)
    x = box.x + away if 0.08 < box.x + away < 0.92 else 1 - box.x
    return replace(box, x=x, height=box.height * 0.8, foot=box.foot + 0.02)


EDITORS: dict[str, Slip] = {
    "harbour": carry_out,
    "linden": drift,
    "rainy-day": lose,
    "wax-moon": overdo,
    "pebble": miss,
}
