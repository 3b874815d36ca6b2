"""Sends jobs to the workers by name. An unreachable broker loses nothing, because the rows are the truth."""

from collections.abc import Iterable
from typing import Any

import psycopg
import structlog
from celery import current_app
from kombu.exceptions import OperationalError

# PGMQ's client raises psycopg's own errors.
_BROKER_AWAY = (OperationalError, OSError, psycopg.Error)

log = structlog.get_logger(__name__)


def send_jobs(task: str, ids: Iterable[int], **options: Any) -> None:
    """Send one message per id, with Celery's options. If the broker is unreachable, this is logged and nothing is sent.

    The rows of such a job stay due, so it is sent again later.
    """
    try:
        for each in ids:
            current_app.send_task(task, args=[each], **options)
    except _BROKER_AWAY as error:
        log.warning("broker_unreachable", error=type(error).__name__)
