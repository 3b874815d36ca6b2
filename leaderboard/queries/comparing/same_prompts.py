"""What several contenders made of the same open prompts, and how people split on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count

from arena.catalog.models import Contender, Prompt
from arena.generation.ingest.public_sources import NO_SOURCES, PromptSources, read_sources
from arena.generation.models import Generation
from leaderboard.queries.competitions.galleries import open_pictures
from leaderboard.queries.competitions.prompt_results import PairCount, count_pairs_on

PROMPTS_PER_PAGE = 8


@dataclass(frozen=True)
class SamePrompt:
    """One open prompt: what it gives to edit, a picture of each contender that has one, and the votes of each pair."""

    prompt: Prompt
    sources: PromptSources
    pictures: tuple[Generation, ...]
    pairs: tuple[PairCount, ...]


def list_same_prompts(
    contenders: Sequence[Contender], *, modality: str, ledger: str, page: str | None
) -> tuple[Page[int], tuple[SamePrompt, ...]]:
    """Return a page of the open prompts of which at least two of the contenders have a picture, with these pictures.

    Prompts of which most have one come first. Pictures are in the order of the contenders, first samples only.
    """
    keys = [contender.pk for contender in contenders]
    pictured = open_pictures().filter(contender__in=keys, prompt__category__modality=modality)
    shared = (
        pictured.order_by()
        .values("prompt")
        .annotate(makers=Count("contender", distinct=True))
        .filter(makers__gte=2)
        .order_by("-makers", "prompt__category__position", "prompt")
    )
    turned = Paginator(list(shared.values_list("prompt", flat=True)), PROMPTS_PER_PAGE).get_page(page)
    found: dict[int, dict[int, Generation]] = {}
    for picture in pictured.filter(prompt__in=turned.object_list).order_by("sample", "id"):
        found.setdefault(picture.prompt_id, {}).setdefault(picture.contender_id, picture)
    names = {contender.slug for contender in contenders}
    return turned, _gather(list(turned.object_list), found, keys, ledger, names)


def _gather(
    prompts: Sequence[int],
    found: dict[int, dict[int, Generation]],
    keys: list[int],
    ledger: str,
    names: Collection[str],
) -> tuple[SamePrompt, ...]:
    asked = [next(iter(found[key].values())).prompt for key in prompts]
    sources = read_sources(prompts)
    pairs = count_pairs_on(asked, ledger=ledger, contenders=names)
    return tuple(
        SamePrompt(
            prompt,
            sources.get(prompt.pk, NO_SOURCES),
            tuple(found[prompt.pk][key] for key in keys if key in found[prompt.pk]),
            pairs.get(prompt.slug, ()),
        )
        for prompt in asked
    )
