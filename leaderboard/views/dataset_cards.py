"""A ledger's data: what there is, what it means, and how programs read it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.errors import NotFound
from leaderboard.presentation.release.dataset_card import DatasetCard, make_card
from leaderboard.queries.slices import find_ledger


@require_safe
def show_dataset_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the card of a ledger."""
    return render(request, "leaderboard/dataset_card.html", {"card": _make(request, slug)})


@require_safe
def send_dataset_card(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the same as a Markdown file, as it lies in a release."""
    return HttpResponse(_make(request, slug).as_markdown(), content_type="text/markdown; charset=utf-8")


def _make(request: HttpRequest, slug: str) -> DatasetCard:
    """Make the card. Raises Http404."""
    try:
        return make_card(find_ledger(slug), site=request.build_absolute_uri(reverse("home")).rstrip("/"))
    except NotFound as error:
        raise Http404(error.message) from error
