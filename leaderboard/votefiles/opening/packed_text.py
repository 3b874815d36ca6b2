"""Opens files of votes as text: UTF-8 or UTF-16, plain or packed by gzip, xz, bzip2 or zip, told apart by content."""

import bz2
import gzip
import lzma
import shlex
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TextIO, cast
from zipfile import BadZipFile, ZipFile

from arena.voting.ledger.exports import BadExport
from leaderboard.votefiles.opening.bad_files import BadVoteFile

_PACKED: dict[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.GzipFile, b"\xfd7zXZ": lzma.LZMAFile, b"BZh": bz2.BZ2File
}  # fmt: skip
_ZIP, _UTF_16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
# The first bytes of files that are no text, and what to do with them.
_FOREIGN = {
    b"\x28\xb5\x2f\xfd": "packed by zstd: unpack it, or pack it by gzip",
    b"ARROW1": "an Arrow file: save it as Parquet",
    b"SQLite format 3": "a database of SQLite: save its table as CSV",
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel: save its sheet as CSV",
    b"version https://git-lfs": "a pointer to a file that Git LFS keeps: `git lfs pull` fetches it",
    b"<": "a web page or XML, no file of votes; a download may have needed a login",
}


def read_start(path: Path) -> bytes:
    """The first bytes of a file. Raises BadExport when it cannot be read."""
    try:
        with path.open("rb") as raw:
            return raw.read(24)
    except OSError as error:
        raise BadExport(f"cannot be read: {error.strerror}") from error


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open text, line ends untouched. Raises BadExport when it cannot be read, BadVoteFile when it is no text."""
    try:
        with _open_bytes(path) as raw:
            start = raw.read(24)
        for mark, what in _FOREIGN.items():
            if start.startswith(mark):
                raise BadVoteFile(f"the file is {what}")
        encoding = "utf-16" if start.startswith(_UTF_16) else "utf-8-sig"
        with _open_bytes(path) as raw, TextIOWrapper(raw, encoding=encoding, newline="") as text:
            yield text
    except UnicodeDecodeError as error:
        copy = f"iconv -f WINDOWS-1252 -t UTF-8 {shlex.quote(str(path))} > utf8-votes"
        raise BadExport(f"damaged or not UTF-8 text: {error}. If it is Western European text: {copy}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, BadZipFile, RuntimeError) as error:
        raise BadExport(f"damaged, or packed with a password: {error}") from error
    except OSError as error:
        raise BadExport(f"cannot be read: {error.strerror or error}") from error


def _open_bytes(path: Path) -> IO[bytes]:
    start = read_start(path)
    for mark, unpack in _PACKED.items():
        if start.startswith(mark):
            return cast(IO[bytes], unpack(path))
    return _open_zip(path) if start.startswith(_ZIP) else path.open("rb")


def _open_zip(path: Path) -> IO[bytes]:
    """The only file in a zip archive."""
    archive = ZipFile(path)
    names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise BadVoteFile("the file is a workbook of Excel or LibreOffice: save its sheet as CSV")
    if len(names) != 1:
        raise BadVoteFile(f"the file is packed by zip and holds {len(names)} files: unpack it")
    return archive.open(names[0])
