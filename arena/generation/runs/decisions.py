"""What staff decide on calls that were or may have been charged and left no image: by row, or all of one cause."""

import functools
from dataclasses import dataclass, field
from decimal import Decimal

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from arena.catalog.models import Provider as ProviderEntry
from arena.errors import Conflict
from arena.generation.calls.claims import pictures_of
from arena.generation.calls.jobs import publish_due
from arena.generation.calls.prices import call_bound
from arena.generation.calls.stopping import TASK as STOP
from arena.generation.models import Attempt, Decision, Generation, Run
from arena.generation.providers.registry import is_usable, knows_keys
from arena.generation.runs.causes import CAUSES, UNKNOWN
from arena.generation.transitions import (
    GenerationMove,
    RunMove,
    end_attempts,
    move_generation,
    move_runs,
    reopen_attempt,
)
from arena.process.sending import send_jobs

State = Generation.State
Choice = Decision.Choice
# Of one cause, a page lists this many; a decision on the cause is about all.
LISTED = 50

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Undecided:
    """A generation that needs a decision, with its last call. Costs are in USD; None where no price is known."""

    generation: Generation
    attempt: Attempt

    @functools.cached_property
    def repeat_cost(self) -> Decimal | None:
        """The most that ordering the image again may cost."""
        generation = self.generation
        return call_bound(generation.contender, generation.prompt.text, pictures_of(generation))

    @functools.cached_property
    def can_ask(self) -> bool:
        """Whether the host can be asked again how the call ended, without ordering anything."""
        provider = self.attempt.provider
        if provider is None or self.attempt.billed == Attempt.Billed.NO or not is_usable(provider):
            return False
        return self.generation.handle is not None or knows_keys(provider)

    def cost_of(self, choice: str) -> Decimal | None:
        """The most that a choice adds to what is spent."""
        return self.repeat_cost if choice == Choice.REPEAT else Decimal(0)


@dataclass
class UndecidedCause:
    """Generations that need a decision for one cause: the same provider, outcome and charge.

    `last` is the newest call among them: a decision on the cause is about calls up to it, as they were seen.
    """

    provider: ProviderEntry | None
    outcome: str
    billed: str
    rows: list[Undecided] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What happened, in words."""
        return str(CAUSES.get(self.outcome, UNKNOWN)[0])

    @property
    def key(self) -> str:
        """The name under which a form sends the cause."""
        return f"{self.provider.pk if self.provider else 0}-{self.outcome}-{self.billed}"

    @property
    def last(self) -> int:
        return max(row.attempt.pk for row in self.rows)

    @property
    def charged(self) -> Decimal:
        """What the calls count for already."""
        return sum((row.attempt.charge for row in self.rows), Decimal(0))

    @property
    def repeat_cost(self) -> Decimal | None:
        """The most that ordering all of them again may cost."""
        costs = [row.repeat_cost for row in self.rows]
        return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))

    @property
    def askable(self) -> int:
        """How many of them the host can be asked about."""
        return sum(row.can_ask for row in self.rows)

    @property
    def listed(self) -> list[Undecided]:
        return self.rows[:LISTED]

    @property
    def unlisted(self) -> int:
        return len(self.rows) - len(self.listed)


def find_undecided(run: Run | None = None) -> list[UndecidedCause]:
    """Return what needs a decision, of one run or of all, by cause; the cause with the most generations first."""
    causes: dict[str, UndecidedCause] = {}
    for row in _undecided(Generation.objects.all() if run is None else run.generations.all()):
        attempt = row.attempt
        cause = UndecidedCause(attempt.provider, attempt.outcome, attempt.billed)
        causes.setdefault(cause.key, cause).rows.append(row)
    return sorted(causes.values(), key=lambda cause: -len(cause.rows))


def decide_generation(
    *, generation: Generation, choice: Decision.Choice, user: AbstractBaseUser | None = None, seen: int | None = None
) -> Decision:
    """Carry out a choice for a call that was or may have been charged, and log it; `seen` is the last call's key.

    Asking again opens the last call once more; ordering again also revives a run that is over; of a call that is given
    up, the host is asked to stop it, where it can be. Raises Conflict if
    there is nothing to decide, if there has been another call since, or if the host cannot be asked.
    """
    with transaction.atomic():
        row = Generation.objects.select_for_update().get(pk=generation.pk)
        if row.state not in GenerationMove.DECIDE.sources:
            raise Conflict(_("This generation needs no decision any more."))
        found = _undecided(Generation.objects.filter(pk=row.pk))
        if seen is not None and (not found or found[0].attempt.pk != seen):
            raise Conflict(_("There has been another call for this generation. Look at it again."))
        if choice == Choice.ASK and not (found and found[0].can_ask):
            raise Conflict(_("This provider cannot be asked again how the call ended."))
        decision = Decision.objects.create(
            generation=row,
            attempt=found[0].attempt if found else None,
            choice=choice,
            cause=row.reason,
            cost=found[0].cost_of(choice) if found else None,
            decided_by_id=user.pk if user else None,
            handle=row.handle if choice == Choice.GIVE_UP else None,
        )
        _carry_out(row, choice, decision.attempt)
        if decision.handle is not None:
            transaction.on_commit(lambda: send_jobs(STOP, [decision.pk]))
    log.info("decided", generation=row.pk, choice=choice, user=decision.decided_by_id)
    publish_due()
    return decision


def decide_cause(*, key: str, seen: int, choice: Decision.Choice, user: AbstractBaseUser) -> tuple[int, int]:
    """Carry out a choice for all generations of a cause whose calls are not newer than `seen`.

    Each is a transaction of its own. Return how many were decided, and how many needed no decision any more.
    """
    cause = next((cause for cause in find_undecided() if cause.key == key), None)
    done = passed = 0
    for row in cause.rows if cause is not None else ():
        if row.attempt.pk > seen or (choice == Choice.ASK and not row.can_ask):
            continue
        try:
            decide_generation(generation=row.generation, choice=choice, user=user, seen=row.attempt.pk)
        except Conflict:
            passed += 1
        else:
            done += 1
    return done, passed


def recent_decisions(limit: int) -> QuerySet[Decision]:
    """Return the latest decisions, with what they were about."""
    rows = Decision.objects.select_related("generation__contender", "generation__prompt", "decided_by")
    return rows.order_by("-id")[:limit]


def _undecided(rows: QuerySet[Generation]) -> list[Undecided]:
    """Return those of the rows that need a decision, each with its last call."""
    waiting = list(
        rows.filter(state=State.NEEDS_DECISION)
        .select_related("run", "prompt", "contender__offering__provider")
        .prefetch_related("contender__offering__prices", "prompt__source_images")
        .annotate(last_attempt=Max("attempts"))
        .order_by("id")
    )
    attempts = Attempt.objects.select_related("provider").in_bulk([row.last_attempt for row in waiting])
    return [Undecided(row, attempts[row.last_attempt]) for row in waiting if row.last_attempt is not None]


def _carry_out(row: Generation, choice: str, attempt: Attempt | None) -> None:
    row.run_after = row.published_at = None
    if choice == Choice.ASK:
        assert attempt is not None
        # Without a handle, the same call is made again under the same key.
        move_generation(row, GenerationMove.DECIDE, State.PENDING, reason=row.reason)
        if attempt.ended_at is not None:
            reopen_attempt(attempt)
        return
    row.handle = None
    repeat = choice == Choice.REPEAT
    move_generation(
        row, GenerationMove.DECIDE, State.QUEUED if repeat else State.FAILED, reason="" if repeat else row.reason
    )
    # The charge of the old call stays unknown and counts under the caps; a late answer is dropped.
    end_attempts(row.attempts.all(), outcome="abandoned")
    if repeat:
        move_runs(Run.objects.filter(pk=row.run_id), RunMove.REVIVE, Run.State.RUNNING)
