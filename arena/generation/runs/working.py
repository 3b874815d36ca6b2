"""Works on a run's jobs with threads of this process, where there is no worker."""

import threading
from collections.abc import Callable

from django.db import connection

from arena.generation.calls.generating import generate_image
from arena.generation.calls.queue import due_calls, due_polls
from arena.generation.calls.sweeping import release_expired
from arena.generation.models import Run

IDLE_SECONDS = 0.2
# One thread looks up this many jobs at once; others may claim some of them.
CHOICE = 8


def work_run(*, run: Run, threads: int, watch: Callable[[], bool]) -> None:
    """Work on the run's due jobs in `threads` threads for as long as `watch`, called in the caller's, returns True.

    Workers elsewhere may take part: only one claims a job. Jobs that have begun when `watch` ends it are finished
    first.
    """
    over = threading.Event()
    workers = [threading.Thread(target=_work, args=[run.pk, over]) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        while watch():
            release_expired()
    finally:
        over.set()
        for worker in workers:
            worker.join()


def _work(run_id: int, over: threading.Event) -> None:
    try:
        while not over.is_set():
            polls = due_polls().filter(run_id=run_id).values_list("id", flat=True)
            due = [*polls[:CHOICE], *due_calls(most=CHOICE, run_id=run_id)]
            taken = [generate_image(generation_id) for generation_id in due if not over.is_set()]
            if not any(taken):
                over.wait(IDLE_SECONDS)
    finally:
        # Each thread has a connection of its own, which nobody else would close.
        connection.close()
