"""Which files are source images and masks of prompts, rather than pictures of contenders; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arena.generation.imports.import_plan import PlannedSource
from arena.generation.imports.reading.file_names import read_name
from arena.generation.imports.reading.folder_files import FoundFile, Remark
from arena.generation.imports.reading.naming import prompt_slug, show_name, tidy_name
from arena.generation.imports.reading.text_files import PromptRow
from arena.languages.written_figures import write_number

SOURCE_FOLDERS = frozenset(("source", "sources", "source images", "source_images", "input", "inputs", "_sources"))
MASK_FOLDERS = frozenset(("mask", "masks", "_masks"))
MOST_SOURCES = 4
LIKE_SOURCES = gettext_lazy(
    "Its pictures are taken for source images of edits, as in sources/<prompt>.png. --no-sources takes the folder for "
    "a contender's."
)
LIKE_MASKS = gettext_lazy("Its pictures are taken for masks of edits: white is where the picture may change.")


@dataclass(frozen=True)
class EditPictures:
    """The source images of one prompt, and its mask."""

    sources: tuple[FoundFile, ...] = ()
    mask: FoundFile | None = None

    @property
    def files(self) -> tuple[FoundFile, ...]:
        """All of them, the mask last."""
        return (*self.sources, self.mask) if self.mask else self.sources


@dataclass(frozen=True)
class PromptPictures:
    """The checked source images of one prompt, and its mask. `identity` is empty without any."""

    sources: tuple[PlannedSource, ...] = ()
    mask: PlannedSource | None = None
    frame: tuple[int, int] | None = None
    identity: str = ""


@dataclass(frozen=True)
class SourceFiles:
    """A folder's pictures without source images and masks; and those, by the folder or row that names them."""

    pictures: tuple[FoundFile, ...]
    sources: tuple[FoundFile, ...] = ()
    masks: tuple[FoundFile, ...] = ()
    remarks: tuple[Remark, ...] = ()
    by_name: Mapping[str, FoundFile] = field(default_factory=dict)

    @property
    def are_there(self) -> bool:
        """Whether anything makes this an import of edits."""
        return bool(self.sources)


def split_sources(
    files: Sequence[FoundFile], *, manifest: Mapping[str, PromptRow] | None, by_folders: bool
) -> SourceFiles:
    """Take source images and masks out of a folder's pictures: what a manifest names so, or what lies in `sources/`.

    Folders count only beside others that are contenders', and only if `by_folders`.
    """
    by_name = {tidy_name(file.name): file for file in files}
    if manifest is not None:
        sources = _named(manifest.values(), by_name, lambda row: split_cell(row.source))
        masks = _named(manifest.values(), by_name, lambda row: split_cell(row.mask))
        taken = {file.name for file in (*sources, *masks)} - {
            by_name[name].name for name in manifest if name in by_name
        }
        rest = tuple(file for file in files if file.name not in taken)
        return SourceFiles(rest, sources, masks, by_name=by_name)
    own = {folder: _in(files, folder) for folder in (SOURCE_FOLDERS, MASK_FOLDERS)}
    sources, masks = own[SOURCE_FOLDERS], own[MASK_FOLDERS]
    taken = {file.name for file in (*sources, *masks)}
    rest = tuple(file for file in files if file.name not in taken)
    if not by_folders or not sources or not any(len(file.parts) > 1 for file in rest):
        return SourceFiles(tuple(files), by_name=by_name)
    remarks = [Remark(_name_folder(sources), str(LIKE_SOURCES))]
    remarks += [Remark(_name_folder(masks), str(LIKE_MASKS))] if masks else []
    return SourceFiles(rest, sources, masks, tuple(remarks), by_name)


def split_cell(cell: str) -> list[str]:
    """Return the files that a cell names, parted by semicolons or bars."""
    names = cell.replace("|", ";").split(";")
    return [tidy_name(name.strip().replace("\\", "/")).removeprefix("./") for name in names if name.strip()]


def find_edit_pictures(found: SourceFiles, *, names: Iterable[str], rows: Iterable[PromptRow]) -> EditPictures:
    """Return the pictures of a prompt: those that its rows name, else those whose files have one of its `names`.

    `names` are slugs, or numbers as text. Several sources are numbered, as in `fox-1.png` and `fox-2.png`.
    """
    for row in rows:
        if wanted := split_cell(row.source):
            sources = tuple(found.by_name[name] for name in wanted if name in found.by_name)
            masks = [found.by_name[name] for name in split_cell(row.mask) if name in found.by_name]
            return EditPictures(sources[:MOST_SOURCES], masks[0] if masks else None)
    known = {name for name in names if name}
    masks = _matching(found.masks, known)
    return EditPictures(tuple(_matching(found.sources, known)[:MOST_SOURCES]), masks[0] if masks else None)


def missing_sources(found: SourceFiles, manifest: Mapping[str, PromptRow] | None) -> list[Remark]:
    """Name the source images and masks that a manifest names, but that are not there."""
    wanted = {
        name: None for row in (manifest or {}).values() for name in (*split_cell(row.source), *split_cell(row.mask))
    }
    why = _("The manifest names it as a source image or mask, but it is not there.")
    return [Remark(show_name(name), why) for name in wanted if name not in found.by_name]


def unused_sources(found: SourceFiles, used: Iterable[EditPictures]) -> list[Remark]:
    """Name the source images and masks that belong to no prompt of the import."""
    taken = {file.name for each in used for file in each.files}
    why = _("No picture of a contender has its name: it is a source image or mask of no prompt.")
    return [Remark(show_name(file.name), why) for file in (*found.sources, *found.masks) if file.name not in taken]


def _named(
    rows: Iterable[PromptRow], by_name: Mapping[str, FoundFile], cells: Callable[[PromptRow], list[str]]
) -> tuple[FoundFile, ...]:
    found = {name: by_name[name] for row in rows for name in cells(row) if name in by_name}
    return tuple(found.values())


def _in(files: Iterable[FoundFile], folders: frozenset[str]) -> tuple[FoundFile, ...]:
    return tuple(file for file in files if len(file.parts) == 2 and file.parts[0].lower() in folders)


def _matching(files: Iterable[FoundFile], names: set[str]) -> list[FoundFile]:
    """Return the files of these names in the order of their numbers; one of just this name comes alone."""
    exact, numbered = [], []
    for file in files:
        stem = tidy_name(file.stem)
        parts = read_name(stem)
        if prompt_slug(stem) in names or (not parts.words and str(parts.number) in names):
            exact.append(file)
        elif parts.words and parts.number is not None and _base(parts.words) in names:
            numbered.append((parts.number, file.name, file))
    return exact[:1] + [file for _number, _name, file in sorted(numbered, key=lambda each: each[:2])]


def _base(words: str) -> str:
    return str(int(words)) if words.isdecimal() else prompt_slug(words)


def _name_folder(files: Sequence[FoundFile]) -> str:
    text = ngettext("{folder}/, {n} picture", "{folder}/, {n} pictures", len(files))
    return text.format(folder=files[0].parts[0], n=write_number(len(files)))
