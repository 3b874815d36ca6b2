"""Files on their way from a browser into an import: listed first, sent one by one, staged in the data folder."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.errors import Conflict, DomainError, NotFound
from arena.generation.imports.checking import CheckedPicture, check_picture
from arena.generation.imports.reading.folder_files import (
    PICTURES,
    FolderFiles,
    FoundFile,
    Remark,
    sort_files,
    why_ignored,
)
from arena.generation.imports.reading.naming import UNWRITABLE, shorten_name, show_name
from arena.generation.models import Upload
from arena.languages.written_figures import write_number
from arena.languages.written_messages import write_message
from arena.pictures.decoding import MAX_BYTES, too_large

MAX_FILES, MAX_TOTAL, MAX_PATH = 20_000, 50 * 2**30, 1000
# The disk must have this much left when everything has come: originals and renditions need room, too.
RESERVE = 2**30
CHUNK = 2**16


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Listed:
    """A file as the browser lists it: its path below the chosen folder, its size, and its time of change."""

    name: str
    size: int
    changed: int


def begin_upload(*, files: Sequence[Listed], user: AbstractBaseUser) -> Upload:
    """Return the upload of this folder: one that the user has begun before with the same files, or a new one.

    Raises DomainError for paths and sizes that are not accepted, and without room on the disk.
    """
    _refuse_bad(files)
    ordered = sorted(files, key=lambda file: file.name)
    digest = hashlib.sha256(json.dumps([astuple(file) for file in ordered]).encode()).hexdigest()
    same = Upload.objects.filter(created_by_id=user.pk, digest=digest, state=Upload.State.OPEN)
    if (known := same.first()) is not None:
        same.filter(pk=known.pk).update(touched_at=timezone.now())
        return known
    wanted = sum(file.size for file in files if not why_ignored(FoundFile(file.name, Path())))
    if wanted + RESERVE > shutil.disk_usage(settings.DATA_DIR).free:
        raise DomainError(_("The disk of this arena has no room for so many pictures. Make room, or import fewer."))
    label, names = _without_root([file.name for file in ordered])
    rows = [[name, file.size] for name, file in zip(names, ordered, strict=True)]
    return Upload.objects.create(label=label, listing=rows, digest=digest, created_by_id=user.pk)


def missing_files(upload: Upload) -> list[int]:
    """Return the numbers of the files that are still to be sent: not those whose names say that they are ignored."""
    return [number for number, size in _wanted(upload) if _size(_file(upload, number)) != size]


def receive_file(*, upload: Upload, number: int, stream: Stream) -> None:
    """Store one file, and check it if it is a picture. Raises NotFound, Conflict, and DomainError for a wrong size."""
    if upload.state != Upload.State.OPEN:
        raise _ended()
    size = dict(_wanted(upload)).get(number)
    if size is None:
        raise NotFound(_("There is no such file in this import."))
    path = _file(upload, number)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two tabs may send the same file at once: each writes its own.
    part, check = (path.with_name(f"{path.name}-{secrets.token_hex(8)}.{kind}") for kind in ("part", "check"))
    try:
        _write_whole(part, stream, size)
        if Path(upload.listing[number][0]).suffix.lower() in PICTURES:
            check.write_text(json.dumps(asdict(check_picture((part, "")))))
        _put_in_place(upload, part, check, path)
    except FileNotFoundError as error:
        raise _ended() from error
    finally:
        part.unlink(missing_ok=True)
        check.unlink(missing_ok=True)
        if not Upload.objects.filter(pk=upload.pk).exists():
            # It was discarded meanwhile, with all files that were there then.
            remove_staged(upload)


def _write_whole(part: Path, stream: Stream, size: int) -> None:
    with part.open("wb") as file:
        left = size + 1
        while left and (chunk := stream.read(min(CHUNK, left))):
            file.write(chunk)
            left -= len(chunk)
    if left != 1:
        raise DomainError(_("The file did not come whole. Send it again."))


def _put_in_place(upload: Upload, part: Path, check: Path, path: Path) -> None:
    """Give a file and its check their names, unless the import has begun or was discarded meanwhile."""
    row = Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN)
    with transaction.atomic():
        # This locks the row, so nothing begins or is discarded before both have their names.
        if not row.update(touched_at=timezone.now()):
            raise _ended()
        if check.exists():
            check.rename(path.with_suffix(".json"))
        part.rename(path)


def _ended() -> Conflict:
    return Conflict(_("This import has begun, or was removed; nothing can be added to it."))


def staged_folder(upload: Upload) -> FolderFiles:
    """Return the upload's files as a folder."""
    found, ignored, problems = [], [], []
    for number, (name, size) in enumerate(upload.listing):
        file = FoundFile(name, _file(upload, number))
        if why := why_ignored(file):
            ignored.append(Remark(show_name(name), why))
        elif size > MAX_BYTES:
            said = too_large(size)
            problems.append(Remark(name, write_message(said.message, said.values)))
        else:
            found.append(file)
    return sort_files(upload.label, found, ignored=ignored, problems=problems)


def read_checks(tasks: Sequence[tuple[Path, str]]) -> list[CheckedPicture]:
    """Return what was found when the staged pictures came."""
    return [CheckedPicture(**json.loads(path.with_suffix(".json").read_text())) for path, _known in tasks]


def remove_staged(upload: Upload) -> None:
    """Delete an upload's files."""
    shutil.rmtree(_folder(upload), ignore_errors=True)


def _folder(upload: Upload) -> Path:
    return Path(settings.DATA_DIR) / "uploads" / upload.token.hex


def _file(upload: Upload, number: int) -> Path:
    # Named by its number: what a browser sends never becomes a path.
    return _folder(upload) / f"{number:06}"


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _wanted(upload: Upload) -> list[tuple[int, int]]:
    """Return number and size of each file that is to be sent."""
    return [
        (number, size)
        for number, (name, size) in enumerate(upload.listing)
        if not why_ignored(FoundFile(name, Path())) and size <= MAX_BYTES
    ]


def _refuse_bad(files: Sequence[Listed]) -> None:
    if not 0 < len(files) <= MAX_FILES:
        raise DomainError(_("Choose a folder with 1 to {most} files.").format(most=write_number(MAX_FILES)))
    if sum(file.size for file in files) > MAX_TOTAL:
        raise DomainError(
            _("These files have more than {most} GB. Import them in parts.").format(
                most=write_number(MAX_TOTAL // 2**30)
            )
        )
    for file in files:
        parts = file.name.split("/")
        if UNWRITABLE.search(file.name) or len(file.name) > MAX_PATH or not all(parts) or {".", ".."} & set(parts):
            raise DomainError(
                _("“%(name)s” is no path below a folder.") % {"name": show_name(shorten_name(file.name, 80))}
            )
    if len({file.name for file in files}) < len(files):
        raise DomainError(_("Two files have the same path."))


def _without_root(names: Sequence[str]) -> tuple[str, list[str]]:
    """Return the chosen folder's name and the paths below it. A folder of one contender keeps its name in the paths."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names) and any(name.count("/") > 1 for name in names):
        return shorten_name(min(tops), 200), [name.partition("/")[2] for name in names]
    return "upload", list(names)


def as_listed(rows: Any) -> list[Listed]:
    """Read a browser's list of [path, size, time]. Raises DomainError if it is none."""
    try:
        return [Listed(str(name), max(0, int(size)), int(changed)) for name, size, changed in rows]
    except (TypeError, ValueError, OverflowError) as error:
        raise DomainError(_("This is no list of files.")) from error
