"""The map of the site for search engines: pages that stand for themselves, without their orders and filters."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.catalog.models import Category, ImageModel, Organization
from leaderboard.presentation.board_address import board_url
from leaderboard.presentation.ledger_choice import find_usual_ledger
from leaderboard.queries.competitions.shown_prompts import shown_prompts
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import BoardSummary, list_boards
from leaderboard.views.sharing.kept_answers import answer_kept

_PAGES = ("home", "choose", "models", "categories", "competitions", "methodology", "log", "status")
_KEPT_SECONDS = 3600


class _Boards(Sitemap[BoardSummary]):
    """Boards with votes, of the ledger that pages show."""

    def items(self) -> list[BoardSummary]:
        return [
            board
            for modality in shown_modalities()
            for board in list_boards(ledger=find_usual_ledger(modality), modality=modality)
            if board.votes
        ]

    def location(self, item: BoardSummary) -> str:
        return board_url(item)

    def lastmod(self, item: BoardSummary) -> datetime | None:
        return item.computed_at


class _Addresses(Sitemap[str]):
    """Pages by address."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.addresses = list(addresses)

    def items(self) -> list[str]:
        return self.addresses

    def location(self, item: str) -> str:
        return item


@require_safe
def show_sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that a search engine should know; competitions also while they are in play, without pictures."""
    sections: dict[str, Sitemap[Any] | type[Sitemap[Any]]] = {
        "pages": _Addresses(reverse(name) for name in _PAGES),
        "boards": _Boards(),
        "models": _Addresses(_link("model", ImageModel.objects.values_list("slug", flat=True))),
        "organizations": _Addresses(
            _link("organization", Organization.objects.order_by("slug").values_list("slug", flat=True))
        ),
        "categories": _Addresses(
            _link("category", Category.objects.filter(state=Category.State.ACTIVE).values_list("slug", flat=True))
        ),
        "competitions": _Addresses(
            _link("competition", shown_prompts().order_by("slug").values_list("slug", flat=True))
        ),
    }
    response = sitemap(request, sections)
    response.render()
    return answer_kept(request, response, seconds=_KEPT_SECONDS)


def _link(name: str, slugs: Iterable[str]) -> list[str]:
    return [reverse(name, args=[slug]) for slug in slugs]
