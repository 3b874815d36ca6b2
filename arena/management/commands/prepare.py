"""`manage.py prepare`: everything a new or upgraded installation needs before it serves; safe to run again."""

import contextlib
import hashlib
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from arena.process.broker import install_broker

# Nobody requests these files, and compressing them takes as long as all others. htmx's extensions import names that
# only an import map could resolve, pages load its version 2, and the API has no pages.
UNUSED = ["ext", "htm*-4*", "rest_framework"]


class Command(BaseCommand):
    """Migrates, installs the broker's tables, collects static files, loads the catalogue."""

    help = "Migrate, install the broker, collect static files and load the catalogue. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the four steps in order. What is there before voters may see it lies in a folder that only we enter."""
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _one_at_a_time():
            call_command("migrate", verbosity=0, interactive=False)
            install_broker()
            collect_static()
            call_command("load_catalogue", stdout=self.stdout)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until nobody else prepares this database. The lock has a connection of its own and ends with it."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('easel.prepare'))")
        yield
    finally:
        own.close()


def collect_static() -> None:
    """Collect and compress the static files, which takes seconds, unless none has changed since the last time."""
    mark = settings.STATIC_ROOT / "collected"
    state = _state_of_sources()
    if settings.STATIC_MANIFEST.exists() and mark.exists() and mark.read_text() == state:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=UNUSED)
    mark.write_text(state)


def _state_of_sources() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list(None):
            digest.update(f"{path} {storage.get_modified_time(path)} {storage.size(path)}\n".encode())
    return digest.hexdigest()
