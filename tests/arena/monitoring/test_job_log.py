"""Jobs carry the id of the request that sent them, and are counted by how they ended."""

from collections.abc import Iterator

import pytest
import structlog
from celery import current_app, shared_task
from celery.app.trace import build_tracer

from arena.monitoring.counts import TASKS
from arena.monitoring.request_ids import begin_work, current_request_id, end_work

pytestmark = pytest.mark.django_db
REQUEST = "0123456789abcdef"


@pytest.fixture(autouse=True)
def no_work_left() -> Iterator[None]:
    yield
    end_work()


@shared_task(name="tests.note")
def job(fails: bool) -> None:
    """Note what the log lines of a job would say, and fail if told to."""
    seen.append((current_request_id(), structlog.contextvars.get_contextvars()))
    if fails:
        raise ValueError("told to")


seen: list[tuple[str, dict[str, str]]] = []


def counted(outcome: str) -> float:
    return float(TASKS.labels("tests.note", outcome)._value.get())


def test_message_carries_the_id_of_its_request() -> None:
    begin_work(REQUEST)
    with current_app.connection_for_write() as broker:
        queue = broker.SimpleQueue("test_job_log")
        current_app.send_task("tests.note", args=[False], queue="test_job_log", connection=broker)
        message = queue.get(timeout=5)
        assert message.headers["request_id"] == REQUEST
        end_work()
        current_app.send_task("tests.note", args=[False], queue="test_job_log", connection=broker)
        assert "request_id" not in queue.get(timeout=5).headers


def test_lines_of_a_job_name_the_request_that_sent_it() -> None:
    begin_work(REQUEST)
    with current_app.connection_for_write() as broker:
        queue = broker.SimpleQueue("test_job_log")
        current_app.send_task("tests.note", args=[False], queue="test_job_log", connection=broker)
        sent = queue.get(timeout=5).headers
    end_work()
    seen.clear()
    # As a worker does with a message.
    build_tracer(job.name, job, app=current_app)(sent["id"], [False], {}, sent)
    assert seen == [(REQUEST, {"request_id": REQUEST, "task": "tests.note", "job": sent["id"]})]
    assert structlog.contextvars.get_contextvars() == {}


def test_jobs_are_counted_by_how_they_ended() -> None:
    before = counted("success"), counted("failure")
    for fails in (False, True, True):
        job.apply(args=(fails,))
    assert (counted("success") - before[0], counted("failure") - before[1]) == (1, 2)


def test_id_that_is_none_is_not_taken() -> None:
    seen.clear()
    job.apply(args=(False,), headers={"request_id": "*/ DROP TABLE"})
    assert [request_id for request_id, _ in seen] == [""]
