"""What a run can be planned of: contenders by provider with what keeps them out, and categories with their prompts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, QuerySet

from arena.catalog.models import Category, Contender, Organization, Prompt, Provider
from arena.generation.calls.prices import image_price
from arena.generation.runs.abilities import Abilities


@dataclass(frozen=True)
class ContenderChoice:
    """A contender, its list price of an image in USD, and why it cannot be called (empty: it can)."""

    contender: Contender
    price: Decimal | None
    why_not: str


@dataclass(frozen=True)
class ProviderChoice:
    """A provider with the contenders that are generated there."""

    provider: Provider
    contenders: list[ContenderChoice] = field(default_factory=list)

    @property
    def callable(self) -> int:
        """How many of them can be called."""
        return sum(not each.why_not for each in self.contenders)


@dataclass(frozen=True)
class CategoryChoice:
    """A category with its prompts that are not superseded; `current` of them are in play or open."""

    category: Category
    prompts: list[Prompt] = field(default_factory=list)

    @property
    def current(self) -> int:
        """How many of them the whole category stands for."""
        return sum(prompt.state != Prompt.State.DRAFT for prompt in self.prompts)


@dataclass(frozen=True)
class Menu:
    """All that can be chosen; `imported` counts the contenders that no provider generates."""

    providers: Sequence[ProviderChoice]
    organizations: Sequence[Organization]
    categories: Sequence[CategoryChoice]
    imported: int


def read_menu() -> Menu:
    """Read what can be chosen. Four queries, whatever the catalogue holds."""
    known = list(current_contenders())
    contenders = [each for each in known if each.offering is not None]
    abilities = Abilities(contenders)
    providers: dict[int, ProviderChoice] = {}
    organizations: dict[int, Organization] = {}
    for contender in contenders:
        assert contender.offering is not None
        provider, why_not = contender.offering.provider, abilities.why_not_called(contender)
        group = providers.setdefault(provider.pk, ProviderChoice(provider))
        group.contenders.append(ContenderChoice(contender, image_price(contender), why_not))
        if not why_not:
            maker = contender.image_model.organization
            organizations.setdefault(maker.pk, maker)
    return Menu(
        # Those that can be called come first.
        providers=sorted(providers.values(), key=lambda group: (not group.callable, group.provider.name)),
        organizations=sorted(organizations.values(), key=lambda row: row.name),
        categories=_read_categories(),
        imported=len(known) - len(contenders),
    )


def current_contenders() -> list[Contender]:
    """Return the contenders that are not retired, with all that a plan reads of them. Two queries."""
    rows = Contender.objects.select_related("image_model__organization", "offering__provider")
    return [row for row in rows.prefetch_related("offering__prices").order_by("name") if not row.is_retired]


def current_prompts() -> QuerySet[Prompt]:
    """Return the prompts that are not superseded, with their categories."""
    rows = Prompt.objects.filter(superseded_by=None).select_related("category")
    return rows.order_by("category__position", F("category__name"), "id")


def _read_categories() -> list[CategoryChoice]:
    found: dict[int, CategoryChoice] = {}
    for prompt in current_prompts().defer("scene", "gloss", "note"):
        found.setdefault(prompt.category_id, CategoryChoice(prompt.category)).prompts.append(prompt)
    return list(found.values())
