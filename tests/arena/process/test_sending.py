"""Sending a job only adds a row, so senders never wait for each other."""

import psycopg
import pytest
from celery import Celery
from django.db import connection

from arena.celery import app, broker_options
from arena.process.broker import install_broker
from arena.process.sending import send_jobs
from tests.patience import HANGING


@pytest.mark.django_db(transaction=True)
def test_job_is_sent_while_another_is_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    install_broker()
    options = broker_options()
    sender = Celery("sender", broker="pgmq://localhost", set_as_current=False)
    names = ("task_default_queue", "task_queues", "task_routes")
    sender.conf.update({name: app.conf[name] for name in names}, broker_transport_options=options)
    monkeypatch.setattr("arena.process.sending.current_app", sender)
    # The first message to a queue made its trigger anew, which waits for whoever writes into the queue. Were it so
    # again, PostgreSQL would end the other's connection, and with it this test.
    with psycopg.connect(options["conn_string"]) as other:
        other.execute(f"SET idle_in_transaction_session_timeout = {int(HANGING * 1000)}")
        other.execute("LOCK TABLE pgmq.q_easel, pgmq.q_generation IN ROW EXCLUSIVE MODE")
        send_jobs("leaderboard.refresh", [1, 2])
        send_jobs("arena.generation.generate", [3])
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM pgmq.q_easel), (SELECT count(*) FROM pgmq.q_generation)")
        assert cursor.fetchone() == (2, 1)
        cursor.execute("DROP SCHEMA pgmq CASCADE")
