"""The health probes tell the truth; test_outage tests them without a database, test_stalls with a silent one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.process.heartbeats import beat
from arena.process.models import Heartbeat
from arena.process.programs import GENERATION, HOUSEKEEPING
from arena.process.tasks import beat_generation, beat_housekeeping

CHECKS = ["database", "migrations", "writing", "disk", "broker", "housekeeping", "generation"]


@pytest.fixture
def at_work(db: None) -> None:
    """Both workers have just given a sign of life."""
    beat_housekeeping()
    beat_generation()


def test_healthz_without_database_answers(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.usefixtures("at_work")
def test_readyz_with_everything_at_work_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": dict.fromkeys(CHECKS, "ok")})


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_come_by_address_and_over_plain_http(path: str, client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["arena.example.org"], True
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.usefixtures("at_work")
def test_readyz_with_a_missing_migration_is_not_ready(client: Client) -> None:
    # Mark the last migration as not applied; the rollback of this test undoes that.
    MigrationRecorder(connection).migration_qs.filter(app="leaderboard").delete()
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "the database is not migrated")


@pytest.mark.usefixtures("at_work")
def test_readyz_with_a_database_that_takes_no_writes_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "the database takes no writes: cannot execute INSERT" in response.json()["status"]


@pytest.mark.usefixtures("at_work")
def test_readyz_with_a_full_disk_is_not_ready(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.DISK_RESERVE_MB = tmp_path / "not" / "yet", 2**40
    response = client.get("/readyz")
    assert (response.status_code, "MB are free for images" in response.json()["status"]) == (503, True)


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("queue", [HOUSEKEEPING, GENERATION])
@pytest.mark.parametrize("silence", [timedelta(hours=1), None])
def test_readyz_says_that_a_worker_is_down_and_takes_votes(
    queue: str, silence: timedelta | None, client: Client
) -> None:
    beats = Heartbeat.objects.filter(name=queue)
    beats.update(beat_at=timezone.now() - silence) if silence else beats.delete()
    response = client.get("/readyz")
    name = "housekeeping" if queue == HOUSEKEEPING else "generation"
    wrong = {check: said for check, said in response.json()["checks"].items() if said != "ok"}
    assert (response.status_code, list(wrong)) == (200, [name])
    assert wrong[name] == response.json()["status"]
    assert "sign of life" in wrong[name]


@pytest.mark.usefixtures("at_work")
def test_readyz_says_that_the_broker_does_not_answer(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "the broker does not answer")


@pytest.mark.django_db
def test_sign_of_life_is_one_row_however_often_it_is_given() -> None:
    for _ in range(3):
        beat("web")
    assert Heartbeat.objects.filter(name="web").count() == 1
