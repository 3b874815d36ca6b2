"""Categories: what is judged, on which prompts, who is best at it, and what the pictures look like."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Category, Modality, Prompt
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.comparing.price_bands import find_price_bands
from leaderboard.presentation.findings import state_finding
from leaderboard.presentation.ledger_choice import ShownLedger, choose_ledger
from leaderboard.queries.comparing.verdicts import read_opinion
from leaderboard.queries.competitions.galleries import open_pictures, pictures_of_prompts
from leaderboard.queries.model_pages.imported_names import ledgers_of_category
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import read_board

TOP_ROWS = 10
PICTURES_PER_PAGE = 24
IN_PLAY = Q(prompts__state=Prompt.State.PLAY, prompts__superseded_by__isnull=True)


@require_safe
def list_categories(request: HttpRequest) -> HttpResponse:
    """All active categories by modality, with their numbers of prompts."""
    counted = _active().annotate(
        open_prompts=Count("prompts", filter=Q(prompts__state=Prompt.State.OPEN)),
        prompts_in_play=Count("prompts", filter=IN_PLAY),
    )
    modalities = shown_modalities()
    groups = [(Modality(each).label, [one for one in counted if one.modality == each]) for each in modalities]
    return render(request, "catalog/categories.html", {"groups": [group for group in groups if group[1]]})


@require_safe
def show_category(request: HttpRequest, slug: str) -> HttpResponse:
    """One active category; `?page=` turns the gallery. Of prompts in play only the titles are shown."""
    category = get_object_or_404(_active(), slug=slug)
    labels = ledgers_of_category(category)
    shown = choose_ledger(request.path, request.GET, modality=category.modality, imported=labels)
    prompts = list(category.prompts.exclude(state=Prompt.State.DRAFT).order_by("language", "id"))
    opened = [prompt for prompt in prompts if prompt.state == Prompt.State.OPEN]
    pictures = pictures_of_prompts(opened)
    works = open_pictures().filter(prompt__category=category)
    context = {
        "category": category,
        "modality_label": Modality(category.modality).label,
        "shown": shown,
        "opened": [(prompt, pictures.get(prompt.pk, [])[:4]) for prompt in opened],
        "in_play": [one for one in prompts if one.state == Prompt.State.PLAY and one.superseded_by_id is None],
        "gallery": Paginator(works, PICTURES_PER_PAGE).get_page(request.GET.get("page")),
    }
    label = labels.get(shown.slug, category.slug)
    return render(request, "catalog/category.html", context | _rate(category, shown, label))


def _rate(category: Category, shown: ShownLedger, label: str) -> dict[str, Any]:
    """The top of the category's board, its finding, and the best of each price band; `label` is the ledger's name."""
    board = read_board(ledger=shown.slug, modality=category.modality, category=label)
    address = BoardAddress(category.modality, category=label, ledger=shown.chosen_on(category.modality))
    rated = [row for row in sort_rows(board.rows, "") if row.line.elo is not None]
    return {
        "board": board,
        "rows": rated[:TOP_ROWS],
        "more": max(0, len(rated) - TOP_ROWS),
        "finding": state_finding(board.rows) if rated else "",
        "bands": find_price_bands(board.rows, read_opinion(board)),
        "board_url": address.url,
        "api_query": address.api_query(ledger=shown.slug),
    }


def _active() -> QuerySet[Category]:
    return Category.objects.filter(state=Category.State.ACTIVE)
