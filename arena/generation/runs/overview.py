"""What the staff pages show of runs: counts per contender and state, and the calls that went wrong. Never an image."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.utils import timezone

from arena.generation.models import Attempt, Generation, Run
from arena.generation.runs.estimates import kept_estimate
from arena.generation.runs.lifecycle import RunProgress, run_progress
from arena.generation.transitions import OPEN_STATES

State = Generation.State
TROUBLED = (State.NEEDS_DECISION, State.FAILED, State.REFUSED)
TROUBLES_SHOWN = 50


@dataclass(frozen=True)
class RunLine:
    """A run and its progress."""

    run: Run
    progress: RunProgress


@dataclass(frozen=True)
class ContenderLine:
    """One contender's progress within a run; `open` counts what is queued, running or pending.

    In USD: what its images were `expected` to cost (None if that is unknown), and `spent`, reservations included.
    """

    name: str
    total: int
    done: int
    open: int
    refused: int
    failed: int
    needs_decision: int
    cancelled: int
    expected: Decimal | None
    spent: Decimal


@dataclass(frozen=True)
class Publication:
    """How far a run's images are published: in play, waiting, of them ready, and dropped by staff."""

    entered: int
    waiting: int
    ready: int
    dropped: int


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
    rows = run.generations.order_by("contender__name", "contender").values_list("contender", "contender__name")
    costs = spent_by_contender(run)
    return [
        ContenderLine(
            name, total, done, still_open, refused, failed, undecided, cancelled,
            kept_estimate(run, key), costs.get(key, Decimal(0)),
        )
        for key, name, total, done, still_open, refused, failed, undecided, cancelled in rows.annotate(**counts)
    ]  # fmt: skip


def spent_by_contender(run: Run) -> dict[int, Decimal]:
    """Return what a run's calls have cost in USD, reservations included, by the contender's key."""
    amount = Case(
        When(billed=Attempt.Billed.NO, then=Decimal(0)),
        When(cost__isnull=False, then=F("cost")),
        default=F("cost_reserved"),
    )
    rows = Attempt.objects.filter(generation__run=run).order_by().values_list("generation__contender")
    return {key: Decimal(total or 0) for key, total in rows.annotate(total=Sum(amount))}


def read_publication(run: Run) -> Publication:
    """Count a run's images by whether they are in play; those are ready whose prompt has nothing under way."""
    rows = run.generations.order_by().values_list("prompt")
    done = Q(state=State.DONE)
    by_prompt = rows.annotate(
        entered=Count("id", filter=done & Q(entered_at__isnull=False)),
        waiting=Count("id", filter=done & Q(entered_at__isnull=True, hidden_at__isnull=True)),
        dropped=Count("id", filter=done & Q(entered_at__isnull=True, hidden_at__isnull=False)),
        under_way=Count("id", filter=Q(state__in=OPEN_STATES)),
    )
    counts = [(entered, waiting, 0 if open_ else waiting, dropped) for _, entered, waiting, dropped, open_ in by_prompt]
    return Publication(*map(sum, zip(*counts, strict=True))) if counts else Publication(0, 0, 0, 0)


def next_try(run: Run) -> datetime.datetime | None:
    """Return when the first of the run's calls that were put off is due; None if none is."""
    later = run.generations.filter(state=State.QUEUED, run_after__gt=timezone.now())
    first: datetime.datetime | None = later.aggregate(first=Min("run_after"))["first"]
    return first


def troubled_generations(run: Run) -> QuerySet[Generation]:
    """Return the first TROUBLES_SHOWN generations that need a decision, failed or were refused, with their attempts."""
    return (
        run.generations.filter(state__in=TROUBLED)
        .select_related("contender", "prompt")
        .prefetch_related("attempts")
        .order_by("-state", "id")[:TROUBLES_SHOWN]
    )
