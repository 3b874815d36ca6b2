"""Competitions: the prompts that people vote on, and what came of those that are open."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Category, Contender, Modality, Prompt
from arena.generation.ingest.public_sources import NO_SOURCES, gather_sources, read_sources
from arena.generation.models import Generation
from leaderboard.charts.matrix import Duel, MatrixCell, lay_matrix
from leaderboard.presentation.board_address import clean_choice
from leaderboard.presentation.ledger_choice import ShownLedger, choose_ledger
from leaderboard.queries.competitions.galleries import open_pictures, pictures_of_prompts
from leaderboard.queries.competitions.prompt_results import CompetitionResult, count_results
from leaderboard.queries.competitions.shown_prompts import listed_prompts, shown_prompts
from leaderboard.queries.slices import language_name, shown_modalities

PER_PAGE = 24
MOST_IN_MATRIX = 24
FILTERS = ("modality", "category", "language", "state")


@require_safe
def list_competitions(request: HttpRequest) -> HttpResponse:
    """Prompts in play and open, by modality, category, language and state; pages of `PER_PAGE`."""
    chosen = {name: clean_choice(request.GET.get(name, "")) for name in FILTERS}
    query = urlencode([(name, value) for name, value in chosen.items() if value])
    page = Paginator(_shown_prompts(chosen), PER_PAGE).get_page(request.GET.get("page"))
    pictures = pictures_of_prompts(page.object_list)
    sources = read_sources(prompt.pk for prompt in page.object_list)
    context = {
        "page": page,
        "cards": [
            (prompt, pictures.get(prompt.pk, [])[:4], sources.get(prompt.pk, NO_SOURCES)) for prompt in page.object_list
        ],
        "modalities": [(value, label) for value, label in Modality.choices if value in shown_modalities()],
        "chosen": chosen,
        "start": f"?{query}" if query else "",
        "categories": Category.objects.filter(state=Category.State.ACTIVE),
        "languages": _languages(),
        "states": [
            (Prompt.State.PLAY.value, Prompt.State.PLAY.label),
            (Prompt.State.OPEN.value, Prompt.State.OPEN.label),
        ],
    }
    return render(request, "catalog/competitions.html", context)


@require_safe
def show_competition(request: HttpRequest, slug: str) -> HttpResponse:
    """One prompt: open with its entries and results, in play without any image; a draft is a 404, also for staff."""
    if not slug.isprintable():
        raise Http404
    prompt = get_object_or_404(shown_prompts().select_related("superseded_by__category"), slug=slug)
    if prompt.state != Prompt.State.OPEN:
        context = {"prompt": prompt, "sources": gather_sources(prompt.source_images.all())}
        return render(request, "catalog/competition_in_play.html", context)
    shown = choose_ledger(request.path, request.GET, modality=prompt.category.modality)
    return render(request, "catalog/competition_open.html", _open_context(prompt, shown))


def _open_context(prompt: Prompt, shown: ShownLedger) -> dict[str, Any]:
    result = count_results(prompt=prompt, ledger=shown.slug)
    pictures = list(open_pictures().filter(prompt=prompt).order_by("contender__name", "sample"))
    names = dict(Contender.objects.filter(slug__in=result.entries).values_list("slug", "name"))
    entries = [(picture, result.entries.get(picture.contender.slug)) for picture in pictures]
    entries.sort(key=lambda entry: -1.0 if entry[1] is None or entry[1].share is None else entry[1].share, reverse=True)
    counts = result.best_first
    return {
        "prompt": prompt,
        "sources": gather_sources(prompt.source_images.all()),
        "entries": entries,
        "result": result,
        "lines": [(names.get(count.contender, count.contender), count) for count in counts],
        "duels": _lay_duels([count.contender for count in counts], result, names),
        "pairs": [
            (names.get(pair.first, pair.first), names.get(pair.second, pair.second), pair) for pair in result.pairs
        ],
        "shown": shown,
    }


def _lay_duels(
    order: list[str], result: CompetitionResult, names: dict[str, str]
) -> list[tuple[str, tuple[MatrixCell, ...]]]:
    """Who beat whom, best first, as a matrix; none where it would be larger than can be read."""
    if len(order) > MOST_IN_MATRIX:
        return []
    pairs = {(pair.first, pair.second): pair for pair in result.pairs}

    def find(row: int, column: int) -> Duel:
        one, two = order[row], order[column]
        pair, turned = pairs.get((one, two)), pairs.get((two, one))
        if pair:
            wins, ties, losses = pair.first_wins, pair.ties, pair.second_wins
        elif turned:
            wins, ties, losses = turned.second_wins, turned.ties, turned.first_wins
        else:
            wins = ties = losses = 0
        rated = wins + ties + losses
        return Duel((wins + ties / 2) / rated if rated else None, wins, ties, losses)

    cells = lay_matrix(len(order), find)
    return [(names.get(slug, slug), own) for slug, own in zip(order, cells, strict=True)]


def _shown_prompts(chosen: dict[str, str]) -> QuerySet[Prompt]:
    """The prompts to list, of those that were chosen."""
    fields = {"modality": "category__modality", "category": "category__slug", "language": "language", "state": "state"}
    named = {fields[name]: value for name, value in chosen.items() if value}
    pictured = Exists(open_pictures().filter(prompt=OuterRef("pk")))
    published = Generation.objects.filter(state=Generation.State.DONE, entered_at__isnull=False)
    made = Exists(published.filter(prompt=OuterRef("pk")))
    # What can be looked at comes first, then what has images to vote on; "open" sorts before "play".
    return listed_prompts().filter(**named).order_by(pictured.desc(), made.desc(), "state", "category__position", "id")


def _languages() -> list[tuple[str, str]]:
    codes = shown_prompts().order_by().values_list("language", flat=True).distinct()
    return sorted(((code, language_name(code)) for code in codes), key=lambda language: language[1])
