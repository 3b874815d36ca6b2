"""Draws the pictures that curated editing prompts ship: `python -m tests.drawn_sources` writes what has changed."""

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from arena.painters.edits.edit_scenes import is_edit, parse_edit
from arena.painters.edits.editing import draw_mask, draw_sources

FOLDER = Path(__file__).parents[1] / "arena" / "catalog" / "data" / "prompts"
# So many colours make a file a third as large as all of them do, and nobody sees the difference.
COLOURS = 96


def editing_prompts() -> Iterator[dict[str, Any]]:
    """Yield the curated prompts that ask for an edit, as their files have them."""
    for file in sorted(FOLDER.glob("*.toml")):
        for prompt in tomllib.loads(file.read_text("utf-8"))["prompt"]:
            if is_edit(prompt.get("scene")):
                yield prompt


def drawn_files(prompt: dict[str, Any]) -> Iterator[tuple[str, Image.Image]]:
    """Yield the name of each picture of a prompt, and the picture."""
    edit = parse_edit(prompt["scene"])
    yield from zip(prompt["sources"], draw_sources(edit), strict=True)
    if "mask" in prompt:
        yield prompt["mask"], draw_mask(edit)


def encode(picture: Image.Image) -> bytes:
    """Return a picture as it is shipped: a PNG of few colours, or in one channel for a mask."""
    file = io.BytesIO()
    small = picture if picture.mode == "L" else picture.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def write_sources() -> int:
    """Write each picture whose file differs, delete those that no prompt names; return how many bytes all have."""
    named, total = set(), 0
    for prompt in editing_prompts():
        for name, picture in drawn_files(prompt):
            file, data = FOLDER / name, encode(picture)
            file.parent.mkdir(exist_ok=True)
            if not file.exists() or file.read_bytes() != data:
                file.write_bytes(data)
            named.add(file)
            total += len(data)
    for stray in set((FOLDER / "sources").glob("*")) - named:
        stray.unlink()
    return total


if __name__ == "__main__":
    print(f"{write_sources():,} bytes")  # noqa: T201 - the command's answer.
