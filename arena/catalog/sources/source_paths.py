"""Picture files that a catalogue file or a prompt set names by path: only inside the folder of the file that does."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from arena.catalog.sources.source_rows import BadSources
from arena.pictures.decoding import MAX_BYTES


def find_named_file(name: str, *, folder: Path) -> Path:
    """Return the file that `name` names, relative to `folder`.

    Raises BadSources for a path that leaves the folder, by itself or through a link, and for what is no file.
    """
    parts = PurePosixPath(name)
    if not name.strip() or "\x00" in name or "\\" in name or parts.is_absolute() or PureWindowsPath(name).drive:
        raise BadSources(f"{name!r} is no relative path such as pictures/cat.png")
    if ".." in parts.parts:
        raise BadSources(
            f"{name!r} leads out of the folder of the file that names it; put the picture beside that file"
        )
    try:
        found = (folder / parts).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise BadSources(f"there is no file {name!r} in {folder.name or folder}/") from error
    if not found.is_relative_to(folder.resolve()):
        raise BadSources(f"{name!r} is a link that leads out of the folder of the file that names it")
    if not found.is_file():
        raise BadSources(f"{name!r} is no file")
    return found


def read_named_file(file: Path) -> bytes:
    """Return the bytes of a found file. Raises BadSources if it cannot be read or is too large for a picture."""
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadSources(f"{file.name} has more than {MAX_BYTES:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise BadSources(f"{file.name} cannot be read: {error.strerror}") from error
