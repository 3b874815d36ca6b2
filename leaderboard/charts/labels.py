"""Names beside points: each where there is room for it, so that none covers a point or another name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RADIUS = 5.0
# About how wide a letter is, thin and bold, and how high a line, in the size that labels are written in.
_LETTER, _BOLD_LETTER, _LINE = 6.5, 7.5, 14.0
_LONGEST = 26
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Name:
    """What is written beside a point: a strong one is bold and finds its place first, a faint one last."""

    text: str
    is_strong: bool = False
    is_faint: bool = False


@dataclass(frozen=True)
class Label:
    """A text at a place; `anchor` is SVG's."""

    text: str
    x: float
    y: float
    anchor: str


def place_labels(names: Sequence[Name], places: Sequence[tuple[float, float]], *, area: Box) -> list[Label | None]:
    """A label within [left, top, right, bottom] for each point that has room for one, the strong ones first.

    Where there is no other room, a strong label may cover points that are not strong.
    """
    points = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in places]
    strong = [point for point, name in zip(points, names, strict=True) if name.is_strong]
    labels: list[Box] = []
    found: list[Label | None] = [None] * len(names)
    for index in sorted(range(len(names)), key=lambda one: (not names[one].is_strong, names[one].is_faint, one)):
        name = names[index]
        text = name.text if len(name.text) <= _LONGEST else f"{name.text[: _LONGEST - 1].rstrip()}…"
        broad = len(text) * (_BOLD_LETTER if name.is_strong else _LETTER)
        candidates = [each for each in _candidates(text, broad, *places[index]) if _lies_within(each[1], area)]
        for obstacles in [points, strong] if name.is_strong else [points]:
            free = [each for each in candidates if not any(_touch(each[1], box) for box in (*obstacles, *labels))]
            if free:
                found[index] = free[0][0]
                labels.append(free[0][1])
                break
    return found


def _candidates(text: str, broad: float, x: float, y: float) -> Iterable[tuple[Label, Box]]:
    """Beside the point, then above, then below it."""
    near = RADIUS + 3
    yield Label(text, x + near, y + 4, "start"), (x + near, y - _LINE / 2, x + near + broad, y + _LINE / 2)
    yield Label(text, x - near, y + 4, "end"), (x - near - broad, y - _LINE / 2, x - near, y + _LINE / 2)
    for middle in (y - near - _LINE / 2, y + near + _LINE / 2):
        box = (x - broad / 2, middle - _LINE / 2, x + broad / 2, middle + _LINE / 2)
        yield Label(text, x, middle + 4, "middle"), box


def _lies_within(box: Box, area: Box) -> bool:
    return box[0] >= area[0] and box[1] >= area[1] and box[2] <= area[2] and box[3] <= area[3]


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
