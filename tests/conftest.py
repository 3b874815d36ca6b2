"""Starts a PostgreSQL of the tests' own before Django's settings load, and closes the network except loopback."""

# Before anything of Easel's is imported.
from tests.covering import Covering

# isort: split

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import django
import hypothesis
import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from arena.embedded.environment import data_folder
from arena.embedded.keeper import use_database
from arena.embedded.postgres import Cluster
from tests.cost import Cost
from tests.dealing_out import DealingOut
from tests.emptying import empty_what_was_filled
from tests.patience import HANGING

if "PYTEST_XDIST_WORKER" not in os.environ:
    # Kept for the whole session: it ends with the process, and its folder is then removed. The processes that share the
    # tests inherit this environment, and so the server; each has its own database on it.
    _folder = tempfile.TemporaryDirectory(prefix="easel-tests-", ignore_cleanup_errors=True)
    data = Path(_folder.name)
    (data / "static").mkdir()
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # Otherwise each process that tests start would compile all it imports: three seconds instead of one.
        os.environ["PYTHONPYCACHEPREFIX"] = str(data / "bytecode")
    os.environ.update(
        DATABASE_URL=use_database(Cluster(data, durable=False)),
        DJANGO_SETTINGS_MODULE="arena.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright runs an event loop in the thread in which tests use the database.
        EASEL_DATA_DIR=str(data),
        EASEL_COMPILED="0",  # The tests that compare both ways switch numba on.
        EASEL_EMBEDDED="1",
        GOLD_SHARE="0",  # As REPEAT_SHARE: most tests count what is dealt. Those about controls set both.
        LIMITS="0",  # Tests send more in a minute than anybody; those about limits switch them on.
        REPEAT_SHARE="0",
        OMP_NUM_THREADS="1",  # As in `manage.py`: more threads would only wait for each other and use CPU.
        SECRET_KEY="a key for tests only, which protect nothing with it",
    )

# pytest-django would set Django up before this file is read, or not at all.
django.setup()

from arena.voting.ledger.opening import control_ledger, native_ledger  # noqa: E402 - models load after Django is set up.

# In this process jobs go nowhere; a test that needs them done starts a worker, which has a broker.
current_app.conf.update(broker_url="memory://", broker_transport_options={})
# A million hash rounds for each password would take a minute in all and protect nothing.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TransactionTestCase._fixture_teardown = empty_what_was_filled  # type: ignore[attr-defined]  # The stubs leave it out.


# The first one found is driven. The headless shell is the same Chromium without its windows, at half the CPU time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare our one option."""
    parser.addoption("--thorough", action="store_true", help="Run the largest tests at full size, as before a release.")


@pytest.hookimpl(tryfirst=True)  # Hypothesis looks for its profile when it is configured.
def pytest_configure(config: pytest.Config) -> None:
    """Count the CPU time in the main process; measure coverage in every process that runs tests."""
    examples = 100 if config.getoption("--thorough") else 30
    hypothesis.settings.register_profile("fixed", hypothesis.settings.get_profile("ci"), max_examples=examples)
    config.pluginmanager.register(Covering())
    if "PYTEST_XDIST_WORKER" not in os.environ:
        config.pluginmanager.register(Cost(adopts=bool(config.getoption("tx", None))))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> DealingOut:
    """Give all tests of a file that share something costly to one process."""
    return DealingOut(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start the longest tests first, so that no process is left alone with one; the rest stays in random order.

    Those marked `thorough` take part only with `--thorough`.
    """
    if not config.getoption("--thorough"):
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
    items.sort(key=_comes_later)


def _comes_later(item: pytest.Item) -> int:
    return min((place for place, name in enumerate(("long", "system")) if item.get_closest_marker(name)), default=2)


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    """Tell whether tests run at full size; else at the least size at which the fault they guard against shows."""
    return bool(pytestconfig.getoption("--thorough"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Without one the tests are skipped, but fail where CI=true."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        message = "There is no Chromium: `apt-get install chromium-headless-shell`, or any Chrome on the PATH."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=1000 * HANGING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def forget_what_processes_remember() -> None:
    """Clear caches: a process caches its own ledgers and figures, but each test has its own database."""
    native_ledger.cache_clear()
    control_ledger.cache_clear()
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[IO[str]]:
    """Wait for the first process to migrate its database, and let the others copy that one; yield the lock."""
    with (data_folder() / "migrated").open("a+") as migrated:
        fcntl.flock(migrated, fcntl.LOCK_EX)
        migrated.seek(0)
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.read() or None
        yield migrated


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_modify_db_settings: IO[str], django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Keep the first migrated database for the others; before the drop, end sessions left by killed processes."""
    if not connection.settings_dict["TEST"]["TEMPLATE"]:
        with django_db_blocker.unblock():
            connection.close()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE migrated TEMPLATE {connection.settings_dict['NAME']}")
        django_db_modify_db_settings.write("migrated")
        django_db_modify_db_settings.flush()
    fcntl.flock(django_db_modify_db_settings, fcntl.LOCK_UN)
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open a transaction for a module: what its fixtures write there is written once, for all tests of the module.

    List the file in `SHARING`. Whatever a test itself writes is rolled back when it ends, the rest with the module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
