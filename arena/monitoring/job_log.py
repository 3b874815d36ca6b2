"""What is noted of each job: the id of the request that sent it, in every log line; how it ended; how long it took."""

import time
from typing import Any

from celery import Task
from celery.signals import before_task_publish, task_postrun, task_prerun

from arena.monitoring.counts import TASK_SECONDS, TASKS
from arena.monitoring.request_ids import begin_work, current_request_id, end_work, is_request_id

_HEADER = "request_id"
_BEGAN = "_easel_began"


def connect() -> None:
    """Note it of every job that this process sends or runs."""
    before_task_publish.connect(_pass_on)
    task_prerun.connect(_begin)
    task_postrun.connect(_end)


def _pass_on(headers: dict[str, Any], **_: Any) -> None:
    if request_id := current_request_id():
        headers[_HEADER] = request_id


def _begin(task: "Task[Any, Any]", task_id: str, **_: Any) -> None:
    # A worker adds a message's headers to what it knows of the job; called without a worker, they stand apart.
    sent = str(task.request.get(_HEADER) or (task.request.headers or {}).get(_HEADER) or "")
    begin_work(sent if is_request_id(sent) else "", task=task.name, job=task_id)
    setattr(task.request, _BEGAN, time.monotonic())


def _end(task: "Task[Any, Any]", state: str | None, **_: Any) -> None:
    TASKS.labels(task.name, (state or "unknown").lower()).inc()
    TASK_SECONDS.labels(task.name).observe(time.monotonic() - getattr(task.request, _BEGAN, time.monotonic()))
    end_work()
