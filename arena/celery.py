"""The Celery app: a broker by URL (PostgreSQL itself by default), scheduled tasks, results ignored."""

import os
import sys
from importlib import import_module
from typing import Any

from celery import Celery, Task
from celery.signals import import_modules, setup_logging, task_prerun, worker_init
from django.conf import settings
from django.db import close_old_connections, connections
from django.utils.log import configure_logging
from kombu import Exchange, Queue

from arena.database.wait_limits import REFRESH
from arena.monitoring.tracing import start_tracing
from arena.process.programs import GENERATION, HOUSEKEEPING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
# Settings bound a worker's waits for the database; web server and commands import this module, too.
if "celery" in sys.argv[0] and "worker" in sys.argv:
    os.environ.setdefault("EASEL_PROGRAM", "worker")

# Counts learn from the settings which program this is, so what counts is imported only now.
import_module("arena.monitoring.job_log").connect()
app = Celery("easel")
# The scheduler sends tasks by their names. It needs neither their modules nor Django's models, which take two seconds.
scheduler = Celery("easel", fixups=[], set_as_current=False)


def broker_options() -> dict[str, Any]:
    """Return kombu's transport options. For `pgmq:` they connect as DATABASES does, whatever the URL's host."""
    if not settings.CELERY_BROKER_URL.startswith("pgmq:"):
        return {}
    database = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {
        "conn_string": " ".join(
            ["application_name='easel broker'"]
            + [f"{key}='{_quoted(database[name])}'" for key, name in names.items() if database.get(name)]
        ),
        "init_extension": False,
        "use_notify": True,
        "visibility_timeout": 1800,
        # Empty queues are not polled in turn, for seconds each: the worker reads all, then waits to be notified.
        "wait_time_seconds": 0,
        "polling_interval": 0.2,
        "pool_size": 4,
    }


def _quoted(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")


# Tasks that read or write whole ledgers: statements of theirs may take minutes.
LONG_TASKS = ("leaderboard.", "arena.generation.import_", "arena.voting.purge")


@task_prerun.connect
def renew_connection(task: "Task[Any, Any]", **_: Any) -> None:
    """Do before a task what Django does before a request: close a connection that is too old, let others be checked.

    A long task may then wait longer for the database.
    """
    close_old_connections()
    if task.name.startswith(LONG_TASKS):
        wrapper: Any = connections["default"]
        wrapper.wait_as(REFRESH)


@worker_init.connect
def show_to_operators(**_: Any) -> None:
    """Let a worker's own metrics be read, and its traces be sent."""
    import_module("arena.monitoring.metrics_door").serve_own_port()
    start_tracing()


@setup_logging.connect
def keep_logs(**_: Any) -> None:
    """Leave the log as Django's settings have made it: Celery would set its level, by an option of the command."""


@import_modules.connect(sender=scheduler)
def configure_logs(**_: Any) -> None:
    """Log as Django's settings say; the other programs do so when they load Django."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


def every(seconds: int, task: str) -> dict[str, Any]:
    """Return beat's entry for a task. A message that no worker takes in time expires, so none pile up."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 10)}}


for each in (app, scheduler):
    each.conf.update(
        broker_url=settings.CELERY_BROKER_URL,
        broker_transport_options=broker_options(),
        broker_connection_retry_on_startup=True,
        task_default_queue=HOUSEKEEPING,
        # A worker without --queues takes from both.
        task_queues=[Queue(name, Exchange(name), routing_key=name) for name in (HOUSEKEEPING, GENERATION)],
        task_routes={
            f"arena.generation.{name}": {"queue": GENERATION}
            for name in ("generate", "probe", "refill", "render", "stop_call")
        }
        | {"arena.process.beat_generation": {"queue": GENERATION}},
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_time_limit=1500,
        worker_prefetch_multiplier=4,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        timezone="UTC",
        # Celery would close the database connection around every task; we keep it for as long as it works.
        CELERY_DB_REUSE_MAX=sys.maxsize,
        beat_schedule={
            "seal": every(settings.SEAL_SECONDS, "arena.voting.seal"),
            "refresh": every(settings.REFRESH_SECONDS, "leaderboard.refresh"),
            "audit": every(settings.REFRESH_SECONDS, "leaderboard.audit"),
            "watch": every(settings.WATCH_SECONDS, "leaderboard.watch"),
            "beat": every(settings.SWEEP_SECONDS, "arena.process.beat"),
            "beat_generation": every(settings.SWEEP_SECONDS, "arena.process.beat_generation"),
            "sweep": every(settings.SWEEP_SECONDS, "arena.generation.sweep"),
            "render": every(60, "arena.generation.render"),
            "sync": every(24 * 3600, "arena.generation.sync_models"),
            "purge": every(24 * 3600, "arena.voting.purge"),
            "send_resets": every(60, "arena.accounts.send_resets"),
            "forget_guesses": every(24 * 3600, "arena.accounts.forget_guesses"),
            "forget": every(3600, "arena.admission.forget"),
            "thin": every(24 * 3600, "leaderboard.thin"),
        },
        beat_schedule_filename=str(settings.DATA_DIR / "celerybeat-schedule"),
    )
app.autodiscover_tasks(
    ["arena.process", "arena.accounts", "arena.admission", "arena.generation", "arena.voting", "leaderboard"]
)
