"""What lies in a folder to import: pictures, texts beside them, what is ignored, and what cannot be read."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from arena.generation.imports.reading.file_names import GRID
from arena.generation.imports.reading.naming import show_name
from arena.languages.written_figures import write_number
from arena.pictures.formats.file_kinds import find_format

PICTURES = frozenset(
    (
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".webp",
        ".avif",
        ".gif",
        ".tif",
        ".tiff",
        ".bmp",
        ".heic",
        ".heif",
        ".mpo",
        ".jxl",
        ".jp2",
    )
)
TEXTS = frozenset((".txt", ".caption"))
PROMPT_LISTS = frozenset(("prompts.txt", "prompts.csv", "prompts.tsv", "prompts.jsonl"))
# Folders that systems, sync programs and viewers make.
SYSTEM_FOLDERS = frozenset(
    (
        "__macosx", "@eadir", "#recycle", "#snapshot", "$recycle.bin", "recycler", "system volume information",
        "lost+found", "found.000", "network trash folder", "temporary items", "thumbnails", "thumbs", "_thumbs",
        "__pycache__", "node_modules",
    )
)  # fmt: skip
SYSTEM_FILES = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"))
# A picture's kind is told from so many of its first bytes.
HEAD = 256


@dataclass(frozen=True)
class FoundFile:
    """A file by its name below the folder (parts joined by `/`), and where its bytes are."""

    name: str
    path: Path

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders it is in, then its own name."""
        return PurePosixPath(self.name).parts

    @property
    def stem(self) -> str:
        """Its own name without the ending."""
        return self.parts[-1].removesuffix(self.suffix)

    @property
    def suffix(self) -> str:
        """The ending of its name with the dot, as written."""
        return PurePosixPath(self.name).suffix


@dataclass(frozen=True)
class Remark:
    """A file or folder by its name for people, and what is said of it."""

    name: str
    why: str


def name_with_more(name: str, more: int) -> str:
    """Return a name, and how many more there are of its kind."""
    return _("{name} and {n} more").format(name=name, n=write_number(more)) if more else name


@dataclass(frozen=True)
class FolderFiles:
    """A folder's files by what they are; `label` names the folder for people."""

    label: str
    pictures: tuple[FoundFile, ...]
    texts: tuple[FoundFile, ...]
    ignored: tuple[Remark, ...]
    problems: tuple[Remark, ...]


def read_folder(folder: Path) -> FolderFiles:
    """Return what lies in a folder of this machine. Links to folders are not followed."""
    ignored: list[Remark] = []
    problems: list[Remark] = []
    files = sorted(_walk(folder, ignored, problems), key=lambda file: file.name)
    return sort_files(folder.resolve().name, files, ignored=ignored, problems=problems)


def sort_files(
    label: str, files: list[FoundFile], *, ignored: list[Remark] | None = None, problems: list[Remark] | None = None
) -> FolderFiles:
    """Sort files into pictures, texts and what is ignored; sidecars of other kinds are ignored, too."""
    pictures, texts, remarks, troubles = [], [], list(ignored or []), list(problems or [])
    for file in files:
        if why := _stray(file):
            remarks.append(Remark(show_name(file.name), why))
        elif not file.path.is_file():
            troubles.append(
                Remark(show_name(file.name), _("It is not a file, or is a link to a folder or to nothing."))
            )
        elif file.suffix.lower() in TEXTS or file.parts[-1].lower() in PROMPT_LISTS:
            texts.append(file)
        elif file.suffix.lower() in PICTURES or _begins_as_picture(file.path):
            pictures.append(file)
        else:
            remarks.append(Remark(show_name(file.name), _("It is not a picture.")))
    return FolderFiles(label, tuple(pictures), tuple(texts), tuple(remarks), tuple(troubles))


def why_ignored(file: FoundFile) -> str:
    """Say why a file is ignored by its name alone, without a look at its bytes; or nothing."""
    is_known = file.suffix.lower() in PICTURES | TEXTS or file.parts[-1].lower() in PROMPT_LISTS
    return _stray(file) or ("" if is_known else _("It is not a picture."))


def _stray(file: FoundFile) -> str:
    """Say why a file is ignored whatever it holds, or nothing."""
    *folders, name = file.parts
    if any(folder.startswith(".") or folder.lower() in SYSTEM_FOLDERS for folder in folders):
        return _("Its folder is hidden, or is one that systems make.")
    if name.startswith("."):
        return _("It is a hidden file.")
    if name.lower() in SYSTEM_FILES:
        return _("Windows made it.")
    if name.lower() == "log.html":
        return _("It is a generator's log.")
    if file.suffix.lower() in PICTURES and GRID.fullmatch(file.stem):
        return _("It is an overview of several pictures, as A1111 makes them.")
    return ""


def _begins_as_picture(path: Path) -> bool:
    """Tell whether the first bytes are those of a picture."""
    try:
        with path.open("rb") as file:
            return bool(find_format(file.read(HEAD)))
    except OSError:
        return False


def _walk(folder: Path, ignored: list[Remark], problems: list[Remark]) -> Iterator[FoundFile]:
    def note(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        problems.append(Remark(show_name(name), _("It cannot be read ({why}).").format(why=error.strerror)))

    for base, folders, names in os.walk(folder, onerror=note):
        links = [name for name in folders if Path(base, name).is_symlink()]
        hidden = [name for name in folders if name.startswith(".") or name.lower() in SYSTEM_FOLDERS]
        for name in hidden:
            shown = show_name(Path(base, name).relative_to(folder).as_posix())
            ignored.append(Remark(f"{shown}/", _("It is a hidden folder, or one that systems make.")))
        folders[:] = sorted(name for name in folders if name not in {*hidden, *links})
        for name in (*names, *(link for link in links if link not in hidden)):
            path = Path(base, name)
            yield FoundFile(path.relative_to(folder).as_posix(), path)
