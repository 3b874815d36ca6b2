"""The backup file: a tar. Its first member marks it as a backup; its last is the hash of every byte before it."""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO

from arena.errors import DomainError

FORMAT = 1
MARK, KEY, CONTENTS, SEAL = "easel-backup", "secret_key", "contents.json", "sha256"
TABLES, FILES = "database/", "media/"
_BLOCK = 1 << 20


class BadBackup(DomainError):
    """The file is not a backup, is damaged, or has a format that this release does not read."""

    code = "bad_backup"


@dataclass(frozen=True)
class Table:
    """One table: its column names in order, its number of rows, and each sequence by column: (last value, is used)."""

    columns: list[str]
    rows: int
    sequences: dict[str, tuple[int, bool]]


@dataclass(frozen=True)
class Contents:
    """What a backup holds. `missing` lists the files that rows name but that did not exist.

    `key_stored` is false where the operator keeps the key. `key_mark` identifies the key without revealing it.
    """

    release: str
    made_at: str
    migrations: list[tuple[str, str]]
    tables: dict[str, Table]
    files: int
    missing: list[str]
    key_stored: bool
    key_mark: str
    format: int = FORMAT


class ArchiveWriter:
    """Writes members one by one, with only one in memory. The file is a backup only after `seal`."""

    def __init__(self, file: IO[bytes], *, moment: float) -> None:
        self._file, self._moment, self._sha256 = file, int(moment), hashlib.sha256()
        self.add(MARK, f"{FORMAT}\n".encode())

    def add(self, name: str, data: bytes) -> None:
        """Append a member."""
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = len(data), self._moment, 0o600
        # A TarFile would keep a record of every member in memory.
        for part in (member.tobuf(), data, bytes(-len(data) % tarfile.BLOCKSIZE)):
            self._sha256.update(part)
            self._file.write(part)

    def seal(self, contents: Contents) -> None:
        """Append the description and the hash of every byte before it, then end the tar."""
        self.add(CONTENTS, json.dumps(asdict(contents), ensure_ascii=False, indent=1).encode())
        self.add(SEAL, self._sha256.hexdigest().encode())
        self._file.write(bytes(2 * tarfile.BLOCKSIZE))


def read_contents(path: Path) -> Contents:
    """Check the whole backup and return what it holds. Raises BadBackup, or OSError if the file cannot be read."""
    description, seal, end = b"", b"", 0
    try:
        with _open_marked(path) as tar:
            for member in _members(tar):
                description = _read(tar, member) if member.name == CONTENTS else description
                seal, end = (_read(tar, member), member.offset) if member.name == SEAL else (b"", 0)
    except tarfile.TarError as error:
        raise BadBackup(f"{path} is damaged or incomplete: {error}.") from error
    if not seal:
        raise BadBackup(f"{path} is damaged or incomplete: its end is missing.")
    if _hash_start(path, end) != seal.decode(errors="replace"):
        raise BadBackup(f"{path} is damaged: its content is not what was backed up.")
    try:
        stated = json.loads(description)
        return Contents(**stated | {"tables": {name: Table(**table) for name, table in stated["tables"].items()}})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadBackup(f"{path} does not say what it holds as this release reads it.") from error


def read_members(path: Path, kind: str) -> Iterator[tuple[str, bytes]]:
    """Yield (name without `kind`, content) of the members whose names begin with `kind`, in file order."""
    with _open_marked(path) as tar:
        for member in _members(tar):
            if member.name.startswith(kind):
                yield member.name.removeprefix(kind), _read(tar, member)


@contextmanager
def _open_marked(path: Path) -> Iterator[tarfile.TarFile]:
    with ExitStack() as stack:
        try:
            tar = stack.enter_context(tarfile.open(path, "r:"))
            first = _next(tar)
            mark = _read(tar, first).decode(errors="replace").strip() if first and first.name == MARK else None
        except tarfile.TarError as error:
            raise BadBackup(f"{path} is not a backup of Easel.") from error
        if mark is None:
            raise BadBackup(f"{path} is not a backup of Easel.")
        if mark != str(FORMAT):
            raise BadBackup(f"{path} has format {mark}, and this release reads {FORMAT}: use the release that made it.")
        yield tar


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := _next(tar)) is not None:
        tar.members.clear()  # type: ignore[attr-defined]  # It would keep a record of every member.
        yield member


def _next(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    """Return the next member, None at the end. Raises ReadError for a link, a folder, or another that is no file."""
    member = tar.next()
    if member is not None and member.type != tarfile.REGTYPE:
        raise tarfile.ReadError(f"{member.name} is not a plain file")
    return member


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    # Read in parts: a member may state any size, and no more is to be allocated than the file holds.
    return b"" if content is None else b"".join(iter(partial(content.read, _BLOCK), b""))


def _hash_start(path: Path, size: int) -> str:
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (data := file.read(min(_BLOCK, size))):
            sha256.update(data)
            size -= len(data)
    return sha256.hexdigest()
