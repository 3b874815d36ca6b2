"""The outline of a mask runs along its border, closed at the edge of the picture too."""

import re
from xml.etree import ElementTree

import numpy as np
from PIL import Image, ImageDraw

from arena.pictures.outlines import TRACED, Point, draw_outline, trace_border


def area(line: list[Point]) -> float:
    """Return the area that a closed line goes round, negative where it goes the other way."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(line, [*line[1:], line[0]], strict=True)) / 2


def mask_of(size: tuple[int, int], *ellipses: tuple[tuple[int, int, int, int], int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    for box, value in ellipses:
        ImageDraw.Draw(mask).ellipse(box, fill=value)
    return mask


def test_border_of_a_ring_is_two_lines_round_its_area() -> None:
    mask = mask_of((120, 80), ((20, 10, 80, 70), 255), ((40, 30, 60, 50), 0))
    lines = list(trace_border(np.asarray(mask, dtype=float)))
    assert len(lines) == 2
    white = np.count_nonzero(np.asarray(mask) > 127)
    assert abs(sum(map(area, lines))) == np.clip(abs(sum(map(area, lines))), 0.97 * white, 1.03 * white)


def test_border_at_the_edge_is_closed_along_it() -> None:
    values = np.zeros((20, 30))
    values[:, 15:] = 255
    (line,) = trace_border(values)
    assert abs(area(line)) == np.clip(abs(area(line)), 290, 310)
    assert max(x for x, _ in line) == 30.0
    assert {min(y for _, y in line), max(y for _, y in line)} == {0.0, 20.0}


def test_parts_that_touch_at_a_corner_are_traced_apart() -> None:
    values = np.zeros((6, 6))
    values[:3, :3] = values[3:, 3:] = 255
    assert len(list(trace_border(values))) == 2


def test_mask_without_white_has_no_line() -> None:
    assert list(trace_border(np.zeros((9, 9)))) == []


def test_outline_is_a_small_svg_of_the_masks_shape() -> None:
    svg = draw_outline(mask_of((1536, 1024), ((300, 200, 900, 700), 255)))
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    assert root.attrib["viewBox"] == f"0 0 {TRACED} 160"
    assert [child.tag.rpartition("}")[2] for child in root] == ["path", "path"]
    assert re.fullmatch(r"M[\d. L]+Z", root[0].attrib["d"])
    assert len(svg) < 4_000
    assert b"style" not in svg
