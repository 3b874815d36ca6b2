"""What a search found, as rows: name, address, and an excerpt with the reader's words marked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import Prefetch
from django.urls import reverse

from arena.catalog.models import Category, Contender, ImageModel, Organization
from leaderboard.presentation.searching.excerpts import Part, cut_excerpt, fold, mark_words
from leaderboard.queries.competitions.shown_prompts import listed_prompts
from leaderboard.queries.searching.catalogue_search import Found

# Contenders that a model's row names.
MOST_CONTENDERS = 4


@dataclass(frozen=True)
class Hit:
    """One row. Title and excerpt come in parts; what a kind does not have is empty.

    Of a model: `organization`, `contenders` (slug and name, those that match first), `more_contenders`, and the excerpt
    of its summary. Of a category the excerpt is of its criterion. Of a prompt: `category`, `language`, `state`.
    """

    kind: str
    slug: str
    url: str
    title: tuple[Part, ...]
    excerpt: tuple[Part, ...]
    modalities: tuple[str, ...] = ()
    organization: str = ""
    contenders: tuple[tuple[str, tuple[Part, ...]], ...] = ()
    more_contenders: int = 0
    category: str = ""
    language: str = ""
    state: str = ""

    @property
    def name(self) -> str:
        """The title without marks."""
        return "".join(part.text for part in self.title)


class Hits(Sequence[Hit]):
    """All rows of some kinds in their order; only those of a slice are read from the database."""

    def __init__(self, found: Found, *kinds: str) -> None:
        self._words = found.wanted.squashed
        self._telling = found.wanted.telling.squashed
        self._keys = [(kind, key) for kind in kinds or found.keys for key in found.keys[kind]]

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> Hit: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...

    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        keys = self._keys[index] if isinstance(index, slice) else [self._keys[index]]
        hits = {
            (kind, row.pk): describe(row, self._words if kind in _NAMED else self._telling)
            for kind, describe in _DESCRIBED.items()
            for row in _ROWS[kind]([key for own, key in keys if own == kind])
        }
        # What was deleted since it was found is left out.
        rows = [hits[key] for key in keys if key in hits]
        return rows if isinstance(index, slice) else rows[0]


def _read_models(keys: Sequence[int]) -> Iterable[Any]:
    contenders = Prefetch("contenders", Contender.objects.order_by("name", "pk"))
    return ImageModel.objects.filter(pk__in=keys).select_related("organization").prefetch_related(contenders)


def _describe_model(row: ImageModel, words: Sequence[str]) -> Hit:
    others = [one for one in row.contenders.all() if one.name != row.name]
    matching = sorted(others, key=lambda one: not any(word in fold(one.name) for word in words))
    return Hit(
        kind="models",
        slug=row.slug,
        url=reverse("model", args=[row.slug]),
        title=mark_words(row.name, words),
        excerpt=cut_excerpt(row.summary, words),
        modalities=tuple(row.modalities),
        organization=row.organization.name,
        contenders=tuple((one.slug, mark_words(one.name, words)) for one in matching[:MOST_CONTENDERS]),
        more_contenders=max(0, len(matching) - MOST_CONTENDERS),
    )


def _describe_organization(row: Organization, words: Sequence[str]) -> Hit:
    url = reverse("organization", args=[row.slug])
    return Hit("organizations", row.slug, url, mark_words(row.name, words), cut_excerpt(row.description, words))


def _describe_category(row: Category, words: Sequence[str]) -> Hit:
    return Hit(
        kind="categories",
        slug=row.slug,
        url=reverse("category", args=[row.slug]),
        title=mark_words(row.name, words),
        excerpt=cut_excerpt(row.criterion, words),
        modalities=(row.modality,),
    )


def _describe_prompt(row: Any, words: Sequence[str]) -> Hit:
    return Hit(
        kind="prompts",
        slug=row.slug,
        url=reverse("competition", args=[row.slug]),
        title=mark_words(row.title, words),
        excerpt=cut_excerpt(row.text, words),
        modalities=(row.category.modality,),
        category=row.category.name,
        language=row.language,
        state=row.state,
    )


_ROWS: Mapping[str, Any] = {
    "models": _read_models,
    "organizations": lambda keys: Organization.objects.filter(pk__in=keys),
    "categories": lambda keys: Category.objects.filter(pk__in=keys),
    "prompts": lambda keys: listed_prompts().filter(pk__in=keys),
}
# Kinds that are found by their names alone.
_NAMED = ("models", "organizations")
_DESCRIBED: Mapping[str, Any] = {
    "models": _describe_model,
    "organizations": _describe_organization,
    "categories": _describe_category,
    "prompts": _describe_prompt,
}
