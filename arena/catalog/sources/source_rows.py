"""The pictures of editing prompts: stored under their hash, written as rows, copied, read."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from arena.catalog.models import Modality, Prompt, SourceImage
from arena.catalog.source_cleaning import lock_files
from arena.catalog.sources.source_files import SourceFile, prepare_mask, prepare_source
from arena.errors import Conflict, DomainError

Role = SourceImage.Role
MOST = 4
# What makes two pictures of a prompt the same one.
_VALUES = ("sha256", "given_sha256", "storage_key", "media_type", "width", "height", "byte_size", "licence", "origin")


class BadSources(DomainError):
    """These pictures cannot be a prompt's; the message says why."""

    code = "bad_sources"


@dataclass(frozen=True)
class SourceDraft:
    """A picture that is to become a prompt's: its row's values, and its bytes unless they are stored already."""

    values: dict[str, Any]
    data: bytes | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.values["width"], self.values["height"]


def draft_source(data: bytes, *, licence: str, origin: str = "") -> SourceDraft:
    """Check a source picture and prepare it for storing. Raises BadImage."""
    return _draft(prepare_source(data), licence, origin)


def draft_mask(data: bytes, *, size: tuple[int, int], licence: str, origin: str = "") -> SourceDraft:
    """Check the mask of a first source of this size and prepare it for storing. Raises BadImage."""
    return _draft(prepare_mask(data, size=size), licence, origin)


def keep_source(row: SourceImage) -> SourceDraft:
    """Return a stored picture as a draft, for this prompt or another one."""
    return SourceDraft({name: getattr(row, name) for name in _VALUES})


def _draft(file: SourceFile, licence: str, origin: str) -> SourceDraft:
    sha256 = file.sha256
    values = {
        "sha256": sha256,
        "given_sha256": file.given_sha256,
        "storage_key": f"sources/{sha256[:2]}/{sha256}",
        "media_type": file.media_type,
        "width": file.width,
        "height": file.height,
        "byte_size": len(file.data),
        "licence": licence,
        "origin": origin,
    }
    return SourceDraft(values, file.data)


@transaction.atomic
def set_sources(*, prompt: Prompt, sources: Sequence[SourceDraft], mask: SourceDraft | None = None) -> bool:
    """Make these the prompt's pictures, in this order; tell whether anything changed.

    Files are written before their rows; what no row names any more is deleted. Raises BadSources for a combination
    that no prompt may have, Conflict for a change of a frozen prompt.
    """
    check_sources(prompt=prompt, sources=sources, mask=mask)
    wanted: dict[tuple[str, int], SourceDraft] = {(Role.SOURCE, place): draft for place, draft in enumerate(sources)}
    if mask is not None:
        wanted[Role.MASK, 0] = mask
    standing = {(row.role, row.position): row for row in prompt.source_images.all()}
    same = {
        place for place, row in standing.items() if place in wanted and keep_source(row).values == wanted[place].values
    }
    if len(same) == len(standing) == len(wanted):
        return False
    if prompt.frozen_at is not None:
        raise Conflict(
            _("%(title)s has generations or votes: its pictures are frozen. Supersede it.") % {"title": prompt.title}
        )
    lock_files(alone=False)
    for draft in wanted.values():
        store_file(draft)
    for place, row in standing.items():
        if place not in same:
            row.delete()
    SourceImage.objects.bulk_create(
        SourceImage(prompt=prompt, role=role, position=position, **draft.values)
        for (role, position), draft in wanted.items()
        if (role, position) not in same
    )
    return True


def check_sources(*, prompt: Prompt, sources: Sequence[SourceDraft], mask: SourceDraft | None) -> None:
    """Refuse a combination of pictures that this prompt cannot have. Raises BadSources."""
    said = {"title": prompt.title, "most": MOST, "count": len(sources)}
    if prompt.category.modality != Modality.IMAGE_EDITING and (sources or mask):
        raise BadSources(_("%(title)s is of a text-to-image category, whose prompts have no source pictures.") % said)
    if len(sources) > MOST:
        raise BadSources(_("Source pictures of %(title)s: %(count)d; at most %(most)d are possible.") % said)
    if mask is not None and not sources:
        raise BadSources(_("%(title)s has a mask, but no source picture that it is for.") % said)
    if mask is not None and mask.size != sources[0].size:
        raise BadSources(_("The mask of %(title)s has another size than its first source picture.") % said)


def copy_sources(*, prompt: Prompt, to: Prompt) -> None:
    """Give another prompt the same pictures; both name the same files."""
    with transaction.atomic():
        lock_files(alone=False)
        SourceImage.objects.bulk_create(
            SourceImage(prompt=to, role=row.role, position=row.position, **keep_source(row).values)
            for row in prompt.source_images.all()
        )


def read_source(row: SourceImage) -> bytes:
    """Return the stored file of a source or mask. Raises FileNotFoundError."""
    with default_storage.open(row.storage_key) as file:
        data: bytes = file.read()
    return data


def relabel(draft: SourceDraft, *, licence: str, origin: str) -> SourceDraft:
    """Return the draft with another licence and origin."""
    return replace(draft, values={**draft.values, "licence": licence, "origin": origin})


def store_file(draft: SourceDraft) -> None:
    """Store the bytes unless they are there.

    A file of another length is incomplete: a process was killed while it wrote it, or is writing it just now. The one
    that is written then is replaced, so a writer that finds its file gone looks again.
    """
    key, data = draft.values["storage_key"], draft.data
    while data is not None and not _is_stored(key, len(data)):
        default_storage.delete(key)
        with suppress(FileNotFoundError):
            written = default_storage.save(key, ContentFile(data))
            if written != key:
                default_storage.delete(written)


def _is_stored(key: str, length: int) -> bool:
    try:
        return default_storage.exists(key) and default_storage.size(key) == length
    except FileNotFoundError:
        return False
