"""/metrics answers nobody without a token, says what is counted and stored, and names nobody."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from arena.admission.request_counting import Counter
from arena.admission.rules import Rule, Subject
from arena.process.tasks import beat_housekeeping
from tests.metric_text import value_of

pytestmark = pytest.mark.usefixtures("plain_static_files")
TOKEN = "a token of this test"


@pytest.fixture
def token(settings: Settings) -> dict[str, str]:
    settings.METRICS_TOKEN = TOKEN
    return {"authorization": f"Bearer {TOKEN}"}


@pytest.mark.django_db
def test_metrics_without_settings_are_no_address(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer no", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_metrics_without_the_token_are_refused(client: Client, sent: str) -> None:
    answer = client.get("/metrics", headers={"authorization": sent} if sent else {})
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.django_db
def test_metrics_come_by_address_and_over_plain_http(client: Client, token: dict[str, str], settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["arena.example.org"], True
    answer = client.get("/metrics", headers=token | {"host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")


@pytest.mark.django_db
def test_metrics_say_what_the_tables_say(client: Client, token: dict[str, str]) -> None:
    beat_housekeeping()
    text = client.get("/metrics", headers=token).text
    assert value_of(text, "easel_unsealed_votes") == 0
    assert value_of(text, "easel_heartbeat_age_seconds", program="easel") < 3600
    assert value_of(text, "easel_disk_free_bytes") > 0
    assert value_of(text, "easel_database_size_bytes") > 0
    assert [value_of(text, "easel_reader_up", reader=name) for name in ("programs", "ledgers", "calls", "boards")] == [
        1
    ] * 4


def test_metrics_without_a_database_say_so_and_what_was_counted(
    client: Client, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refuse() -> None:
        tried.append(1)
        raise OperationalError("no database")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    text = client.get("/metrics", headers=token).text
    assert value_of(text, "easel_reader_up") == 0
    assert len(tried) == 1
    assert 'easel_reader_up{reader="boards"} 0' in text
    assert "easel_requests_total" in text


def test_limits_that_are_not_shared_are_counted(
    client: Client, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("no database")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    before = client.get("/metrics", headers=token).text
    counter = Counter()
    # The first is granted in memory, the second asks the table.
    assert [counter.admit([Subject(Rule("pages", "network", 1), "a network")]) for _ in range(2)] == [0, 0]
    after = client.get("/metrics", headers=token).text
    name = "easel_limits_not_shared_total"
    assert value_of(after, name) == value_of(before, name) + 1
    assert "a network" not in after
