"""Runs: plan what is missing, start, pause, cancel, and report progress."""

import datetime
import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Contender, Prompt
from arena.errors import Conflict, DomainError
from arena.generation.calls.entering import enter_play
from arena.generation.calls.jobs import publish_due
from arena.generation.calls.prices import image_price
from arena.generation.models import Generation, Run
from arena.generation.runs.abilities import Abilities, find_inability, read_needs
from arena.generation.runs.estimates import keep_estimates
from arena.generation.runs.previews import adoptable, uncharged
from arena.generation.spending import spent_in_run
from arena.generation.transitions import (
    NEW,
    OPEN_STATES,
    GenerationMove,
    RunMove,
    move_generations,
    move_runs,
)
from arena.languages.written_figures import write_number

State = Generation.State
# The pace of this many latest generations predicts when the rest will be done.
PACE = 20
SEED_BITS = 31
MAX_SAMPLES = 100
# In USD: what the column of a run's estimate cannot hold.
LARGEST_ESTIMATE = 1_000_000


class CannotPlan(DomainError):
    """The run cannot be planned like this; the message says what to change."""

    code = "cannot_plan"


class NothingMissing(Conflict):
    """Every image that was asked for exists, is on its way, was refused or given up, or waits for a decision."""

    code = "nothing_missing"


@dataclass(frozen=True)
class RunProgress:
    """A run's progress. `spent` is in USD, reservations included.

    `per_minute` is its pace in images that were closed; it and `eta_seconds` are None while there is no pace.
    """

    total: int
    done: int
    refused: int
    failed: int
    needs_decision: int
    cancelled: int
    spent: Decimal
    eta_seconds: float | None
    per_minute: float | None = None

    @property
    def closed(self) -> int:
        """The number of generations on which nothing more happens by itself."""
        return self.done + self.refused + self.failed + self.needs_decision + self.cancelled

    @property
    def eta_minutes(self) -> int | None:
        """Whole minutes left at this pace, at least one."""
        return None if self.eta_seconds is None else max(1, math.ceil(self.eta_seconds / 60))

    @property
    def eta_text(self) -> str:
        """The time left at this pace, as "40 min" or "3 h 20 min"; empty without a pace."""
        if self.eta_minutes is None:
            return ""
        hours, minutes = divmod(self.eta_minutes, 60)
        said = {"hours": write_number(hours), "minutes": minutes}
        return _("%(hours)s h %(minutes)s min") % said if hours else _("%(minutes)s min") % said


def plan_run(
    *, contenders: Sequence[Contender], prompts: Sequence[Prompt], samples: int = 1, cap: Decimal | None = None,
    name: str, user: AbstractBaseUser | None = None, publishing: str = Run.Publishing.AUTOMATIC,
) -> Run:  # fmt: skip
    """Write a planned run of what is missing among contenders × prompts × samples, prompt by prompt.

    A contender whose model does not take what a prompt needs is not planned for that prompt. Also missing is what was
    cancelled, failed without a charge, or waits in a run that was never started: it moves to the new run. Contenders
    and prompts are frozen. Raises NothingMissing; CannotPlan if a contender cannot be called, can make none of the
    images, or has no known price under a cap.
    """
    prefetch_related_objects(prompts, "category")
    prefetch_related_objects(contenders, "image_model", "offering__provider", "offering__prices")
    able = _check_plan(contenders, prompts, samples, cap)
    planned, queued = RunMove.PLAN.reach(NEW, Run.State.PLANNED), GenerationMove.PLAN.reach(NEW, State.QUEUED)
    with transaction.atomic():
        run = Run.objects.create(
            name=name, cap=cap, state=planned, created_by_id=user.pk if user else None, publishing=publishing
        )
        _adopt(run, contenders, prompts, samples)
        Generation.objects.bulk_create(
            (
                Generation(
                    run_id=run.pk,
                    contender_id=contender.pk,
                    prompt_id=prompt.pk,
                    sample=sample,
                    seed=make_seed(prompt, sample),
                    state=queued,
                    entered_at=None,
                )
                for prompt in prompts
                for sample in range(samples)
                for contender in able[prompt.pk]
            ),
            ignore_conflicts=True,
            batch_size=1000,
        )
        _freeze(run)
        run.estimate = _estimate(run, contenders)
        if run.estimate is not None and run.estimate >= LARGEST_ESTIMATE:
            raise CannotPlan(_("This would cost a million USD or more. Plan fewer images."))
        run.estimates = keep_estimates(run, contenders, prompts)
        run.save()
    return run


def make_seed(prompt: Prompt, sample: int) -> int:
    """Return the seed of a prompt's sample, the same for all contenders."""
    digest = hashlib.sha256(f"{prompt.slug}:{sample}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - SEED_BITS)


def start_run(*, run: Run) -> None:
    """Start or resume a run. Raises Conflict if it is over."""
    _change_state(run, RunMove.START, Run.State.RUNNING)
    publish_due()


def pause_run(*, run: Run) -> None:
    """Begin no further generation; what has begun is finished. Raises Conflict if the run is not running."""
    _change_state(run, RunMove.PAUSE, Run.State.PAUSED)


def cancel_run(*, run: Run) -> None:
    """Cancel what has not begun; what has begun is finished. Raises Conflict if the run is finished."""
    with transaction.atomic():
        _change_state(run, RunMove.CANCEL, Run.State.CANCELLED)
        move_generations(run.generations.all(), GenerationMove.CANCEL, State.CANCELLED)
        enter_play(run_id=run.pk)


def retry_failed(*, run: Run) -> int:
    """Queue again what failed without a charge or was cancelled for a reason, such as the cap; return how many.

    A run that is over goes on. Each image gets as many calls as in a new run. Raises Conflict if there is nothing.
    """
    with transaction.atomic():
        Run.objects.filter(pk=run.pk).update(retried_at=timezone.now())
        rows = run.generations.filter(Q(state=State.FAILED) | Q(state=State.CANCELLED) & ~Q(reason=""))
        count = _queue_again(rows.filter(uncharged()), run)
        if not count:
            raise Conflict(_("Nothing of this run can be tried again: calls that were charged need a decision."))
        move_runs(Run.objects.filter(pk=run.pk), RunMove.REVIVE, Run.State.RUNNING)
    run.refresh_from_db(fields=["state", "retried_at"])
    publish_due()
    return count


def change_cap(*, run: Run, cap: Decimal | None) -> None:
    """Set or lift a run's spending cap in USD; what its cap has cancelled is not tried again by that.

    Raises Conflict for an import; CannotPlan if what is left includes a contender of unknown price.
    """
    if run.kind == Run.Kind.IMPORT:
        raise Conflict(_("An import costs nothing."))
    left = Contender.objects.filter(generations__in=run.generations.filter(state__in=OPEN_STATES)).distinct()
    if cap is not None:
        for contender in left.select_related("offering__provider").prefetch_related("offering__prices"):
            if image_price(contender) is None:
                raise _no_price(contender)
    Run.objects.filter(pk=run.pk).update(cap=cap)
    run.cap = cap


def run_progress(run: Run) -> RunProgress:
    """Count a run's generations by state, sum its costs and extrapolate its pace."""
    counts = dict(run.generations.order_by().values_list("state").annotate(count=Count("id")))
    total = sum(counts.values())
    left = sum(counts.get(state, 0) for state in OPEN_STATES)
    per_second = _pace(run) if left else None
    return RunProgress(
        total=total,
        done=counts.get(State.DONE, 0),
        refused=counts.get(State.REFUSED, 0),
        failed=counts.get(State.FAILED, 0),
        needs_decision=counts.get(State.NEEDS_DECISION, 0),
        cancelled=counts.get(State.CANCELLED, 0),
        spent=spent_in_run(run.pk),
        eta_seconds=left / per_second if per_second else None,
        per_minute=60 * per_second if per_second else None,
    )


def _check_plan(
    contenders: Sequence[Contender], prompts: Sequence[Prompt], samples: int, cap: Decimal | None
) -> Mapping[int, Sequence[Contender]]:
    """Return by prompt the contenders that can make its images. Raises CannotPlan."""
    if not contenders or not prompts or samples < 1:
        raise CannotPlan(_("Name at least one contender, one prompt and one sample."))
    if samples > MAX_SAMPLES:
        raise CannotPlan(_("At most %(most)s samples of one prompt are made.") % {"most": MAX_SAMPLES})
    abilities = Abilities(contenders)
    for contender in contenders:
        if missing := abilities.why_not_called(contender):
            raise CannotPlan(f"{contender.slug}: {missing}")
        if image_price(contender) is None and (cap is not None or settings.SPEND_PER_DAY is not None):
            raise _no_price(contender)
    needs = read_needs(prompts)
    able = {need: [row for row in contenders if not abilities.why_not(row, need)] for need in set(needs.values())}
    if not any(able.values()):
        raise CannotPlan(find_inability(contenders, prompts))
    return {prompt.pk: able[needs[prompt.pk]] for prompt in prompts}


def _no_price(contender: Contender) -> CannotPlan:
    said = _("%(contender)s has no known price, so a cap cannot be kept. Leave out the contender or the cap.")
    return CannotPlan(said % {"contender": contender.slug})


def _adopt(run: Run, contenders: Iterable[Contender], prompts: Iterable[Prompt], samples: int) -> None:
    missing = adoptable(contenders=contenders, prompts=prompts, samples=samples)
    _queue_again(missing, run)


def _queue_again(rows: QuerySet[Generation], run: Run) -> int:
    blank = {"reason": "", "run_after": None, "published_at": None, "handle": None, "entered_at": None}
    return move_generations(rows, GenerationMove.ADOPT, State.QUEUED, run=run, **blank)


def _freeze(run: Run) -> None:
    generations = run.generations.all()
    if not generations.exists():
        raise NothingMissing(
            "Nothing is missing: each of these images exists, is on its way, was refused, was given up after a charge, "
            "or needs a decision."
        )
    now = timezone.now()
    Contender.objects.filter(frozen_at__isnull=True, generations__in=generations).update(frozen_at=now)
    Prompt.objects.filter(frozen_at__isnull=True, generations__in=generations).update(frozen_at=now)


def _estimate(run: Run, contenders: Iterable[Contender]) -> Decimal | None:
    counts = dict(run.generations.order_by().values_list("contender").annotate(count=Count("id")))
    total = Decimal(0)
    for contender in contenders:
        price = image_price(contender)
        if counts.get(contender.pk) and price is None:
            return None
        total += (price or Decimal(0)) * counts.get(contender.pk, 0)
    return total


def _change_state(run: Run, move: RunMove, state: Run.State) -> None:
    moved = move_runs(Run.objects.filter(pk=run.pk), move, state)
    run.refresh_from_db(fields=["state"])
    if not moved:
        said = {"name": run.name, "state": run.get_state_display().lower()}
        raise Conflict(_("The run “%(name)s” is %(state)s.") % said)


def _pace(run: Run) -> float | None:
    """Return how many generations were closed per second, from the PACE latest until now."""
    closed = list(
        run.generations.filter(finished_at__isnull=False)
        .order_by("-finished_at")
        .values_list("finished_at", flat=True)[:PACE]
    )
    if len(closed) < 2 or closed[-1] is None:
        return None
    elapsed: datetime.timedelta = timezone.now() - closed[-1]
    return len(closed) / max(elapsed.total_seconds(), 1e-3)
