"""What staff see of providers: key, breaker, limits, spending by day, caps, test calls; and what a run waits for."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.catalog.models import Provider as ProviderEntry
from arena.generation.calls.brakes.throttle import calls_at_work, slots_of, state_of
from arena.generation.models import Generation, Probe, ProviderState, Run, Spending
from arena.generation.providers.registry import is_free, is_own, key_of, what_is_missing
from arena.generation.runs.trying.probing import can_probe, probe_bound
from arena.generation.spending import spent_on

DAYS = 30
# An outage that has been tried this often is not waited for at a terminal.
PATIENT_OUTAGES = 5


@dataclass(frozen=True)
class ProviderLine:
    """One provider: whether it can be called, how its calls go, and what they cost today in USD."""

    provider: ProviderEntry
    state: ProviderState
    missing: str
    has_key: bool
    spent_today: Decimal
    at_work: int
    slots: int
    opens_at: datetime.datetime | None
    is_free: bool
    is_own: bool

    @property
    def waits(self) -> bool:
        """Whether calls begin again by themselves, later."""
        return self.opens_at is not None and self.opens_at > timezone.now() + datetime.timedelta(seconds=1)


@dataclass(frozen=True)
class DaySpent:
    """What the calls of one day (UTC) cost in USD."""

    day: datetime.date
    amount: Decimal


@dataclass(frozen=True)
class TestableContender:
    """A contender that a test call can be made of, and the most that it may cost in USD; None if unknown."""

    contender: Contender
    cost: Decimal | None


@dataclass(frozen=True)
class Wait:
    """Why queued images of a provider do not begin. `until` is empty if somebody must act first."""

    provider: ProviderEntry
    count: int
    reason: str
    until: datetime.datetime | None
    is_long: bool


def provider_line(provider: ProviderEntry) -> ProviderLine:
    """Return what staff see of a provider."""
    state = state_of(provider)
    return ProviderLine(
        provider=provider,
        state=state,
        missing=what_is_missing(provider),
        has_key=bool(key_of(provider)),
        spent_today=spent_on(today(), provider_id=provider.pk),
        at_work=calls_at_work(provider),
        slots=slots_of(state, provider),
        opens_at=state.opens_at(timezone.now()),
        is_free=is_free(provider),
        is_own=is_own(provider),
    )


def provider_lines() -> list[ProviderLine]:
    """Return every provider that Easel knows how to call, by name."""
    rows = ProviderEntry.objects.select_related("state_of_calls").exclude(family="")
    return [provider_line(provider) for provider in rows]


def today() -> datetime.date:
    """Return the day that caps count now, in UTC."""
    return timezone.now().astimezone(datetime.UTC).date()


def spent_by_day(provider: ProviderEntry) -> list[DaySpent]:
    """Return the last DAYS days on which calls to the provider cost something, the newest first."""
    since = today() - datetime.timedelta(days=DAYS - 1)
    rows = Spending.objects.filter(provider=provider, day__gte=since, amount__gt=0).order_by("-day")
    return [DaySpent(row.day, row.amount) for row in rows if row.day is not None]


def testable_contenders(provider: ProviderEntry) -> list[TestableContender]:
    """Return the contenders that a test call of this provider can be made of, by name."""
    rows = Contender.objects.filter(offering__provider=provider).select_related("image_model", "offering__provider")
    current = [row for row in rows.prefetch_related("offering__prices") if not row.is_retired and can_probe(row)]
    return [TestableContender(row, probe_bound(row)) for row in current]


def recent_probes(provider: ProviderEntry) -> Iterable[Probe]:
    """Return the latest test calls."""
    return provider.probes.select_related("contender", "asked_by")[:10]


def set_day_cap(provider: ProviderEntry, cap: Decimal | None) -> None:
    """Set what calls to the provider may cost a day in USD, or lift the cap; calls that waited for it begin."""
    state_of(provider)
    ProviderState.objects.filter(pk=provider.pk).update(day_cap=cap, held_until=None, hold_reason="")


def day_cap_of_all() -> Decimal | None:
    """Return what all calls of a day may cost in USD; None without a cap."""
    cap: Decimal | None = settings.SPEND_PER_DAY
    return cap


def find_waits(run: Run) -> list[Wait]:
    """Return the providers at which images of a run are queued and cannot begin now, each with the reason."""
    queued = run.generations.filter(state=Generation.State.QUEUED)
    providers = ProviderEntry.objects.select_related("state_of_calls").filter(
        pk__in=queued.order_by().values("contender__offering__provider").distinct()
    )
    found = []
    for provider in providers:
        wait = _wait_for(provider, queued.filter(contender__offering__provider=provider).count())
        if wait is not None:
            found.append(wait)
    return found


def is_stuck(run: Run) -> bool:
    """Tell whether nothing more of a run happens until somebody acts, or a long outage is over."""
    open_ones = run.generations.filter(state__in=[Generation.State.RUNNING, Generation.State.PENDING])
    if open_ones.exists():
        return False
    queued = run.generations.filter(state=Generation.State.QUEUED).count()
    stuck = sum(wait.count for wait in find_waits(run) if wait.until is None or wait.is_long)
    return queued > 0 and stuck == queued


def _wait_for(provider: ProviderEntry, count: int) -> Wait | None:
    state = state_of(provider)
    opens_at = state.opens_at(timezone.now())
    if missing := what_is_missing(provider):
        return Wait(provider, count, missing, None, is_long=False)
    if opens_at is None:
        return Wait(provider, count, state.reason, None, is_long=False)
    if opens_at <= timezone.now():
        return None
    outage = state.breaker == ProviderState.Breaker.OUTAGE
    reason = state.reason if outage else state.hold_reason or _("It takes only so many calls a minute.")
    return Wait(provider, count, reason, opens_at, is_long=outage and state.outages >= PATIENT_OUTAGES)
