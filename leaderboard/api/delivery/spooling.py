"""Long downloads, written once into files of the data folder, so that their length, hash and any part are known."""

import hashlib
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings

# A file that was used this many seconds ago still answers for a part: the parts of one reading are of one file.
_FRESH_SECONDS = 60
_KEPT_SECONDS = 3600
_MOST_BYTES = 2 << 30
# How the name of a file begins that is being written.
_NEW = "new-"


class Spooled:
    """A file of the spool. It is opened at once, so its bytes stay readable when it is cleared away."""

    def __init__(self, path: Path) -> None:
        """Raise FileNotFoundError if it was cleared away meanwhile."""
        os.utime(path)
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        _asked, self.state, self.digest = path.name.split("-")
        self.size = os.fstat(self._file).st_size

    def read(self, start: int, stop: int) -> bytes:
        """Some of its bytes."""
        return os.pread(self._file, stop - start, start)


def spool(question: str, state: str, write: Callable[[BinaryIO], None], *, fresh_enough: bool = False) -> Spooled:
    """Return the answer to a question in this state (text without a dash), written by `write` unless it is there.

    With `fresh_enough`, an answer of an earlier state that was used in the last minute will do.
    """
    folder = Path(settings.DATA_DIR) / "downloads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asked = hashlib.sha256(question.encode()).hexdigest()[:32]
    for known in _find(folder, asked, state, fresh_enough=fresh_enough):
        with suppress(FileNotFoundError):
            return Spooled(known)
    # Before writing, so that a full disk does not stay full.
    _clear(folder)
    with _new_file(folder) as out:
        written = _Hashed(out)
        write(written)  # type: ignore[arg-type]  # It has all that writing needs.
        out.flush()
        return Spooled(Path(out.name).rename(folder / f"{asked}-{state}-{written.sha.hexdigest()}"))


@contextmanager
def _new_file(folder: Path) -> Iterator[IO[bytes]]:
    """A file to write. What is not renamed when it is done is deleted."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=_NEW, delete=False) as out:
        try:
            yield out
        finally:
            Path(out.name).unlink(missing_ok=True)


class _Hashed:
    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.sha = out, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha.update(data)
        return self.out.write(data)


def _find(folder: Path, asked: str, state: str, *, fresh_enough: bool) -> Iterator[Path]:
    yield from folder.glob(f"{asked}-{state}-*")
    if fresh_enough:
        since = time.time() - _FRESH_SECONDS
        yield from (path for path in folder.glob(f"{asked}-*") if _used(path) > since)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _clear(folder: Path) -> None:
    """Delete what was not used for an hour, and the least used until the rest fits and leaves half of the room free."""
    total, old, free = 0, time.time() - _KEPT_SECONDS, shutil.disk_usage(folder).free
    for path in sorted(folder.iterdir(), key=_used, reverse=True):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
            does_not_fit = total > min(_MOST_BYTES, free) and not path.name.startswith(_NEW)
            if does_not_fit or _used(path) < old:
                path.unlink()
