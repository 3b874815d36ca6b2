"""The site that all of this room is about: real server, real database, an arena with something at every address."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.planted import plant_arena
from tests.fuzz.site import Site, serve_site
from tests.system.conftest import prepared as prepared


@pytest.fixture
def seed() -> int:
    """What the requests are drawn from: the same ones in every run, unless FUZZ_SEED says otherwise."""
    return int(os.environ.get("FUZZ_SEED", "20261201"))


@pytest.fixture
def planted(transactional_db: None, tmp_path: Path) -> tuple[list[str], str]:
    """The data: addresses that no page links to, and a key for the API."""
    return plant_arena(tmp_path)


@pytest.fixture
def site(planted: tuple[list[str], str], prepared: Path, tmp_path: Path, thorough: bool) -> Iterator[Site]:
    """The running site."""
    with serve_site(tmp_path / "site", prepared, with_worker=thorough) as running:
        yield running
