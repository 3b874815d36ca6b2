"""Sends jobs to the workers by name, on commit: each provider has a short queue that is refilled as work gets done.

The rows are the truth and messages may be lost: one without effect during its lifetime is sent again.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from arena.catalog.models import Provider
from arena.generation.models import Generation, Run
from arena.generation.providers.registry import is_own
from arena.process.sending import send_jobs

TASK = "arena.generation.generate"
# Messages in the queue of a provider without a limit: enough for several workers, few enough to pause at once.
WINDOW = 32


def message_lifetime() -> datetime.timedelta:
    """Return how long a message counts as being on its way: two sweeps."""
    return datetime.timedelta(seconds=2 * settings.SWEEP_SECONDS)


def due_generations() -> QuerySet[Generation]:
    """Return what a worker could claim now, in the order of planning: new calls of running runs, and polls of any."""
    now = timezone.now()
    return Generation.objects.filter(
        Q(run_after__isnull=True) | Q(run_after__lte=now),
        Q(state=Generation.State.QUEUED, run__state=Run.State.RUNNING) | Q(state=Generation.State.PENDING),
    ).order_by("id")


def publish_due(*, provider_id: int | None = None) -> None:
    """Send jobs of one provider, or of all, until its window is full: its concurrency, or WINDOW if it is our own."""
    waiting = Provider.objects.filter(offerings__contenders__generations__in=due_generations()).distinct()
    for provider in waiting if provider_id is None else Provider.objects.filter(pk=provider_id):
        window = WINDOW if is_own(provider) else provider.concurrency
        room = window - _on_the_way(provider)
        # Half a window at a time: a refill after every job would cost more than the job's own rows.
        _publish(provider, room if room >= window // 2 else 0)


def _on_the_way(provider: Provider) -> int:
    now = timezone.now()
    return Generation.objects.filter(
        Q(state=Generation.State.RUNNING, lease_until__gt=now)
        | Q(state=Generation.State.PENDING)
        | Q(state=Generation.State.QUEUED, published_at__gt=now - message_lifetime(), run__state=Run.State.RUNNING),
        contender__offering__provider=provider,
    ).count()


def _publish(provider: Provider, room: int) -> None:
    """Send the polls that are due, which cost nothing, and at most `room` new calls."""
    now = timezone.now()
    # A worker that put the job off after its last message has acted on that message.
    acted_on = Q(published_at__isnull=True) | Q(run_after__gt=F("published_at"))
    lost = Q(published_at__lt=now - message_lifetime())
    unsent = due_generations().filter(acted_on | lost, contender__offering__provider=provider)
    with transaction.atomic():
        rows = unsent.select_for_update(of=("self",), skip_locked=True).values_list("id", flat=True)
        ids = list(rows.filter(state=Generation.State.PENDING))
        if room > 0:
            ids += rows.filter(state=Generation.State.QUEUED)[:room]
        Generation.objects.filter(pk__in=ids).update(published_at=now)
        transaction.on_commit(lambda: send_jobs(TASK, ids))


def publish_after(generation_id: int) -> None:
    """Send the next jobs of this generation's provider."""
    provider_ids = Generation.objects.filter(pk=generation_id).values_list("contender__offering__provider", flat=True)
    for provider_id in provider_ids:
        publish_due(provider_id=provider_id)
