"""What the originals of contenders claim about their making, counted."""

from dataclasses import dataclass

from django.db.models import Count, Q

from arena.catalog.models import ImageModel
from arena.generation.models import Image


@dataclass(frozen=True)
class CredentialCounts:
    """How many of a contender's originals were looked at, and how many of these carry which claims."""

    originals: int
    c2pa: int
    synthid: int
    declared: int


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
