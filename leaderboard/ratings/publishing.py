"""How results are published: rounded so that every machine prints the same digits, and hashed as printed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from leaderboard.ratings.results import BoardResult, ContenderResult, PositionEffect

Line = TypeVar("Line", ContenderResult, PositionEffect)

DECIMALS = 6


def publish(result: BoardResult) -> BoardResult:
    """The result with every float rounded to 1e-6; publishing twice changes nothing."""
    effect = result.position_effect
    return replace(
        result,
        contenders=tuple(publish_line(line) for line in result.contenders),
        position_effect=effect and publish_line(effect),
    )


def publish_line(line: Line) -> Line:
    """One line, or the position effect, with every float rounded to 1e-6."""
    floats: dict[str, Any] = {
        name: round_published(value) for name, value in vars(line).items() if isinstance(value, float)
    }
    return replace(line, **floats)


def hash_lines(lines: Iterable[ContenderResult]) -> str:
    """SHA-256 (hex) of the canonical JSON of the lines as published, by contender: the board's `output_hash`."""
    published = sorted((_as_json(publish_line(line)) for line in lines), key=lambda line: str(line["contender"]))
    return hashlib.sha256(json.dumps(published, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def hash_positions(positions: Iterable[int]) -> str:
    """SHA-256 (hex) of positions in rising order, in decimal, each with a line feed: a snapshot's `exclusions_hash`."""
    return hashlib.sha256("".join(f"{position}\n" for position in sorted(positions)).encode()).hexdigest()


def _as_json(line: ContenderResult) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(line).items()}


def round_published(value: float) -> float:
    """Round to the published decimals; a negative zero becomes zero."""
    return round(value, DECIMALS) + 0.0
