"""Counts that outlive their process and that every process can add up: numbers in files of the data folder.

Each process of the web server and of the workers has a slot: files of its own, which the next process with this slot
goes on with. So sums never fall, however often programs are started again, and there are never more files than there
were processes at the same time.
"""

import fcntl
import json
import os
import struct
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import structlog
from django.conf import settings
from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

# The files have their full size before they are mapped: a full disk is then an error here, and not the end of the
# process at some later count. Labels are bounded, so they stay below it.
FILE_BYTES = 2**20
_KINDS = ("counter", "histogram", "gauge_livesum")

log = structlog.get_logger(__name__)


class Slots:
    """The slots of one folder. A lock on its file says that a slot is taken; it ends with its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[int, int] = {}

    def own(self) -> int:
        """Return the number of this process's slot; a copy of the process takes another. Raises OSError."""
        process = os.getpid()
        if process not in self._held:
            self._held[process] = self._take()
        return self._held[process]

    def forget_ended(self) -> None:
        """Delete what ended processes had in use at their end; their counts stay."""
        for number in self._numbers():
            lock = self._open(number)
            if _is_taken_by_us(lock):
                self._file("gauge_livesum", number).unlink(missing_ok=True)
            os.close(lock)

    def _take(self) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in count():
            # It stays open until the process ends, and the lock with it.
            lock = self._open(number)
            if _is_taken_by_us(lock):
                self._file("gauge_livesum", number).unlink(missing_ok=True)
                for kind in _KINDS:
                    _prepare(self._file(kind, number))
                return number
            os.close(lock)
        raise AssertionError("Counting does not end.")

    def _numbers(self) -> Iterator[int]:
        return (int(path.name.removeprefix("slot-")) for path in self.folder.glob("slot-*"))

    def _open(self, number: int) -> int:
        return os.open(self.folder / f"slot-{number}", os.O_RDWR | os.O_CREAT, 0o600)

    def _file(self, kind: str, number: int) -> Path:
        return self.folder / f"{kind}_{number}.db"


def share_values() -> Slots | None:
    """Let metrics that are made from now on be shared, if metrics are on and this is a web server or a worker.

    Return the slots, or None where counts stay in this process.
    """
    if settings.PROGRAM == "command" or not (settings.METRICS_TOKEN or settings.METRICS_PORT):
        return None
    slots = Slots(settings.DATA_DIR / "metrics")
    try:
        slots.own()
    except OSError as error:
        log.warning("metrics not shared", error=str(error))
        return None
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(slots.folder)
    values.ValueClass = values.MultiProcessValue(slots.own)
    return slots


def _is_taken_by_us(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _prepare(file: Path) -> None:
    """Give a file its full size; begin it anew if a crash of the machine has left it unreadable."""
    if file.exists() and not _is_readable(file):
        file.unlink()
    with file.open("ab") as opened:
        opened.write(bytes(max(0, FILE_BYTES - file.stat().st_size)))


def _is_readable(file: Path) -> bool:
    try:
        for key, *_ in MmapedDict.read_all_values_from_file(file):
            json.loads(key)
        return True
    except (RuntimeError, ValueError, struct.error):
        return False
