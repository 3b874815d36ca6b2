"""Starts a PostgreSQL of the tests' own before Django's settings load, and closes the network except loopback."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import django
import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from arena.embedded.keeper import use_database
from arena.embedded.postgres import Cluster

if "PYTEST_XDIST_WORKER" not in os.environ:
    # Kept for the whole session: its end is the end of the process, and takes the folder with it. The processes that
    # share the work inherit this environment, and so the server; each has a database of its own on it.
    _folder = tempfile.TemporaryDirectory(prefix="easel-tests-", ignore_cleanup_errors=True)
    data = Path(_folder.name)
    (data / "static").mkdir()
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # Each of the many processes that tests start would compile all it imports: three seconds instead of one.
        os.environ["PYTHONPYCACHEPREFIX"] = str(data / "bytecode")
    os.environ.update(
        DATABASE_URL=use_database(Cluster(data, durable=False)),
        DJANGO_SETTINGS_MODULE="arena.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright runs an event loop in the thread in which tests use the database.
        EASEL_DATA_DIR=str(data),
        EASEL_COMPILED="0",  # The tests that compare both ways switch it on.
        EASEL_EMBEDDED="1",
        SECRET_KEY="a key for tests only, which protect nothing with it",
    )

# pytest-django would set Django up before this file is read, or not at all.
django.setup()

from arena.voting.ledger.opening import native_ledger  # noqa: E402 - models load after Django is set up.

# In this process jobs go nowhere; a test that wants them worked starts a worker, which has a broker.
current_app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what may take longest, so that nobody is left alone with it; the rest stays in its random order."""
    items.sort(key=partial(_seconds_allowed, float(config.getini("timeout"))), reverse=True)


def _seconds_allowed(default: float, item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    return max(float(mark.args[0]), default) if mark else default


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Without one the tests are skipped, but fail where CI=true."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        message = "There is no Chromium: `apt-get install chromium`, or any Chrome on the PATH."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # On a busy machine a page may need longer than the five seconds that are usual.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def forget_what_processes_remember() -> None:
    """A process looks the native ledger up once, and caches figures; each test has a database of its own."""
    native_ledger.cache_clear()
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before the test database is dropped, end sessions that killed processes and threads have left on it."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
