"""Long downloads, written once into files of the data folder, so that their length, hash and any part are known."""

import hashlib
import os
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO

from django.conf import settings

# A file that was used this many seconds ago still answers for a part: the parts of one reading are of one file.
_FRESH_SECONDS = 60
_KEPT_SECONDS = 3600
_MOST_BYTES = 2 << 30


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
    with tempfile.NamedTemporaryFile(dir=folder, prefix="new-", delete=False) as out:
        written = _Hashed(out)
        write(written)  # type: ignore[arg-type]  # It has all that writing needs.
    path = Path(out.name).rename(folder / f"{asked}-{state}-{written.sha.hexdigest()}")
    written_file = Spooled(path)
    _clear(folder, keep=path)
    return written_file


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


def _clear(folder: Path, *, keep: Path) -> None:
    """Delete what was not used for an hour, and the least used until the rest fits."""
    total, old = 0, time.time() - _KEPT_SECONDS
    for path in sorted(folder.iterdir(), key=_used, reverse=True):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
            if path != keep and (_used(path) < old or total > _MOST_BYTES):
                path.unlink()
