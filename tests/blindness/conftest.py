"""One planted arena for all tests of a module, taken back afterwards: real ingest is too slow to repeat for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings

from arena.voting.ledger.opening import native_ledger
from tests.arena.conftest import plain_static_files as plain_static_files
from tests.blindness.planting import Plant, plant_arena
from tests.browser.conftest import open_page as open_page

# Generation keys that stand out in any text.
FIRST_KEY = 7_310_000_000
Browser = Callable[[], Client]


@pytest.fixture(scope="module")
def plant(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """Plant an arena; the tests of the module run inside its transaction."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    folder: Path = tmp_path_factory.mktemp("pictures")
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES=settings.STORAGES | plain),
        transaction.atomic(),
    ):
        with connection.cursor() as cursor:
            # Unlike setval, this is taken back with the transaction.
            cursor.execute(f"ALTER SEQUENCE generation_generation_id_seq RESTART WITH {FIRST_KEY}")
        # Another test's ledger may still be remembered: a module's fixtures come before those of each test.
        native_ledger.cache_clear()
        # Opened here, it outlives the tests of the module: the first of them would take it back with its own votes.
        native_ledger()
        yield plant_arena(folder=folder)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browser() -> Browser:
    """Make browsers that, unlike Django's test client, must send the CSRF token; each is a new voter."""
    return lambda: Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
