"""Figures of the programs for monitoring: signs of life, queues, disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError

from arena.monitoring.exposition import Figure
from arena.process.broker import is_embedded
from arena.process.heartbeats import read_silence
from arena.process.programs import GENERATION, HOUSEKEEPING

# Seconds to wait for a broker.
BROKER_SECONDS = 2


def read_program_figures() -> list[Figure]:
    """Return the disk's room, the age of each sign of life, and how many messages wait in each queue.

    Without the broker's answer, `broker_up` is 0 and the queues are missing.
    """
    return [*_read_disk(), *_read_signs(), *_read_queues()]


def _read_disk() -> Iterator[Figure]:
    if settings.STORAGES["default"]["BACKEND"] != "django.core.files.storage.FileSystemStorage":
        return
    folder = next(each for each in [Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents] if each.exists())
    free, reserve = shutil.disk_usage(folder).free, settings.DISK_RESERVE_MB * 2**20
    yield Figure("disk_free_bytes", "Room where the images lie.", free)
    yield Figure("disk_reserve_bytes", "With less room than this, no votes are taken.", reserve)


def _read_signs() -> Iterator[Figure]:
    for program, seconds in read_silence().items():
        yield Figure("heartbeat_age_seconds", "Since a program's last sign of life.", seconds, {"program": program})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    yield Figure("database_size_bytes", "What the database takes on its disk.", size)


def _read_queues() -> Iterator[Figure]:
    depths = _read_pgmq() if is_embedded() else _read_broker()
    yield Figure("broker_up", "Whether the broker answers.", bool(depths))
    for queue, depth in depths.items():
        yield Figure("queue_messages", "Messages that wait for a worker, by queue.", depth, {"queue": queue})


def _read_pgmq() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f"pgmq.q_{HOUSEKEEPING}"])
        if cursor.fetchone()[0]:
            return {}
        # Those that a worker has taken and not finished stay in the table, out of sight.
        cursor.execute(
            f"SELECT (SELECT count(*) FROM pgmq.q_{HOUSEKEEPING} WHERE vt <= now()),"  # noqa: S608 - our constants.
            f" (SELECT count(*) FROM pgmq.q_{GENERATION} WHERE vt <= now())"
        )
        return dict(zip((HOUSEKEEPING, GENERATION), cursor.fetchone(), strict=True))


def _read_broker() -> dict[str, int]:
    limits: dict[str, Any] = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=BROKER_SECONDS, transport_options=limits) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            return {queue: _count_waiting(broker.default_channel, queue) for queue in (HOUSEKEEPING, GENERATION)}
    except (OperationalError, ChannelError, OSError):
        return {}


def _count_waiting(channel: Any, queue: str) -> int:
    """Return how many messages wait. A queue that nobody has declared is declared as the workers do.

    Redis keeps no empty queue: asked for one without declaring it, it would be missing.
    """
    declared: Any = current_app.amqp.queues[queue].bind(channel).queue_declare()
    return int(declared.message_count)
