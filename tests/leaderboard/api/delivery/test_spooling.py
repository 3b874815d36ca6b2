"""The spool of long downloads leaves no rest of what failed, and room on the disk for votes."""

import shutil
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pytest
from pytest_django import Settings

from leaderboard.api.delivery.spooling import spool


class Usage(NamedTuple):
    """A disk's room in bytes."""

    total: int
    used: int
    free: int


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "downloads"


def _fill(out: BinaryIO) -> None:
    out.write(b"rows\n" * 1000)


def _fail(out: BinaryIO) -> None:
    _fill(out)
    raise OSError(28, "No space left on device")


def test_file_that_cannot_be_finished_leaves_nothing_on_the_disk(folder: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        spool("entries", "1", _fail)
    assert list(folder.iterdir()) == []
    assert spool("entries", "1", _fill).read(0, 9) == b"rows\nrows"


def test_spool_takes_no_more_room_than_it_leaves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(0, 0, 12_000))
    for number in range(8):
        kept = spool(f"entries after {number}", "1", _fill)
    assert len(list(folder.iterdir())) == 3
    assert kept.read(0, kept.size) == b"rows\n" * 1000
