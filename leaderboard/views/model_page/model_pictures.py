"""A model's pictures of open prompts: examples or all of them, by outcome and category, and its competitions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import pgettext

from arena.catalog.models import ImageModel
from arena.generation.ingest.public_sources import NO_SOURCES, PromptSources, read_sources
from arena.generation.models import Generation
from leaderboard.presentation.ledger_choice import ShownLedger
from leaderboard.presentation.model_page.gallery_choice import GalleryChoice, read_gallery_choice
from leaderboard.queries.competitions.galleries import pictures_of_model
from leaderboard.queries.competitions.results_on_prompts import list_entries
from leaderboard.queries.model_pages.picture_records import PictureRecord, read_picture_records
from leaderboard.queries.standings import StandingRow

PICTURES_PER_PAGE = 24
EXAMPLES = 8


def show_pictures(
    query: QueryDict,
    image_model: ImageModel,
    shown: ShownLedger,
    *,
    rows: Iterable[StandingRow],
    modalities: Collection[str],
    modality: str,
) -> dict[str, Any]:
    """The gallery and the competitions of some modalities, of which the address names one or, if empty, none.

    `rows` are all lines of the model's boards, which say who is rated highest.
    """
    pictures = pictures_of_model(image_model).filter(prompt__category__modality__in=modalities)
    categories = _count_categories(pictures)
    if not categories:
        return {}
    choice = read_gallery_choice(
        query, ledger=shown.chosen, modality=modality, categories=[slug for slug, _name, _n in categories]
    )
    records = read_picture_records(pictures, ledger=shown.slug)
    if choice.category:
        pictures = pictures.filter(prompt__category__slug=choice.category)
    examples = [] if choice.all else _pick_examples(records, rows)
    page = _turn_gallery(pictures, choice, records, query.get("page"))
    works = list(pictures.filter(pk__in=examples)) if examples else list(page.object_list)
    works = works if choice.all else sorted(works, key=_in_order(examples))[:EXAMPLES]
    context = {
        "gallery": page,
        "choice": choice,
        "works": _beside_sources(works, records),
        "are_examples": bool(examples),
        "outcomes": _link_outcomes(choice, records) if records else [],
        "gallery_categories": categories,
        "all_url": choice.but(outcome="", all="all").url,
        "all_pictures": sum(count for _slug, _name, count in categories),
    }
    return context | _show_competitions(query, pictures, shown, choice, records)


def _count_categories(pictures: QuerySet[Generation]) -> list[tuple[str, str, int]]:
    names = pictures.order_by("prompt__category__position").values_list(
        "prompt__category__slug", "prompt__category__name"
    )
    return list(names.annotate(pictures=Count("pk")))


def _turn_gallery(
    pictures: QuerySet[Generation], choice: GalleryChoice, records: Mapping[int, PictureRecord], page: str | None
) -> Any:
    if choice.outcome:
        pictures = pictures.filter(pk__in=[key for key, one in records.items() if one.outcome == choice.outcome])
    return Paginator(pictures, PICTURES_PER_PAGE).get_page(page)


def _pick_examples(records: Mapping[int, PictureRecord], rows: Iterable[StandingRow]) -> list[int]:
    """The pictures that met the highest-rated opponents, these first; newer ones before older ones."""
    strength = {row.contender_slug: row.line.elo for row in rows if row.line.elo is not None}
    met = {
        key: max((strength[slug] for slug in record.opponents if slug in strength), default=None)
        for key, record in records.items()
    }
    known = [(-elo, -key) for key, elo in met.items() if elo is not None]
    return [-key for _elo, key in sorted(known)[:EXAMPLES]]


def _in_order(examples: Sequence[int]) -> Any:
    places = {key: place for place, key in enumerate(examples)}
    return lambda picture: places.get(picture.pk, 0)


def _beside_sources(
    pictures: Sequence[Generation], records: Mapping[int, PictureRecord]
) -> list[tuple[Generation, PromptSources, PictureRecord | None]]:
    """Each picture with what it was made from, if it is an edit, and how it fared."""
    sources = read_sources({picture.prompt_id for picture in pictures})
    return [(picture, sources.get(picture.prompt_id, NO_SOURCES), records.get(picture.pk)) for picture in pictures]


def _link_outcomes(choice: GalleryChoice, records: Mapping[int, PictureRecord]) -> list[tuple[str, str, int, bool]]:
    """Each outcome with its address, how many pictures of the category have it, and whether it is chosen."""
    told = [one.outcome for one in records.values() if choice.category in ("", one.category)]
    named = (
        ("won", pgettext("pictures", "Won")),
        ("lost", pgettext("pictures", "Lost")),
        ("tied", pgettext("pictures", "Tied")),
    )
    return [
        (label, choice.but(outcome=code, all="all").url, told.count(code), choice.outcome == code)
        for code, label in named
    ]


def _show_competitions(
    query: QueryDict,
    pictures: QuerySet[Generation],
    shown: ShownLedger,
    choice: GalleryChoice,
    records: Mapping[int, PictureRecord],
) -> dict[str, Any]:
    page, entries = list_entries(pictures, records, ledger=shown.slug, page=query.get("competitions"))
    return {"competitions": page, "entries": entries}
