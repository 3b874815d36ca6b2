"""One planted arena for all tests of a module, rolled back afterwards: ingest is too slow to repeat for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from arena.voting.ledger.opening import native_ledger
from tests.arena.conftest import plain_static_files as plain_static_files
from tests.blindness.planting import Plant, plant_arena
from tests.browser.conftest import open_page as open_page

# Generation keys that can be recognised in any text.
FIRST_KEY = 7_310_000_000
Browser = Callable[[], Client]


@pytest.fixture(scope="module")
def plant(lasting: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """Plant an arena."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    folder: Path = tmp_path_factory.mktemp("pictures")
    with override_settings(STORAGES=settings.STORAGES | plain):
        with connection.cursor() as cursor:
            # Unlike setval, this is rolled back with the transaction.
            cursor.execute(f"ALTER SEQUENCE generation_generation_id_seq RESTART WITH {FIRST_KEY}")
        # Another test's ledger may still be cached, because a module's fixtures run before those of each test.
        native_ledger.cache_clear()
        # Opened here, it stays for all tests of the module; opened by the first test, it would be rolled back with it.
        native_ledger()
        yield plant_arena(folder=folder)


@pytest.fixture(scope="module")
def browser() -> Browser:
    """Make clients that, unlike Django's default test client, must send the CSRF token; each is a new voter."""
    return lambda: Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
