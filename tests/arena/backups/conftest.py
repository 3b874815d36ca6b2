"""An arena in its own database and folder, as the previous release left it and this one has migrated it."""

import fcntl
import gzip
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

PREVIOUS = Path(__file__).parent / "previous"
_UPGRADED = "upgraded_arena"


@contextmanager
def own_database(folder: Path, *, name: str = "", template: str = "template0") -> Iterator[None]:
    """Work in a separate database and data folder; a database without a name is dropped in the end."""
    own, before = sql.Identifier(name or f"arena_{uuid.uuid4().hex}"), connection.settings_dict["NAME"]
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder / "media")}}
    storages = {"default": storage, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with (
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server,
        override_settings(STORAGES=storages, DATA_DIR=folder),
    ):
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(own, sql.Identifier(template)))
        connection.close()
        connection.settings_dict["NAME"] = own.as_string(server).strip('"')
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            if not name:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """What release 0.1 left, for all processes that share the tests; the first that asks restores it.

    Three ledgers, an exclusion, snapshots, audits, a vote that waits to be sealed. The workflows of commit 48f9cd2 made
    it (votes dealt, cast and simulated on pictures in one colour, a file imported, boards refreshed and audited twice);
    the first `backup` command wrote it before any later migration.
    """
    shared = Path(os.environ["EASEL_DATA_DIR"])
    folder = shared / "upgraded"
    with (shared / "upgraded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            file = tmp_path_factory.mktemp("backup") / "previous.tar"
            file.write_bytes(gzip.decompress((PREVIOUS / "release-0.1.tar.gz").read_bytes()))
            with django_db_blocker.unblock(), own_database(folder, name=_UPGRADED):
                call_command("restore", file, stdout=StringIO(), stderr=StringIO())
    return folder


@pytest.fixture(scope="module")
def arena(
    upgraded: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """A copy of it, whose data folder this is."""
    folder = shutil.copytree(upgraded, tmp_path_factory.mktemp("arena") / "data")
    with django_db_blocker.unblock(), own_database(folder, template=_UPGRADED):
        yield folder
