"""Publishing: the images that a run made of one prompt come into play together, so that none of them is met alone."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from arena.generation.models import Generation, Run
from arena.generation.transitions import OPEN_STATES


def waiting_images() -> QuerySet[Generation]:
    """Return the done generations whose image is not published yet, without those that staff have dropped."""
    return Generation.objects.filter(state=Generation.State.DONE, entered_at__isnull=True, hidden_at__isnull=True)


def complete_images() -> QuerySet[Generation]:
    """Return the waiting generations of whose prompt their run has nothing left to do."""
    under_way = Generation.objects.filter(run=OuterRef("run"), prompt=OuterRef("prompt"), state__in=OPEN_STATES)
    return waiting_images().filter(~Exists(under_way))


def enter_play(*, run_id: int | None = None, prompt_id: int | None = None) -> int:
    """Publish what is complete in runs that publish by themselves: of all, of one run, or of its one prompt.

    Returns how many images that were. Of two workers that end a prompt at once, the later one publishes it.
    """
    ready = complete_images().filter(run__in=Run.objects.filter(publishing=Run.Publishing.AUTOMATIC))
    if run_id is not None:
        ready = ready.filter(run=run_id)
    if prompt_id is not None:
        ready = ready.filter(prompt=prompt_id)
    return ready.update(entered_at=timezone.now())
