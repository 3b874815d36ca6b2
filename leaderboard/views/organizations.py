"""The page of an organization: its models and where they stand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Organization
from leaderboard.presentation.model_cards import list_model_cards
from leaderboard.queries.slices import default_ledger, find_ledger


@require_safe
def show_organization(request: HttpRequest, slug: str) -> HttpResponse:
    """One organization with the cards of its models."""
    organization = get_object_or_404(Organization, slug=slug)
    ledger = default_ledger()
    cards = list_model_cards(ledger=ledger, organization=organization.slug, sort="rank")
    context = {"organization": organization, "cards": cards, "ledger": find_ledger(ledger)}
    return render(request, "catalog/organization.html", context)
