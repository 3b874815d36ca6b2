"""Pictures that may be shown with names, which are those of open prompts; and what originals claim, counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from arena.catalog.models import Category, ImageModel, Prompt
from arena.generation.models import AvifCopy, Generation, Image


@dataclass(frozen=True)
class CredentialCounts:
    """How many of a contender's originals were looked at, and how many of these carry which claims."""

    originals: int
    c2pa: int
    synthid: int
    declared: int


def open_pictures() -> QuerySet[Generation]:
    """Return published generations of open prompts with contender, model, prompt and image loaded, newest first.

    `has_avif` says of each whether its image can be had as AVIF, too.

    Every page that shows a picture beside a name takes it from here. No image in play is ever included, nor one that
    is hidden after reports.
    """
    copies = AvifCopy.objects.filter(rendition__image__generation=OuterRef("pk"))
    return (
        Generation.objects.filter(
            state=Generation.State.DONE,
            entered_at__isnull=False,
            hidden_at__isnull=True,
            image__isnull=False,
            prompt__state=Prompt.State.OPEN,
            prompt__category__state=Category.State.ACTIVE,
        )
        .annotate(has_avif=Exists(copies) if settings.AVIF else Value(False))
        .select_related("image", "prompt__category", "contender__image_model__organization")
        .order_by("-finished_at", "-id")
    )


def pictures_of_model(image_model: ImageModel) -> QuerySet[Generation]:
    """Return the open pictures of all contenders of one model."""
    return open_pictures().filter(contender__image_model=image_model)


def pictures_of_prompts(prompts: Iterable[Prompt]) -> dict[int, list[Generation]]:
    """Return the open pictures of each prompt by its key, contenders by name, first samples first. One query."""
    wanted = [prompt.pk for prompt in prompts if prompt.state == Prompt.State.OPEN]
    found: dict[int, list[Generation]] = {}
    for picture in open_pictures().filter(prompt__in=wanted).order_by("sample", "contender__name", "id"):
        found.setdefault(picture.prompt_id, []).append(picture)
    return found


def choose_display(today: date) -> list[Generation]:
    """Return two open pictures of one prompt, a different prompt each day; none if no prompt has two. Two queries."""
    paired = open_pictures().order_by().values("prompt").annotate(pictures=Count("pk")).filter(pictures__gte=2)
    prompts = sorted(paired.values_list("prompt", flat=True))
    if not prompts:
        return []
    chosen = prompts[today.toordinal() % len(prompts)]
    return list(open_pictures().filter(prompt=chosen).order_by("sample", "id")[:2])


def credential_counts(image_model: ImageModel) -> dict[int, CredentialCounts]:
    """Return the counts of a model's contenders by key; without those that have no originals. One query.

    They count images in play, too: of no single image they tell anything.
    """
    counts = {
        "originals": Count("pk"),
        "c2pa": Count("pk", filter=Q(credentials__c2pa=True)),
        "synthid": Count("pk", filter=Q(credentials__synthid=True)),
        "declared": Count("pk", filter=~Q(credentials__source_type="")),
    }
    own = Image.objects.filter(generation__contender__image_model=image_model, credentials__isnull=False)
    rows = own.order_by().values_list("generation__contender").annotate(**counts)
    return {row[0]: CredentialCounts(*row[1:]) for row in rows}
