"""Figures of generating for monitoring: what waits, and what the calls of today have cost."""

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from arena.generation.models import Generation, Spending
from arena.generation.transitions import OPEN_STATES
from arena.monitoring.exposition import Figure

_COST = "What the calls of today (UTC) have cost, or may yet cost, in USD."


def read_call_figures() -> list[Figure]:
    """Return how many images wait in each state, and the sums of the day, with the cap if there is one."""
    today = Spending.objects.filter(run=None, day=timezone.now().date())
    spent = dict(today.exclude(provider=None).values_list("provider__slug", "amount"))
    total = today.filter(provider=None).values_list("amount", flat=True).first() or 0
    states = [*OPEN_STATES, Generation.State.NEEDS_DECISION]
    waiting = Generation.objects.filter(state__in=states).order_by().values_list("state").annotate(n=Count("pk"))
    counts = dict.fromkeys(states, 0) | {Generation.State(state): n for state, n in waiting}
    found = [
        *(Figure("generations", "Wanted images, by state.", n, {"state": str(state)}) for state, n in counts.items()),
        *(Figure("provider_spend_usd", _COST, float(sum_), {"provider": slug}) for slug, sum_ in spent.items()),
        Figure("spend_usd", _COST, float(total)),
    ]
    if settings.SPEND_PER_DAY is not None:
        found.append(Figure("spend_cap_usd", "SPEND_PER_DAY, in USD.", float(settings.SPEND_PER_DAY)))
    return found
