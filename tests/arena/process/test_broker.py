"""The embedded broker's tables are installed once, and not at all when another broker is used."""

import pytest
from django.db import connection
from pytest_django import Settings

from arena.process.broker import install_broker

pytestmark = pytest.mark.django_db


def queues() -> set[str]:
    """Return the queues that PGMQ knows; fails if it is not installed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name FROM pgmq.meta")
        return {name for (name,) in cursor.fetchall()}


def test_broker_is_installed_once() -> None:
    assert install_broker()
    assert queues() == {"easel", "generation"}
    assert not install_broker()


def test_another_broker_needs_no_tables(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://localhost"
    assert not install_broker()
