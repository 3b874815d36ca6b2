"""The source pictures and masks that rows of a prompt set name, by paths relative to its file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from arena.catalog.models import Prompt, SourceImage
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Row
from arena.catalog.sources.source_files import hash_bytes
from arena.catalog.sources.source_paths import find_named_file, read_named_file
from arena.catalog.sources.source_rows import BadSources, draft_mask, draft_source, set_sources
from arena.pictures.bad_images import BadImage

# What stands between the paths of one cell.
_BETWEEN = re.compile(r"[;|\n]")
PICTURE_FILE = re.compile(r"\.(png|jpe?g|webp|avif|gif|tiff?|bmp|heic)$", flags=re.IGNORECASE)


@dataclass(frozen=True)
class RowPictures:
    """The picture files of a row, found; `hashes` tells its edit from one of the same text with other pictures."""

    sources: tuple[Path, ...]
    mask: Path | None
    hashes: tuple[str, ...]


def split_paths(cell: str) -> list[str]:
    """Return the paths of a cell."""
    return [part.strip() for part in _BETWEEN.split(cell) if part.strip()]


def find_pictures(row: Row, *, folder: Path) -> RowPictures | None:
    """Return the files that a row names; None if it names none. Raises BadPromptFile with its place."""
    names, mask = split_paths(row.values.get("sources", "")), row.values.get("mask", "")
    if not names and not mask:
        return None
    if not names:
        raise BadPromptFile(f"{row.place}: mask: there is no source picture that it is for")
    try:
        sources = tuple(find_named_file(name, folder=folder) for name in names)
        masked = find_named_file(mask, folder=folder) if mask else None
        files = [*sources, *([masked] if masked else [])]
        return RowPictures(sources, masked, tuple(hash_bytes(read_named_file(file)) for file in files))
    except BadSources as error:
        raise BadPromptFile(f"{row.place}: {error.message}") from error


def stored_hashes() -> Mapping[int, tuple[str, ...]]:
    """Return the hashes of each stored prompt's pictures as they came, in the same order, by its key."""
    found: dict[int, list[str]] = {}
    rows = SourceImage.objects.order_by("prompt", "-role", "position").values_list("prompt", "given_sha256")
    for prompt_id, given in rows:
        found.setdefault(prompt_id, []).append(given)
    return {prompt_id: tuple(hashes) for prompt_id, hashes in found.items()}


def store_pictures(made: Sequence[tuple[Row, Prompt, RowPictures]]) -> None:
    """Give stored prompts the pictures of their rows. Raises BadPromptFile with the row's place."""
    for row, prompt, pictures in made:
        said = {"licence": prompt.licence, "origin": prompt.source}
        try:
            sources = [draft_source(read_named_file(file), **said) for file in pictures.sources]
            size = sources[0].size
            mask = draft_mask(read_named_file(pictures.mask), size=size, **said) if pictures.mask else None
            set_sources(prompt=prompt, sources=sources, mask=mask)
        except (BadImage, BadSources) as error:
            raise BadPromptFile(f"{row.place}: {error.message}") from error
