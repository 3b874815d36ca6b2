"""Source pictures and masks that catalogue files name: read as entries, loaded as a prompt's pictures."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.catalog.loading.tables import BadCatalogue, Table
from arena.catalog.models import Modality, Prompt, SourceImage
from arena.catalog.sources.source_files import hash_bytes
from arena.catalog.sources.source_paths import find_named_file, read_named_file
from arena.catalog.sources.source_rows import (
    BadSources,
    SourceDraft,
    draft_mask,
    draft_source,
    keep_source,
    relabel,
    set_sources,
)
from arena.pictures.bad_images import BadImage

Role = SourceImage.Role


@dataclass(frozen=True)
class PictureEntry:
    """A picture file with its licence and where it comes from."""

    file: Path
    licence: str
    origin: str


@dataclass(frozen=True)
class PicturesEntry:
    """The pictures of one prompt."""

    sources: tuple[PictureEntry, ...]
    mask: PictureEntry | None


def read_pictures(table: Table, *, folder: Path, usual: dict[str, Any]) -> PicturesEntry | None:
    """Read a prompt's `sources` and `mask`; None without either key, which leaves its pictures alone.

    Each is a path relative to the file, or a table with `file`, `licence` and `origin`; `usual` has the file's own
    licence and origin.
    """
    if "sources" not in table and "mask" not in table:
        return None
    named = table.value("sources", [])
    if not isinstance(named, list) or not named:
        raise table.fail("sources", 'expected a list of paths such as ["sources/cat.png"]')
    mask = table.value("mask")
    return PicturesEntry(
        sources=tuple(_read_picture(table, "sources", each, folder, usual) for each in named),
        mask=None if mask is None else _read_picture(table, "mask", mask, folder, usual),
    )


def _read_picture(table: Table, key: str, raw: object, folder: Path, usual: dict[str, Any]) -> PictureEntry:
    stated = Table({"file": raw} if isinstance(raw, str) else raw, f"{table.where}: {key}")
    try:
        file = find_named_file(stated.text("file"), folder=folder)
    except BadSources as error:
        raise table.fail(key, error.message) from error
    entry = PictureEntry(
        file,
        stated.text("licence", default=usual.get("licence", "CC0-1.0"), longest=60),
        stated.text("origin", default=usual.get("origin", ""), longest=500),
    )
    stated.finish()
    return entry


def load_pictures(prompt: Prompt, entry: PicturesEntry, *, where: str) -> tuple[bool, bool]:
    """Make a prompt's pictures those of its file; tell whether they changed, and whether they would but are frozen.

    Raises BadCatalogue. A file that is known by its hash is not decoded again.
    """
    standing = {(row.role, row.position): row for row in prompt.source_images.all()} if prompt.pk else {}
    try:
        sources = [_draft(each, standing.get((Role.SOURCE, place)), None) for place, each in enumerate(entry.sources)]
        drawn = standing.get((Role.MASK, 0))
        mask = _draft(entry.mask, drawn, sources[0].size) if entry.mask else None
        if prompt.frozen_at is not None:
            wanted = {(Role.SOURCE, place): draft for place, draft in enumerate(sources)}
            wanted |= {(Role.MASK, 0): mask} if mask else {}
            same = {place: row.sha256 for place, row in standing.items()}
            return False, same != {place: draft.values["sha256"] for place, draft in wanted.items()}
        return set_sources(prompt=prompt, sources=sources, mask=mask), False
    except (BadImage, BadSources) as error:
        raise BadCatalogue(f"{where}: sources: {error.message}") from error


def _draft(entry: PictureEntry, row: SourceImage | None, size: tuple[int, int] | None) -> SourceDraft:
    data = read_named_file(entry.file)
    said = {"licence": entry.licence, "origin": entry.origin}
    if row is not None and row.given_sha256 == hash_bytes(data) and size in (None, (row.width, row.height)):
        return relabel(keep_source(row), **said)
    try:
        return draft_source(data, **said) if size is None else draft_mask(data, size=size, **said)
    except BadImage as error:
        raise BadSources(f"{entry.file.name}: {error.message}") from error


def check_pictures(slugs: Collection[str]) -> None:
    """Refuse a catalogue in which one of these prompts has nothing to edit, or has pictures and asks for no edit."""
    named = Prompt.objects.filter(slug__in=slugs)
    shown = named.exclude(state=Prompt.State.DRAFT).filter(category__modality=Modality.IMAGE_EDITING)
    if lacking := shown.exclude(source_images__role=Role.SOURCE).first():
        raise BadCatalogue(f"prompt {lacking.slug}: sources: is missing; its category asks for edits")
    text_only = named.exclude(category__modality=Modality.IMAGE_EDITING)
    if unasked := text_only.filter(source_images__isnull=False).first():
        raise BadCatalogue(f"prompt {unasked.slug}: sources: its category is of the modality text-to-image")
