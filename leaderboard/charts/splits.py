"""Geometry of a split: parts of a whole as one bar."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SplitPart:
    """One part of a bar: its name, count, x and width."""

    name: str
    count: int
    x: float
    width: float


def split_bar(counts: Mapping[str, int], *, width: float) -> tuple[SplitPart, ...]:
    """Lay out counts side by side over `width` units in their order; empty parts are left out."""
    total = sum(counts.values())
    parts: list[SplitPart] = []
    before = 0
    for name, count in counts.items():
        if count:
            start, end = width * before / total, width * (before + count) / total
            parts.append(SplitPart(name, count, round(start, 2), round(end - start, 2)))
        before += count
    return tuple(parts)
