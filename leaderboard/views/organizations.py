"""The page of an organization: its models and where they stand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Organization
from leaderboard.presentation.ledger_choice import choose_ledger
from leaderboard.presentation.model_cards import list_model_cards
from leaderboard.queries.model_pages.imported_names import ledgers_with_models
from leaderboard.queries.slices import shown_modalities


@require_safe
def show_organization(request: HttpRequest, slug: str) -> HttpResponse:
    """One organization with its models over time, the newest first, and where each stands on the overall board."""
    organization = get_object_or_404(Organization, slug=slug)
    modality = shown_modalities()[0]
    shown = choose_ledger(request.path, request.GET, modality=modality, imported=ledgers_with_models())
    cards = list_model_cards(ledger=shown.slug, organization=organization.slug, sort="-released")
    context = {
        "organization": organization,
        "cards": cards,
        "rows": [card.best for card in cards if card.best],
        "shown": shown,
    }
    return render(request, "catalog/organization.html", context)
