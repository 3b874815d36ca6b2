"""Files that say which contenders have no picture of which prompts, as `manage.py picture_gaps` writes them."""

import json
from pathlib import Path
from typing import Any

from arena.errors import DomainError
from leaderboard.ratings.columns.picture_gaps import PictureGaps


class BadGaps(DomainError):
    """A file does not say who lacks a picture of what, or not what its hash names."""

    code = "bad_gaps"


def read_gaps(path: Path) -> PictureGaps:
    """Read `{"hash": …, "missing": {prompt: [contender, …]}, "refused": {…}}`. Raises BadGaps."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise BadGaps(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadGaps(f"{path}: is not JSON: {error}") from error
    if not isinstance(found, dict) or set(found) - {"hash", "missing", "refused"}:
        raise BadGaps(f"{path}: must be an object with `missing` and `refused`")
    gaps = PictureGaps(*(_read_map(path, name, found.get(name)) for name in ("missing", "refused")))
    if found.get("hash", gaps.hash) != gaps.hash:
        raise BadGaps(f"{path}: its hash is {gaps.hash}, not the {found['hash']} that it states")
    return gaps


def write_gaps(gaps: PictureGaps) -> dict[str, Any]:
    """Return the maps in the form that `read_gaps` reads."""
    return {"hash": gaps.hash} | {
        name: {prompt: list(lacking) for prompt, lacking in own.items()}
        for name, own in (("missing", gaps.missing), ("refused", gaps.refused))
    }


def _read_map(path: Path, name: str, found: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(found, dict) or not all(
        isinstance(lacking, list) and all(isinstance(each, str) for each in lacking) for lacking in found.values()
    ):
        raise BadGaps(f'{path}: `{name}` must be a map such as {{"a-prompt": ["a-contender"]}}')
    return {prompt: tuple(sorted(found[prompt])) for prompt in sorted(found)}
