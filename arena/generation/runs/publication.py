"""Publishing a run's images by hand: what waits, the nameless look at it, dropping single images, letting them in."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.errors import Conflict, NotFound
from arena.generation.calls.entering import complete_images, enter_play, waiting_images
from arena.generation.ingest.renditions import read_rendition
from arena.generation.models import Generation, Image, Run
from arena.generation.transitions import OPEN_STATES

LOOK_LENGTH = 48

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Published:
    """How many images came into play, and how many still wait because their prompt is not complete."""

    entered: int
    waiting: int


@dataclass(frozen=True)
class LookImage:
    """An unpublished image as staff see it. No field could name who made it."""

    handle: uuid.UUID
    is_dropped: bool


@dataclass(frozen=True)
class LookPrompt:
    """A prompt, with those of its images that are on this page."""

    text: str
    language: str
    category: str
    images: Sequence[LookImage]


def publish_run(*, run: Run) -> Published:
    """Let the run's complete prompts into play; dropped images stay out. Raises Conflict if nothing waits.

    A prompt is complete when the run has nothing left to do for it.
    """
    entered = complete_images().filter(run=run).update(entered_at=timezone.now())
    waiting = waiting_images().filter(run=run).count()
    if not entered:
        raise Conflict(
            _("No image can be published yet: each one waits for other contenders' images of its prompt.")
            if waiting
            else _("No image of this run waits to be published.")
        )
    log.info("run published", run=run.pk, images=entered, waiting=waiting)
    return Published(entered, waiting)


def set_publishing(*, run: Run, publishing: str) -> None:
    """Say whether the run's images come into play by themselves. Raises Conflict for an import."""
    if run.kind == Run.Kind.IMPORT or publishing not in Run.Publishing.values:
        raise Conflict(_("Imported pictures are in play at once."))
    Run.objects.filter(pk=run.pk).update(publishing=publishing)
    run.publishing = publishing
    enter_play(run_id=run.pk)


def unpublished(run: Run) -> QuerySet[Image]:
    """Return the run's images that are not in play, dropped ones included, in an order that follows no contender.

    Without those of prompts that are under way: beside the counts of the run's page, the first image of a prompt would
    tell who made it. Nor with those that `not_nameless` counts.
    """
    under_way = run.generations.filter(state__in=OPEN_STATES).values("prompt")
    wanted = _not_in_play(run).exclude(generation__prompt__in=under_way)
    return wanted.exclude(generation__prompt__in=_alone(run)).order_by("generation__prompt_id", "handle")


def not_nameless(run: Run) -> int:
    """Count the unpublished images whose maker the run's page would name: all others refused or failed their prompt."""
    return _not_in_play(run).filter(generation__prompt__in=_alone(run)).count()


def has_one_contender(run: Run) -> bool:
    """Tell whether whoever knows the run knows who made its images."""
    return run.generations.order_by().values("contender").distinct().count() == 1


def _not_in_play(run: Run) -> QuerySet[Image]:
    return Image.objects.filter(
        generation__run=run, generation__state=Generation.State.DONE, generation__entered_at__isnull=True
    )


def _alone(run: Run) -> list[int]:
    """Return the prompts of which only one of the run's contenders has images."""
    if has_one_contender(run):
        return []
    makers = run.generations.filter(state=Generation.State.DONE).order_by().values_list("prompt")
    return [prompt for prompt, count in makers.annotate(count=Count("contender", distinct=True)) if count == 1]


def look_page(run: Run, number: str | None) -> tuple[Page[Image], list[LookPrompt]]:
    """Return a page of unpublished images, and the same images by prompt. Two queries."""
    rows = unpublished(run).select_related("generation__prompt__category")
    page = Paginator(rows, LOOK_LENGTH).get_page(number)
    groups = groupby(page, key=lambda image: image.generation.prompt)
    return page, [
        LookPrompt(
            prompt.text,
            prompt.language,
            prompt.category.name,
            [LookImage(image.handle, image.generation.hidden_at is not None) for image in images],
        )
        for prompt, images in groups
    ]


def drop_image(*, handle: uuid.UUID, drops: bool) -> None:
    """Keep an image out of play, or take that back. Raises NotFound if it does not exist or is published."""
    generation = _find(handle)
    rows = Generation.objects.filter(pk=generation, entered_at__isnull=True)
    if not rows.update(hidden_at=timezone.now() if drops else None):
        raise NotFound(_("This image is published. Hide it from the page of reports, or report it."))
    log.info("image dropped" if drops else "image kept", generation=generation)


def read_look(*, handle: uuid.UUID, width: int) -> bytes:
    """Return a rendition of an unpublished image. Raises NotFound if it does not exist or is published."""
    generation = _find(handle)
    return read_rendition(generation_id=generation, beside=generation, width=width)


def _find(handle: uuid.UUID) -> int:
    wanted = Image.objects.filter(handle=handle, generation__entered_at__isnull=True)
    found = wanted.values_list("generation", flat=True).first()
    if found is None:
        raise NotFound(_("There is no unpublished image here."))
    return found
