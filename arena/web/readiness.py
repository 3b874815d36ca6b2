"""Whether this installation can do its work: what stops votes, and what only delays what comes after them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from kombu import Connection
from kombu.exceptions import OperationalError

from arena.process.broker import is_embedded
from arena.process.heartbeats import beat, read_silence
from arena.process.programs import GENERATION, HOUSEKEEPING

# After this many of its turns without a sign of life, a worker is taken to be down.
PATIENCE_TURNS = 8
# Seconds to wait for a broker.
BROKER_SECONDS = 2

Check = Callable[[], str]


def check_readiness() -> tuple[bool, dict[str, str]]:
    """Return whether votes can be taken, and what each check found: "ok" or what is wrong.

    What stops votes is looked for first, and the first such thing ends the search.
    """
    found: dict[str, str] = {}
    for name, check in STOPPING.items():
        found[name] = check() or "ok"
        if found[name] != "ok":
            return False, found
    return True, found | {name: check() or "ok" for name, check in DELAYING.items()}


# A row alone may find a place in a page that is there: only a new file tells that the database's disk is full.
_TAKE_ROOM = "CREATE TEMPORARY TABLE room ON COMMIT DROP AS SELECT repeat('-', 4000) AS filling"


def _check_database() -> str:
    try:
        connection.ensure_connection()
        return ""
    except DatabaseError:
        return "the database does not answer"


def _check_migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "the database is not migrated" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""
    except DatabaseError:
        return "the database does not answer"


def _check_writing() -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            beat("web")
            cursor.execute(_TAKE_ROOM)
        return ""
    except DatabaseError as error:
        return f"the database takes no writes: {str(error).splitlines()[0]}"


def _check_disk() -> str:
    if settings.STORAGES["default"]["BACKEND"] != "django.core.files.storage.FileSystemStorage":
        return ""
    folder = next(each for each in [Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents] if each.exists())
    free = shutil.disk_usage(folder).free // 2**20
    return f"{free} MB are free for images, fewer than DISK_RESERVE_MB" if free < settings.DISK_RESERVE_MB else ""


def _check_broker() -> str:
    if is_embedded():
        return ""
    limits: dict[str, Any] = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=BROKER_SECONDS, transport_options=limits) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        return ""
    except (OperationalError, OSError):
        return "the broker does not answer"


def _check_worker(queue: str, *, busy_seconds: int = 0) -> str:
    """Look for a sign of life; a worker may be busy for so long that it gives none."""
    silence = read_silence().get(queue)
    if silence is None:
        return "no worker of this queue has given a sign of life yet"
    late = silence > settings.SWEEP_SECONDS * PATIENCE_TURNS + busy_seconds
    return f"no sign of life for {silence:.0f} s: is the worker down, or the scheduler?" if late else ""


# Without these no vote can be taken.
STOPPING: dict[str, Check] = {
    "database": _check_database,
    "migrations": _check_migrations,
    "writing": _check_writing,
    "disk": _check_disk,
}
# Without these votes are taken, and sealed, rated or generated later.
DELAYING: dict[str, Check] = {
    "broker": _check_broker,
    "housekeeping": lambda: _check_worker(HOUSEKEEPING),
    "generation": lambda: _check_worker(GENERATION, busy_seconds=settings.CALL_SECONDS),
}
