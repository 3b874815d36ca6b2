"""The page of an organization: its models and where they stand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Fact, Organization
from leaderboard.presentation.ledger_choice import choose_ledger
from leaderboard.presentation.model_cards import ModelCard, list_model_cards
from leaderboard.queries.model_pages.imported_names import ledgers_with_models
from leaderboard.queries.slices import shown_modalities


def _list_releases(organization: Organization) -> dict[int, str]:
    """When each model was released, as far as a source says: a day or a month; of several the earliest."""
    told = Fact.objects.filter(image_model__organization=organization, key="released_on").order_by("-value")
    return dict(told.values_list("image_model", "value"))


def _newest_first(dated: tuple[str, ModelCard]) -> tuple[str, str]:
    return dated[0], dated[1].image_model.name


@require_safe
def show_organization(request: HttpRequest, slug: str) -> HttpResponse:
    """One organization with its models over time, the newest first, and where each stands on the overall board."""
    organization = get_object_or_404(Organization, slug=slug)
    modality = shown_modalities()[0]
    shown = choose_ledger(request.path, request.GET, modality=modality, imported=ledgers_with_models())
    cards = list_model_cards(ledger=shown.slug, organization=organization.slug, sort="rank")
    released = _list_releases(organization)
    context = {
        "organization": organization,
        "cards": cards,
        "over_time": sorted(
            ((released.get(card.image_model.pk, ""), card) for card in cards), key=_newest_first, reverse=True
        ),
        "rows": [card.best for card in cards if card.best],
        "shown": shown,
    }
    return render(request, "catalog/organization.html", context)
