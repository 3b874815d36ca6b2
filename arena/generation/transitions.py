"""The states of runs, generations, attempts and uploads: which move may take a row where, and how it is moved."""

from decimal import Decimal
from enum import Enum, unique
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from arena.catalog.models import Provider
from arena.generation.models import Attempt, Generation, Probe, Run, Upload
from arena.generation.spending import add_charge
from arena.monitoring.counts import PROVIDER_CALLS

S = TypeVar("S", bound=str)
RunState = Run.State
UploadState = Upload.State
State = Generation.State
# The state before a row exists.
NEW = "new"
# Generations on which something still happens by itself.
OPEN_STATES = (State.QUEUED, State.PENDING, State.RUNNING)
# Calls that a run makes for one generation before it fails.
MAX_ATTEMPTS = 5


class UnlistedMove(RuntimeError):
    """A fault in the program: it asked for a move that the table does not list."""


class Move(Enum):
    """A line of the table: this move may take a row from any of `sources` to any of `targets`."""

    def __init__(self, sources: set[str], targets: set[str]) -> None:
        self.sources = frozenset(sources)
        self.targets = frozenset(targets)

    def reach(self, source: str, target: S) -> S:
        """Return the target. Raises UnlistedMove if the move does not lead there from the source."""
        if source not in self.sources or target not in self.targets:
            raise UnlistedMove(f"{self} does not lead from {source} to {target}.")
        return target


@unique
class RunMove(Move):
    """What happens to runs."""

    PLAN = {NEW}, {RunState.PLANNED}
    IMPORT = {NEW}, {RunState.FINISHED}
    START = {RunState.PLANNED, RunState.PAUSED, RunState.RUNNING}, {RunState.RUNNING}
    PAUSE = {RunState.RUNNING, RunState.PAUSED}, {RunState.PAUSED}
    CANCEL = {RunState.PLANNED, RunState.RUNNING, RunState.PAUSED}, {RunState.CANCELLED}
    FINISH = {RunState.RUNNING}, {RunState.FINISHED}
    WITHDRAW = {RunState.FINISHED}, {RunState.CANCELLED}
    REVIVE = {RunState.FINISHED, RunState.CANCELLED}, {RunState.RUNNING}


@unique
class GenerationMove(Move):
    """What happens to generations.

    CLOSE belongs to the worker that holds the open attempt. If its lease has run out before, the generation was
    released, and waits for a poll or for a decision.
    """

    PLAN = {NEW}, {State.QUEUED}
    IMPORT = {NEW, State.CANCELLED}, {State.DONE}
    ADOPT = {State.QUEUED, State.CANCELLED, State.FAILED}, {State.QUEUED}
    WITHDRAW = {State.DONE}, {State.CANCELLED}
    CLAIM = {State.QUEUED, State.PENDING}, {State.RUNNING}
    CANCEL = {State.QUEUED}, {State.CANCELLED}
    CLOSE = (
        {State.RUNNING, State.PENDING, State.NEEDS_DECISION},
        {State.DONE, State.PENDING, State.QUEUED, State.REFUSED, State.FAILED, State.NEEDS_DECISION},
    )
    RELEASE = {State.RUNNING}, {State.PENDING, State.QUEUED, State.FAILED, State.NEEDS_DECISION}
    DECIDE = {State.NEEDS_DECISION}, {State.QUEUED, State.PENDING, State.FAILED}


@unique
class UploadMove(Move):
    """What happens to uploads. REVIVE lets another worker go on where one died."""

    START = {UploadState.OPEN, UploadState.FAILED}, {UploadState.QUEUED}
    CLAIM = {UploadState.QUEUED}, {UploadState.WORKING}
    END = {UploadState.WORKING}, {UploadState.DONE, UploadState.FAILED}
    REVIVE = {UploadState.WORKING}, {UploadState.QUEUED}


def move_uploads(rows: QuerySet[Upload], move: UploadMove, target: Upload.State, **values: object) -> int:
    """Move those uploads that are in a source state of the move, and set `values`; return how many."""
    return rows.filter(state__in=_sources(move, target)).update(state=target, touched_at=timezone.now(), **values)


def move_runs(rows: QuerySet[Run], move: RunMove, target: Run.State) -> int:
    """Move those runs that are in a source state of the move; return how many. Raises UnlistedMove."""
    return rows.filter(state__in=_sources(move, target)).update(state=target)


def move_generations(
    rows: QuerySet[Generation], move: GenerationMove, target: Generation.State, **values: object
) -> int:
    """Move those generations that are in a source state of the move, and set `values`; return how many.

    One conditional UPDATE: of two that race for a row, one moves it. Raises UnlistedMove, and ValueError for rows that
    are chosen by a join: choose them by a subquery.
    """
    finished_at = None if target in OPEN_STATES else timezone.now()
    rows = rows.filter(state__in=_sources(move, target))
    if rows.query.count_active_tables() > 1:
        # Django would update by a list of keys, so PostgreSQL would not check the state of a locked row again.
        raise ValueError("Rows that are chosen by a join cannot be moved safely.")
    return rows.update(state=target, finished_at=finished_at, **values)


def move_generation(
    generation: Generation, move: GenerationMove, target: Generation.State, *, reason: str = "",
    seconds: float | None = None,
) -> None:  # fmt: skip
    """Save a locked generation, on which nobody works any more, in a new state. Raises UnlistedMove."""
    generation.state = move.reach(generation.state, target)
    generation.lease = generation.lease_until = None
    generation.reason = reason[:300]
    generation.seconds = seconds
    generation.finished_at = None if target in OPEN_STATES else timezone.now()
    generation.save()


def end_attempts(
    rows: QuerySet[Attempt], *, outcome: str, billed: str = Attempt.Billed.UNKNOWN, message: str = "",
    cost: Decimal | None = None, cost_basis: str = "", inference_seconds: float | None = None,
) -> None:  # fmt: skip
    """End those of the attempts that are open, and settle what they cost; ended ones stay as they are.

    Its generation is locked. The last write of a transaction: it locks sums that all calls share.
    """
    ended = {
        "outcome": outcome, "billed": billed, "message": message[:300], "cost": cost, "cost_basis": cost_basis,
        "inference_seconds": inference_seconds,
    }  # fmt: skip
    for attempt in rows.filter(ended_at__isnull=True).select_related("generation", "provider"):
        reserved = attempt.charge
        attempt.billed, attempt.cost = billed, cost
        Attempt.objects.filter(pk=attempt.pk).update(ended_at=timezone.now(), **ended)
        add_charge(
            attempt.charge - reserved,
            provider_id=attempt.provider_id,
            began_at=attempt.started_at,
            run_id=attempt.generation.run_id,
        )
        _count_call(attempt.provider, outcome)


def _count_call(provider: Provider | None, outcome: str) -> None:
    """Count a call once its end is written; a rollback counts nothing."""
    counter = PROVIDER_CALLS.labels(provider.slug if provider else "none", outcome)
    transaction.on_commit(counter.inc)


def reopen_attempt(attempt: Attempt) -> None:
    """Open an ended attempt again, to ask its provider once more how it ended; what it counts for stays the same.

    Its generation is locked. Raises UnlistedMove for a call that is known to have cost nothing.
    """
    if attempt.billed == Attempt.Billed.NO:
        raise UnlistedMove("A call that was not billed is over.")
    Attempt.objects.filter(pk=attempt.pk).update(ended_at=None, outcome="")


def end_probe(
    probe: Probe, *, outcome: str, billed: str, message: str = "", cost: Decimal | None = None, cost_basis: str = ""
) -> None:
    """End a test call if it is open, and settle what it cost; its own transaction."""
    charge = probe.cost_reserved if cost is None else cost
    with transaction.atomic():
        ended = Probe.objects.filter(pk=probe.pk, ended_at=None).update(
            ended_at=timezone.now(), outcome=outcome, billed=billed, message=message[:300], cost=cost,
            cost_basis=cost_basis,
        )  # fmt: skip
        if ended:
            delta = (Decimal(0) if billed == Attempt.Billed.NO else charge) - probe.cost_reserved
            add_charge(delta, provider_id=probe.provider_id, began_at=probe.asked_at)
            _count_call(probe.provider, outcome)


def state_after_call(*, refused: bool = False, billed: str, retryable: bool, calls: int) -> Generation.State:
    """Return the state after a call without an image, which was the run's call number `calls` for it.

    A charge that is unknown, or left us without an image, needs a person's decision.
    """
    if refused:
        return State.REFUSED
    if billed != Attempt.Billed.NO:
        return State.NEEDS_DECISION
    return State.QUEUED if retryable and calls < MAX_ATTEMPTS else State.FAILED


def _sources(move: Move, target: str) -> frozenset[str]:
    if target not in move.targets:
        raise UnlistedMove(f"{move} does not lead from {', '.join(sorted(move.sources))} to {target}.")
    return move.sources
