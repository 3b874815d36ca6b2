"""The outline of a mask as an SVG picture; pure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Point = tuple[float, float]

# Pixels of the longer side on which the outline is traced: finer would only be a longer path.
TRACED = 240
# A mask is white where a picture may change: half of white is the border.
BORDER = 127.5
# How far a point may lie from the line that replaces it, in traced pixels.
STRAIGHT = 0.05
# The sides of a square of four pixels that the border crosses, by which of them are inside (bits: top left, top right,
# bottom right, bottom left). Sides: 0 top, 1 right, 2 bottom, 3 left. The inside lies to the right of the way.
CROSSED = {
    1: [(0, 3)], 2: [(1, 0)], 3: [(1, 3)], 4: [(2, 1)], 5: [(0, 3), (2, 1)], 6: [(2, 0)], 7: [(2, 3)],
    8: [(3, 2)], 9: [(0, 2)], 10: [(1, 0), (3, 2)], 11: [(1, 2)], 12: [(3, 1)], 13: [(0, 1)], 14: [(3, 0)],
}  # fmt: skip


def draw_outline(mask: Image.Image) -> bytes:
    """Return an SVG that draws the border of the mask's white parts in two colours, visible on any picture.

    It is stretched to the box in which it is shown, which has the mask's shape.
    """
    width, height = mask.size
    scale = TRACED / max(width, height)
    small = mask.convert("L").resize((max(2, round(width * scale)), max(2, round(height * scale))))
    across, down = small.size
    path = "".join(map(_write, trace_border(np.asarray(small.filter(ImageFilter.GaussianBlur(0.8)), dtype=float))))
    line = f'<path d="{path}" fill="none" stroke-linejoin="round" vector-effect="non-scaling-stroke" stroke='
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" preserveAspectRatio="none">'
        f'{line}"#000" stroke-width="4" stroke-opacity=".55"/>'
        f'{line}"#fff" stroke-width="2" stroke-dasharray="6 4"/></svg>'
    ).encode()


def trace_border(values: NDArray[np.float64]) -> Iterator[list[Point]]:
    """Yield the closed lines between what is above and below BORDER, as points in pixels from the top left corner.

    What is above at the edge of the picture is closed along the edge.
    """
    padded = np.pad(values, 1)
    inside = padded > BORDER
    kinds = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    rows, columns = np.nonzero((kinds > 0) & (kinds < 15))
    follows: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        for start, end in CROSSED[int(kinds[row, column])]:
            follows[_side(row, column, start)] = _side(row, column, end)
    limits = values.shape[1], values.shape[0]
    while follows:
        first, side = follows.popitem()
        line = [first]
        while side != first:
            line.append(side)
            side = follows.pop(side)
        yield _straighten([_place(padded, each, limits) for each in line])


def _side(row: int, column: int, side: int) -> tuple[int, int, int]:
    """Return the one name of a side that two squares share: the pixel where it starts, and whether it goes down."""
    if side == 0:
        return row, column, 0
    if side == 1:
        return row, column + 1, 1
    if side == 2:
        return row + 1, column, 0
    return row, column, 1


def _place(padded: NDArray[np.float64], side: tuple[int, int, int], limits: tuple[int, int]) -> Point:
    """Return where the border crosses a side, within the picture."""
    row, column, down = side
    one, other = padded[row, column], padded[row + down, column + 1 - down]
    part = float((BORDER - one) / (other - one))
    # The middle of the first pixel is half a pixel from the corner; padding has moved it by one.
    x, y = column - 0.5 + (0 if down else part), row - 0.5 + (part if down else 0)
    return min(max(x, 0.0), float(limits[0])), min(max(y, 0.0), float(limits[1]))


def _straighten(line: list[Point]) -> list[Point]:
    """Leave out points that lie almost on the line from the last one kept to the next one."""
    kept = line[:1]
    for point, following in zip(line[1:], [*line[2:], line[0]], strict=True):
        (ax, ay), (bx, by), (x, y) = kept[-1], following, point
        length = float(np.hypot(bx - ax, by - ay)) or 1.0
        if abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length > STRAIGHT:
            kept.append(point)
    return kept


def _write(line: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + "Z"
