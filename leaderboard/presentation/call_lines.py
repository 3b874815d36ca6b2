"""A model's calls, a line for each contender and modality that has any; and beside them what imports claim."""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.catalog.models import Contender, ImageModel, Modality
from leaderboard.queries.figures import (
    ClaimedFigures,
    ListPrice,
    Reliability,
    read_claimed,
    read_reliability,
)


@dataclass(frozen=True)
class CallLine:
    """What a contender's calls gave for prompts of one modality, beside its list price."""

    contender: Contender
    modality: str
    figures: Reliability
    price: ListPrice | None


@dataclass(frozen=True)
class ClaimedLine:
    """What imports claim of a contender's pictures."""

    contender: Contender
    figures: ClaimedFigures


def list_claimed(image_model: ImageModel) -> list[ClaimedLine]:
    """Return the lines of a loaded model's contenders of which an import claims something, by name."""
    contenders = sorted(image_model.contenders.all(), key=lambda contender: contender.name.casefold())
    claimed = read_claimed([contender.pk for contender in contenders])
    return [ClaimedLine(each, claimed[each.pk]) for each in contenders if each.pk in claimed]


def list_calls(image_model: ImageModel, listed: Mapping[int, ListPrice]) -> list[CallLine]:
    """Return the lines of a loaded model's contenders that were called or have images, by name.

    `listed` are their list prices.
    """
    contenders = sorted(image_model.contenders.all(), key=lambda contender: contender.name.casefold())
    figures = {modality: read_reliability([one.pk for one in contenders], modality=modality) for modality in Modality}
    return [
        CallLine(contender, str(modality.label), of_one[contender.pk], listed.get(contender.pk))
        for contender in contenders
        for modality, of_one in figures.items()
        if of_one[contender.pk].calls or of_one[contender.pk].prompts_covered
    ]
