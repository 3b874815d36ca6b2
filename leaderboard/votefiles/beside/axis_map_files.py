"""Files that say which axes each prompt tests, as they are exported beside a ledger."""

import json
from pathlib import Path
from typing import Any

from arena.errors import DomainError
from leaderboard.ratings.columns.prompt_axes import PromptAxes


class BadAxisMap(DomainError):
    """A file is no map from prompts to axes, or not the one that its hash names."""

    code = "bad_axis_map"


def read_axis_map(path: Path) -> PromptAxes:
    """Read `{"hash": …, "prompts": {prompt: [axis, …]}}`, or its inner table alone. Raises BadAxisMap."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise BadAxisMap(f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadAxisMap(f"is not JSON: {error}") from error
    inner = found.get("prompts", found) if isinstance(found, dict) else found
    axes = PromptAxes.from_pairs((prompt, axis) for prompt, named in _tables(inner) for axis in named)
    stated = found.get("hash") if inner is not found else None
    if stated is not None and stated != axes.hash:
        raise BadAxisMap(f"its hash is {axes.hash}, not the {stated} that it states")
    return axes


def write_axis_map(axes: PromptAxes) -> dict[str, Any]:
    """Return the map in the form that `read_axis_map` reads."""
    return {"hash": axes.hash, "prompts": {prompt: list(named) for prompt, named in axes.by_prompt.items()}}


def _tables(found: Any) -> list[tuple[str, list[str]]]:
    if not isinstance(found, dict) or not all(
        isinstance(axes, list) and all(isinstance(axis, str) and axis for axis in axes) for axes in found.values()
    ):
        raise BadAxisMap('is not a map such as {"prompts": {"a-prompt": ["fine-detail", "storytelling"]}}')
    return list(found.items())
