"""An operator's catalogue folder, and a way to edit it."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.arena.catalog.folders import FILES, Edit
from tests.factories import load_built_in


@pytest.fixture(scope="module")
def built_in(lasting: None) -> None:
    """The built-in catalogue, loaded once for a module: its tests then load only what an operator's folder adds."""
    load_built_in()


@pytest.fixture
def loaded(db: None) -> None:
    """The built-in catalogue, for a test beside others that need an empty one."""
    load_built_in()


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """An operator's own catalogue, named by CATALOG_DIR."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    settings.CATALOG_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace words that occur exactly once in one file."""

    def replace(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text("utf-8")
        assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return replace
