"""What the prompts of an import ask for: pictures from text, or edits of source images; pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arena.generation.imports.checking import CheckedPicture
from arena.generation.imports.grouping import Piece
from arena.generation.imports.holdings import name_pictures
from arena.generation.imports.import_plan import IMAGE_EDITING, PlannedPrompt, PlannedSource
from arena.generation.imports.particulars.edit_sources import (
    EditPictures,
    PromptPictures,
    SourceFiles,
    find_edit_pictures,
    unused_sources,
)
from arena.generation.imports.prompt_texts import Asked
from arena.generation.imports.reading.folder_files import FoundFile, Remark
from arena.generation.imports.reading.naming import prompt_slug, show_name
from arena.generation.imports.reading.text_files import PromptList, PromptRow

NO_SOURCE = gettext_lazy(
    "Its prompt asks for an edit, but has no source image. Put one into sources/, or name it in the manifest's column "
    "source; --modality text-to-image takes the prompts for pictures from text."
)
OTHER_SIZE = gettext_lazy("It is a mask of another size than the first source image of its prompt.")


def ask_edits(
    pieces: Sequence[Piece], found: SourceFiles, *, rows: Mapping[str, PromptRow], listed: PromptList,
    checked: Mapping[str, CheckedPicture], modality: str,
) -> tuple[Asked, list[Remark], list[Remark]]:  # fmt: skip
    """Return what the prompts ask for, problems with their pictures, and source images of no prompt.

    `rows` are lines of a manifest by file. An import with source images is one of edits, unless `modality` says else.
    """
    chosen = modality or (IMAGE_EDITING if found.are_there else "")
    if chosen != IMAGE_EDITING:
        return Asked(chosen), [], unused_sources(found, [])
    groups: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.key].append(piece)
    used = {key: _find(group, found, rows, listed) for key, group in groups.items()}
    problems = [
        Remark(show_name(file.name), why)
        for each in used.values()
        for file in each.files
        if (why := _why_bad(file, each, checked))
    ]
    bad = {remark.name for remark in problems}
    pictures = {
        key: _checked(each, checked)
        for key, each in used.items()
        if each.sources and not any(show_name(file.name) in bad for file in each.files)
    }
    return Asked(chosen, pictures), problems, unused_sources(found, used.values())


def without_source(prompts: Mapping[str, PlannedPrompt], pieces: Sequence[Piece]) -> list[Remark]:
    """Name the pictures whose new prompt asks for an edit of nothing."""
    return [
        Remark(piece.name, str(NO_SOURCE))
        for piece in pieces
        if (prompt := prompts[piece.key]).pk is None and prompt.modality == IMAGE_EDITING and not prompt.sources
    ]


def say_modality(asked: Asked, *, chosen: str) -> list[Remark]:
    """Say for an import of edits why it is one."""
    if asked.modality != IMAGE_EDITING:
        return []
    why = _("It was chosen.") if chosen else _("There are source images. --modality text-to-image says otherwise.")
    return [Remark(_("New prompts ask for edits"), why)]


def _find(
    group: Sequence[Piece], found: SourceFiles, rows: Mapping[str, PromptRow], listed: PromptList
) -> EditPictures:
    first = group[0]
    named = [rows[piece.name] for piece in group if piece.name in rows]
    if row := listed.find(slug=prompt_slug(first.words), number=first.number):
        named.append(row)
    names = {first.key, prompt_slug(first.words), *(prompt_slug(row.slug) for row in named if row.slug)}
    if first.number is not None:
        names.add(str(first.number))
    return find_edit_pictures(found, names=names, rows=named)


def _why_bad(file: FoundFile, pictures: EditPictures, checked: Mapping[str, CheckedPicture]) -> str:
    own = checked[file.name]
    if own.problem or file is not pictures.mask or not pictures.sources:
        return own.why_not
    first = checked[pictures.sources[0].name].size
    return str(OTHER_SIZE) if first != (0, 0) and own.size != first else ""


def _checked(pictures: EditPictures, checked: Mapping[str, CheckedPicture]) -> PromptPictures:
    sources = tuple(_planned(file, checked) for file in pictures.sources)
    mask = _planned(pictures.mask, checked) if pictures.mask else None
    identity = name_pictures([each.sha256 for each in sources], mask.sha256 if mask else "")
    return PromptPictures(sources, mask, checked[pictures.sources[0].name].size, identity)


def _planned(file: FoundFile, checked: Mapping[str, CheckedPicture]) -> PlannedSource:
    return PlannedSource(file.name, file.path, checked[file.name].sha256)
