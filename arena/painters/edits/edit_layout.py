"""Where everything stands before and after an edit: what stays, stays in its place."""

from dataclasses import dataclass, replace

from arena.painters.edits.edit_scenes import Edit, EditObject
from arena.painters.kinds.gallery import find_kind
from arena.painters.layout import Box, arrange, arrange_groups

HOUSE = "house"


@dataclass(frozen=True)
class Plan:
    """A picture that can be painted. `tint` is what a drifting hand does to all its colours, '' for nothing."""

    boxes: tuple[Box, ...]
    setting: str
    light: str
    lettering: str = ""
    style: str = HOUSE
    tint: str = ""


@dataclass(frozen=True)
class EditPlan:
    """The first picture, the second if there is one, and the wanted result; and which boxes an edit touches."""

    before: Plan
    second: Plan | None
    after: Plan
    stays: tuple[Box, ...]
    added: tuple[Box, ...]
    gone: tuple[Box, ...]


def plan_edit(edit: Edit, seed: int) -> EditPlan:
    """Lay out an edit; the same edit and seed give the same boxes. What is added has had its place from the start."""
    groups = arrange_groups(edit.scene, seed)
    stays: list[Box] = []
    before: list[Box] = []
    after: list[Box] = []
    for each, boxes in zip(edit.objects, groups, strict=True):
        becomes = [] if each.fate == "remove" else [_become(box, each) for box in boxes]
        before += [] if each.fate == "add" else boxes
        after += becomes
        stays += boxes if each.fate == "stay" else []
    scene, change = edit.scene, edit.change
    first = Plan(tuple(before), scene.setting, scene.light, scene.lettering)
    other = edit.second
    return EditPlan(
        before=first,
        second=None if other is None else Plan(arrange(other, seed), other.setting, other.light),
        after=Plan(
            tuple(after),
            change.setting or scene.setting,
            change.light or scene.light,
            scene.lettering if change.lettering is None else change.lettering,
            change.style or HOUSE,
        ),
        stays=tuple(stays),
        added=tuple(box for box in after if box not in before),
        gone=tuple(box for box in before if box not in after),
    )


def _become(box: Box, each: EditObject) -> Box:
    """The box with what stands there after the edit: about as large, and not wider than what it replaces allows."""
    if each.becomes is None or each.becomes.kind == box.kind:
        return box if each.becomes is None else replace(box, colour=each.becomes.colour)
    height = min(box.height * 1.15, 1.25 * box.width / find_kind(each.becomes.kind).width)
    return replace(box, kind=each.becomes.kind, colour=each.becomes.colour, height=height)
