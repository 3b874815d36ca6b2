"""The embedded broker's tables are installed once, and not at all when another broker is used."""

import pytest
from django.db import connection
from pytest_django import Settings

from arena.process.broker import install_broker

pytestmark = pytest.mark.django_db


def queues() -> int:
    """Return how many queues PGMQ knows; fails if it is not installed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pgmq.meta")
        return int(cursor.fetchone()[0])


def test_broker_is_installed_once() -> None:
    assert install_broker()
    assert queues() == 0
    assert not install_broker()


def test_another_broker_needs_no_tables(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://localhost"
    assert not install_broker()
