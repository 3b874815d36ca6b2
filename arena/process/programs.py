"""The command lines of Easel's programs, as `manage.py up` runs them: web server, workers of two queues, scheduler."""

import sys

from django.conf import settings

# Two queues: calls to providers may fill every thread of their workers for minutes, so other workers seal votes.
HOUSEKEEPING = "easel"
GENERATION = "generation"
# One thread each for boards, boards on demand and audits: these may take a while, and each uses one thread at most.
# One more for votes, which must not wait for them.
HOUSEKEEPING_THREADS = 4
# Of a web server: most only wait, see `places`.
THREADS = 32


def web_command(host: str, port: int) -> list[str]:
    """Return the web server's command."""
    # A worker that is asked to end while it starts misses the signal: without a limit its server would wait for ever.
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", str(THREADS), "--respawn-failed-workers", "--workers-kill-timeout", "8",
        "--no-access-log", "--log-level", "warning", "arena.wsgi:application",
    ]  # fmt: skip


def generation_command() -> list[str]:
    """Return the command of a worker that calls providers and paints, in WORKER_CONCURRENCY threads."""
    return _worker(GENERATION, settings.WORKER_CONCURRENCY)


def housekeeping_command() -> list[str]:
    """Return the command of a worker that seals, rates, audits, sweeps and purges, never delayed by providers."""
    return _worker(HOUSEKEEPING, HOUSEKEEPING_THREADS)


def scheduler_command() -> list[str]:
    """Return the command of the scheduler, which sends the housekeeping tasks when they are due."""
    return [*_celery("beat", app="arena.celery:scheduler"), "--pidfile="]


def _worker(queue: str, threads: int) -> list[str]:
    return [
        *_celery("worker"), "--hostname", f"{queue}@%h", "--pool", "threads", "--concurrency", str(threads),
        "--queues", queue, "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip


def _celery(program: str, *, app: str = "arena.celery") -> list[str]:
    # `up` has made Django's checks; in each program they would load all pages, which takes half a second.
    return [sys.executable, "-m", "celery", "--quiet", "--skip-checks", "--app", app, program]
