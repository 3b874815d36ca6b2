"""The embedded broker: PGMQ's tables in our own PostgreSQL, unless another broker is set."""

import psycopg
from django.conf import settings
from django.db import connection, transaction
from pgmq.install import install_pgmq_from_sql


def install_broker() -> bool:
    """Install PGMQ's SQL if it is missing and the broker is PGMQ; tell whether it was installed now.

    Its tables hold only messages, which the sweep sends again: dropping the schema `pgmq` loses nothing.
    """
    if not settings.CELERY_BROKER_URL.startswith("pgmq:"):
        return False
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    # One transaction, under a lock: of two processes that start at once, one installs and the other finds it.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('easel.broker'))")
        cursor.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL")
        if cursor.fetchone() == (True,):
            return False
        install_pgmq_from_sql(conn=connection.connection)
    return True
