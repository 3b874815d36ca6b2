"""The page of an organization: its models and where they stand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality, Organization
from leaderboard.presentation.contenders.models_over_time import tell_models_over_time
from leaderboard.presentation.ledger_choice import choose_ledger
from leaderboard.presentation.model_cards import list_model_cards
from leaderboard.queries.comparing.verdicts import read_opinion
from leaderboard.queries.model_pages.imported_names import ledgers_with_models
from leaderboard.queries.model_pages.release_dates import read_release_dates
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import read_board


@require_safe
def show_organization(request: HttpRequest, slug: str) -> HttpResponse:
    """One organization with its models over time, the newest first, and where each stands on the overall board."""
    organization = get_object_or_404(Organization, slug=slug)
    modality = shown_modalities()[0]
    shown = choose_ledger(request.path, request.GET, modality=modality, imported=ledgers_with_models())
    boards = [read_board(ledger=shown.slug, modality=each) for each in Modality.values]
    cards = list_model_cards(boards, organization=organization.slug, sort="-released")
    released = read_release_dates()
    models = [card.image_model for card in cards]
    figures = [tell_models_over_time(board, read_opinion(board), models, released) for board in boards if board.rows]
    context = {
        "organization": organization,
        "cards": cards,
        "over_time": [(released.get(card.slug), card) for card in cards],
        "figures": [figure for figure in figures if figure.models],
        "rows": [card.best for card in cards if card.best],
        "shown": shown,
    }
    return render(request, "catalog/organization.html", context)
