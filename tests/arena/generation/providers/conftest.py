"""Deals each wire family the faults of its contract, over one fake provider."""

from collections.abc import Iterator

import pytest

from arena.fake_provider.server import ImageProvider, serve_images
from tests.arena.generation.providers.contract import WireContract


@pytest.fixture(scope="module")
def host() -> Iterator[ImageProvider]:
    """One fake provider for all tests of a module: they tell their orders apart by number."""
    with serve_images() as running:
        yield running


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each class of a family its own faults."""
    if "fault" in metafunc.fixturenames and metafunc.cls is not None and issubclass(metafunc.cls, WireContract):
        metafunc.parametrize("fault", list(metafunc.cls.cases()))
