"""The health probes tell the truth; test_outage tests them without a database."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_healthz_without_database_answers(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_with_migrated_database_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_with_a_missing_migration_is_not_ready(client: Client) -> None:
    # Mark the last migration as not applied; the rollback of this test undoes that.
    MigrationRecorder(connection).migration_qs.filter(app="leaderboard").delete()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "the database is not migrated"})
