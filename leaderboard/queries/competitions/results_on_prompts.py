"""How a model did in each competition: on one open prompt against all others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from arena.catalog.models import Contender, Prompt
from arena.generation.models import Generation
from leaderboard.queries.competitions.prompt_results import EntryCount, PairCount, count_pairs_on, sum_entries
from leaderboard.queries.model_pages.picture_records import PictureRecord

COMPETITIONS_PER_PAGE = 10


@dataclass(frozen=True)
class CompetitionEntry:
    """One contender in a competition: all its samples with their own votes, and the result of all of them together.

    `place` is by the share of votes among the `entrants` that have one.
    """

    prompt: Prompt
    contender: Contender
    pictures: tuple[tuple[Generation, PictureRecord | None], ...]
    count: EntryCount | None
    place: int | None
    entrants: int


def list_entries(
    pictures: QuerySet[Generation], records: Mapping[int, PictureRecord], *, ledger: str, page: str | None
) -> tuple[Page[int], tuple[CompetitionEntry, ...]]:
    """Return a page of the prompts of some of a model's open pictures, and its entries there. Four queries."""
    prompts = pictures.order_by("prompt__category__position", "prompt").values_list("prompt", flat=True).distinct()
    turned = Paginator(list(prompts), COMPETITIONS_PER_PAGE).get_page(page)
    return turned, list_all_entries(pictures.filter(prompt__in=turned.object_list), records, ledger=ledger)


def list_all_entries(
    pictures: QuerySet[Generation], records: Mapping[int, PictureRecord], *, ledger: str
) -> tuple[CompetitionEntry, ...]:
    """Return the entries to which some of a model's open pictures belong. Two queries."""
    shown: dict[tuple[int, int], list[Generation]] = {}
    for picture in pictures.order_by("prompt__category__position", "prompt", "contender__name", "sample", "id"):
        shown.setdefault((picture.prompt_id, picture.contender_id), []).append(picture)
    counts = count_pairs_on([group[0].prompt for group in shown.values()], ledger=ledger)
    return tuple(_entry(group, records, counts.get(group[0].prompt.slug, ())) for group in shown.values())


def _entry(
    group: Sequence[Generation], records: Mapping[int, PictureRecord], pairs: Sequence[PairCount]
) -> CompetitionEntry:
    prompt, contender = group[0].prompt, group[0].contender
    entries = sum_entries(pairs)
    own = entries.get(contender.slug)
    shares = [one.share for one in entries.values() if one.share is not None]
    place = None if own is None or own.share is None else 1 + sum(share > own.share for share in shares)
    pictures = tuple((picture, records.get(picture.pk)) for picture in group)
    return CompetitionEntry(prompt, contender, pictures, own, place, len(shares))
