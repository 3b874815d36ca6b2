"""What imported ledgers have of the catalogue: contenders that an import mapped, and categories of the same name."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from arena.catalog.models import Category
from arena.voting.models import ImportedContender
from leaderboard.models import Board


def ledgers_of_model(model: str) -> set[str]:
    """Return the slugs of the imported ledgers that have a contender of a model. One query."""
    return set(_mapped().filter(contender__image_model__slug=model).values_list("ledger__slug", flat=True))


def ledgers_with_models() -> set[str]:
    """Return the slugs of the imported ledgers that have a contender of any model. One query."""
    return set(_mapped().values_list("ledger__slug", flat=True).distinct())


def ledgers_of_category(category: Category) -> dict[str, str]:
    """Return the imported ledgers with a board named as the category, by slug, each with its own name for it.

    It is the same name, not the same prompts: pages say so where they show such a board. One query.
    """
    alike = Q(slice_value__iexact=category.slug) | Q(slice_value__iexact=category.name)
    boards = Board.objects.filter(
        alike, ledger__kind="imported", modality=category.modality, slice=Board.Slice.CATEGORY, days=0
    )
    return dict(boards.order_by("slice_value").values_list("ledger__slug", "slice_value"))


def labels_in(ledger: str, contenders: Iterable[str]) -> dict[str, str]:
    """Return what an imported ledger calls contenders of the catalogue, by slug; nothing for other ledgers."""
    found = _mapped().filter(ledger__slug=ledger, contender__slug__in=list(contenders))
    return dict(found.values_list("contender__slug", "label"))


def _mapped() -> QuerySet[ImportedContender]:
    return ImportedContender.objects.filter(contender__isnull=False)
