"""What the staff pages show of runs: counts per contender and state, and the calls that went wrong. Never an image."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from arena.generation.models import Generation, Run
from arena.generation.runs.lifecycle import RunProgress, run_progress
from arena.generation.transitions import OPEN_STATES

State = Generation.State
TROUBLED = (State.NEEDS_DECISION, State.FAILED, State.REFUSED)
TROUBLES_SHOWN = 200


@dataclass(frozen=True)
class RunLine:
    """A run and its progress."""

    run: Run
    progress: RunProgress


@dataclass(frozen=True)
class ContenderLine:
    """One contender's progress within a run; `open` counts what is queued, running or pending."""

    name: str
    total: int
    done: int
    open: int
    refused: int
    failed: int
    needs_decision: int
    cancelled: int


def run_lines(runs: Iterable[Run]) -> list[RunLine]:
    """Return each run with its progress."""
    return [RunLine(run, run_progress(run)) for run in runs]


def contender_lines(run: Run) -> list[ContenderLine]:
    """Return a run's counts, contender by contender, by name."""
    counts = {
        "total": Count("id"),
        "done": Count("id", filter=Q(state=State.DONE)),
        "open": Count("id", filter=Q(state__in=OPEN_STATES)),
        "refused": Count("id", filter=Q(state=State.REFUSED)),
        "failed": Count("id", filter=Q(state=State.FAILED)),
        "needs_decision": Count("id", filter=Q(state=State.NEEDS_DECISION)),
        "cancelled": Count("id", filter=Q(state=State.CANCELLED)),
    }
    rows = run.generations.order_by("contender__name").values_list("contender__name").annotate(**counts)
    return [ContenderLine(*row) for row in rows]


def troubled_generations(run: Run) -> QuerySet[Generation]:
    """Return the first TROUBLES_SHOWN generations that need a decision, failed or were refused, with their attempts."""
    return (
        run.generations.filter(state__in=TROUBLED)
        .select_related("contender", "prompt")
        .prefetch_related("attempts")
        .order_by("-state", "id")[:TROUBLES_SHOWN]
    )
