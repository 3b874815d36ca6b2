"""Tells whether `manage.py up` runs on a data folder, and at which address, by one lock file."""

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRuns(RuntimeError):
    """Another `up` holds this data folder; the message gives its address."""


def claim_folder(folder: Path, address: str) -> IO[str]:
    """Hold the folder for one `up` until the returned file is closed or the process ends. Raises AlreadyRuns."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (folder / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        with lock:
            lock.seek(0)
            raise AlreadyRuns(f"Easel already runs at {lock.read().strip() or folder}.") from error
    lock.truncate(0)
    lock.write(address)
    lock.flush()
    return lock
