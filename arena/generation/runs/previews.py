"""What a plan would add, what is there already, who is left out and why, what it costs and how long it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.expressions import Combinable

from arena.catalog.models import Contender, Prompt
from arena.generation.models import Attempt, Generation, Run
from arena.generation.runs.abilities import Abilities, Need, read_needs
from arena.generation.runs.estimates import CostEstimate, estimate_costs, total_estimate
from arena.generation.transitions import OPEN_STATES, GenerationMove

State = Generation.State


@dataclass(frozen=True)
class PlanLine:
    """One contender in a plan, in images: `wanted` are asked of it, `missing` would be made.

    `closed` were refused, given up after a charge, or need a decision. `hours` is how long its provider takes for
    them; None if neither a rate limit nor an image of this contender tells.
    """

    contender: Contender
    wanted: int
    done: int
    under_way: int
    closed: int
    missing: int
    cost: CostEstimate
    hours: float | None


@dataclass(frozen=True)
class LeftOut:
    """A contender that is not planned for so many of the prompts, and why."""

    contender: Contender
    prompts: int
    reason: str


@dataclass(frozen=True)
class Preview:
    """What a plan would do. Costs are in USD, None if a price is unknown; `hours` None if a time is.

    Providers work side by side, so the slowest one's time is the run's.
    """

    lines: Sequence[PlanLine]
    left_out: Sequence[LeftOut]
    low: Decimal | None
    expected: Decimal | None
    high: Decimal | None
    hours: float | None

    @property
    def missing(self) -> int:
        """How many images would be made."""
        return sum(line.missing for line in self.lines)

    @property
    def wanted(self) -> int:
        """How many images are asked for, by those who can make them."""
        return sum(line.wanted for line in self.lines)

    @property
    def unpriced(self) -> list[Contender]:
        """The contenders of unknown price that would make images: with them no cap can be kept."""
        return [line.contender for line in self.lines if line.missing and line.cost.expected is None]


@dataclass
class _Counts:
    wanted: int = 0
    done: int = 0
    under_way: int = 0
    closed: int = 0

    @property
    def missing(self) -> int:
        return self.wanted - self.done - self.under_way - self.closed


def uncharged() -> Combinable:
    """Return the condition on generations that no call for them was or may have been charged."""
    return ~Exists(Attempt.objects.filter(generation=OuterRef("pk")).exclude(billed=Attempt.Billed.NO))


def adoptable(*, contenders: Iterable[Contender], prompts: Iterable[Prompt], samples: int) -> QuerySet[Generation]:
    """Return the rows that a new run takes over: never started, cancelled, or failed without a charge."""
    # A subquery, not a join: once a row is locked, its own state is checked again, since a worker may have claimed it.
    at_work = Run.objects.filter(state__in=[Run.State.RUNNING, Run.State.PAUSED])
    return Generation.objects.filter(
        uncharged(),
        ~Q(state=State.QUEUED, run__in=at_work),
        contender__in=contenders,
        prompt__in=prompts,
        sample__lt=samples,
        state__in=GenerationMove.ADOPT.sources,
    )


def preview_plan(*, contenders: Sequence[Contender], prompts: Sequence[Prompt], samples: int) -> Preview:
    """Say what `plan_run` would plan; reads only. Two queries for each kind of prompt, and a few for all."""
    prefetch_related_objects(contenders, "image_model", "offering__provider", "offering__prices")
    prefetch_related_objects(prompts, "category")
    abilities = Abilities(contenders)
    counts = {contender.pk: _Counts() for contender in contenders}
    left_out: list[LeftOut] = []
    for need, alike in _by_needs(prompts).items():
        able = [contender for contender in contenders if not abilities.why_not(contender, need)]
        left_out += [
            LeftOut(contender, len(alike), abilities.why_not(contender, need))
            for contender in contenders
            if contender not in able
        ]
        _count(counts, able, alike, samples)
    planned = [contender for contender in contenders if counts[contender.pk].wanted]
    missing = {contender.pk: counts[contender.pk].missing for contender in planned}
    costs = estimate_costs(planned, missing, prompts=_dearest(prompts))
    hours = _hours(planned, missing)
    low, expected, high = total_estimate(costs)
    lines = [_line(cost, counts[cost.contender.pk], hours) for cost in costs]
    return Preview(lines, left_out, low, expected, high, _longest(lines))


def _line(cost: CostEstimate, counts: _Counts, hours: Mapping[int, float | None]) -> PlanLine:
    contender = cost.contender
    return PlanLine(
        contender, counts.wanted, counts.done, counts.under_way, counts.closed, counts.missing, cost,
        hours[contender.pk],
    )  # fmt: skip


def _by_needs(prompts: Sequence[Prompt]) -> dict[Need, list[Prompt]]:
    needs = read_needs(prompts)
    found: dict[Need, list[Prompt]] = {}
    for prompt in prompts:
        found.setdefault(needs[prompt.pk], []).append(prompt)
    return found


def _count(counts: Mapping[int, _Counts], able: Sequence[Contender], prompts: Sequence[Prompt], samples: int) -> None:
    """Add what these contenders have of these prompts."""
    for contender in able:
        counts[contender.pk].wanted += len(prompts) * samples
    free = adoptable(contenders=able, prompts=prompts, samples=samples).order_by().values_list("contender")
    queued = Count("id", filter=Q(state=State.QUEUED))
    adopted = {key: (every, waiting) for key, every, waiting in free.annotate(every=Count("id"), waiting=queued)}
    rows = Generation.objects.filter(contender__in=able, prompt__in=prompts, sample__lt=samples).order_by()
    states = {
        "made": Count("id", filter=Q(state=State.DONE)),
        "open": Count("id", filter=Q(state__in=OPEN_STATES)),
        "every": Count("id"),
    }
    for contender, made, still_open, every in rows.values_list("contender").annotate(**states):
        found, (taken, waiting) = counts[contender], adopted.get(contender, (0, 0))
        found.done += made
        found.under_way += still_open - waiting
        found.closed += every - made - still_open - (taken - waiting)


def _dearest(prompts: Iterable[Prompt]) -> list[Prompt]:
    """Return the prompts among which is the one that costs most: the longest, of each number of pictures."""
    pictured = [prompt for prompt in prompts if prompt.category.modality != "text-to-image"]
    plain = [prompt for prompt in prompts if prompt.category.modality == "text-to-image"]
    longest = max(plain, key=lambda prompt: len(prompt.text.encode()), default=None)
    return [*pictured, *([longest] if longest else [])]


def _hours(contenders: Sequence[Contender], counts: Mapping[int, int]) -> dict[int, float | None]:
    """Return the hours that each contender's images keep its provider busy, by its concurrency and its rate limit."""
    made = Generation.objects.filter(contender__in=contenders, state=State.DONE, seconds__isnull=False)
    seconds = dict(made.order_by().values_list("contender").annotate(mean=Avg("seconds")))
    found: dict[int, float | None] = {}
    for contender in contenders:
        assert contender.offering is not None
        provider, count = contender.offering.provider, counts[contender.pk]
        limits = [
            count * seconds[contender.pk] / max(1, provider.concurrency) if contender.pk in seconds else None,
            60 * count / provider.calls_per_minute if provider.calls_per_minute else None,
        ]
        known = [limit for limit in limits if limit is not None]
        found[contender.pk] = max(known) / 3600 if known else None
    return found


def _longest(lines: Iterable[PlanLine]) -> float | None:
    """Return the time of the slowest provider; None if one of its contenders' is unknown."""
    by_provider: dict[int, float] = {}
    for line in lines:
        assert line.contender.offering is not None
        if line.missing and line.hours is None:
            return None
        provider = line.contender.offering.provider_id
        by_provider[provider] = by_provider.get(provider, 0.0) + (line.hours or 0.0)
    return max(by_provider.values(), default=0.0)
