"""Sends jobs to the workers by name. An unreachable broker loses nothing, because the rows are the truth."""

from collections.abc import Iterable
from typing import Any

import psycopg
import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from arena.process.broker import is_embedded

# PGMQ's client raises psycopg's own errors.
_BROKER_AWAY = (OperationalError, OSError, psycopg.Error)

log = structlog.get_logger(__name__)


def send_jobs(task: str, ids: Iterable[int], **options: Any) -> None:
    """Send one message per id, with Celery's options. If the broker is unreachable, this is logged and nothing is sent.

    The rows of such a job stay due, so it is sent again later.
    """
    # Each connection of kombu's would declare its queue, and for PGMQ that makes a trigger anew. Of two at once, one is
    # a deadlock's victim, and loses its connection to it. PGMQ's queues are there since the broker was installed.
    declared: dict[str, Any] = {"declare": []} if is_embedded() else {}
    try:
        for each in ids:
            current_app.send_task(task, args=[each], **declared, **options)
    except _BROKER_AWAY as error:
        log.warning("broker_unreachable", error=type(error).__name__)
