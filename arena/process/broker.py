"""The embedded broker: PGMQ's tables in our own PostgreSQL, unless another broker is set."""

import psycopg
from django.conf import settings
from django.db import connection, transaction
from pgmq.install import install_pgmq_from_sql

from arena.process.programs import GENERATION, HOUSEKEEPING


def is_embedded() -> bool:
    """Tell whether the broker is PGMQ."""
    return str(settings.CELERY_BROKER_URL).startswith("pgmq:")


def install_broker() -> bool:
    """Install PGMQ's SQL and our queues if they are missing and the broker is PGMQ; tell whether it was installed now.

    Its tables hold only messages, which the sweep sends again: dropping the schema `pgmq` loses nothing.
    """
    if not is_embedded():
        return False
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    # One transaction, under a lock: of two processes that start at once, one installs and the other finds it.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('easel.broker'))")
        cursor.execute("SELECT to_regclass('pgmq.meta') IS NULL")
        (is_new,) = cursor.fetchone()
        if is_new:
            install_pgmq_from_sql(conn=connection.connection)
        cursor.execute("SELECT pgmq.create(name) FROM unnest(%s::text[]) AS name", [[HOUSEKEEPING, GENERATION]])
    return bool(is_new)
