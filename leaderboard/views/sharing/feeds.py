"""Atom feeds: of the arena, of one board, of one model, and of the public log."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import ImageModel, Modality
from arena.errors import DomainError
from leaderboard.presentation.board_address import BoardAddress, board_address
from leaderboard.presentation.ledger_choice import find_usual_ledger
from leaderboard.presentation.sharing.feed_entries import (
    FeedEntry,
    list_board_entries,
    list_log_entries,
    list_model_entries,
    list_site_entries,
)
from leaderboard.presentation.sharing.other_forms import feed_of_board
from leaderboard.presentation.sharing.xml_text import legible
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import BoardView, list_boards, read_board
from leaderboard.views.boards import read_choice
from leaderboard.views.sharing.kept_answers import answer_kept

_KEPT_SECONDS = 300


class _Entries(Feed[FeedEntry, Any]):
    """What all feeds share: Atom, and ids that stay whatever the address of the entry becomes."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        self.host = request.get_host().partition(":")[0]
        return super().__call__(request, *args, **named)

    def feed_guid(self, obj: Any) -> str:
        return f"tag:{self.host},2026:{self.link(obj)}"

    def link(self, obj: Any) -> str:
        raise NotImplementedError

    def author_name(self, obj: Any) -> str:
        return "Easel"

    def item_title(self, item: FeedEntry) -> str:
        return legible(item.title)

    def item_description(self, item: FeedEntry) -> str:
        # Atom's summaries are HTML.
        return escape(legible(item.text))

    def item_link(self, item: FeedEntry) -> str:
        return item.url

    def item_guid(self, item: FeedEntry) -> str:
        return f"tag:{self.host},{item.day}:{item.key}"

    def item_pubdate(self, item: FeedEntry) -> Any:
        return item.moment

    def item_updateddate(self, item: FeedEntry) -> Any:
        return item.moment


class _SiteFeed(_Entries):
    def title(self, obj: Any) -> str:
        return _("Easel: what changed")

    def subtitle(self, obj: Any) -> str:
        return _("Moves that are more than luck, new and retired contenders, and changes of the method.")

    def link(self, obj: Any) -> str:
        return reverse("home")

    def items(self, obj: Any) -> list[FeedEntry]:
        return list_site_entries()


class _LogFeed(_Entries):
    def title(self, obj: Any) -> str:
        return _("Easel: public log")

    def subtitle(self, obj: Any) -> str:
        return _("What changed in this arena, when and why.")

    def link(self, obj: Any) -> str:
        return reverse("log")

    def items(self, obj: Any) -> list[FeedEntry]:
        return list_log_entries()


class _BoardFeed(_Entries):
    def get_object(self, request: HttpRequest, modality: str) -> tuple[BoardView, BoardAddress]:
        chosen, usual = read_choice(request.GET, modality)
        address = chosen.canonical.but(view="", days="", at="")
        try:
            return read_board(**address.question(usual_ledger=usual)), address
        except DomainError as error:
            raise Http404(error.message) from error

    def title(self, obj: tuple[BoardView, BoardAddress]) -> str:
        board = obj[0]
        return legible(f"Easel: {board.title} · {Modality(board.modality).label}")

    def subtitle(self, obj: tuple[BoardView, BoardAddress]) -> str:
        return _("Moves on this board that are more than luck, and its new and retired contenders.")

    def link(self, obj: tuple[BoardView, BoardAddress]) -> str:
        return obj[1].url

    def items(self, obj: tuple[BoardView, BoardAddress]) -> list[FeedEntry]:
        return list_board_entries(obj[0])


class _ModelFeed(_Entries):
    def get_object(self, request: HttpRequest, slug: str) -> ImageModel:
        return get_object_or_404(ImageModel, slug=slug)

    def title(self, obj: ImageModel) -> str:
        return legible(f"Easel: {obj.name}")

    def subtitle(self, obj: ImageModel) -> str:
        return _("Moves of this model that are more than luck, its contenders, its prices and its end.")

    def link(self, obj: ImageModel) -> str:
        return reverse("model", args=[obj.slug])

    def items(self, obj: ImageModel) -> list[FeedEntry]:
        return list_model_entries(obj.slug)


@require_safe
def list_feeds(request: HttpRequest) -> HttpResponse:
    """Every feed of the arena and its boards, with what each tells."""
    boards = []
    for modality in shown_modalities():
        own = list_boards(ledger=find_usual_ledger(modality), modality=modality)
        boards.append((Modality(modality).label, [(one.title, feed_of_board(board_address(one))) for one in own]))
    return render(request, "leaderboard/feeds.html", {"boards": boards})


@require_safe
def follow_site(request: HttpRequest) -> HttpResponse:
    """What everybody who follows rankings wants to know."""
    return _answer(request, _SiteFeed())


@require_safe
def follow_log(request: HttpRequest) -> HttpResponse:
    """The public log."""
    return _answer(request, _LogFeed())


@require_safe
def follow_board(request: HttpRequest, modality: str) -> HttpResponse:
    """One board; category, language and ledger as in the address of its page."""
    return _answer(request, _BoardFeed(), modality=modality)


@require_safe
def follow_model(request: HttpRequest, slug: str) -> HttpResponse:
    """One model."""
    return _answer(request, _ModelFeed(), slug=slug)


def _answer(request: HttpRequest, feed: _Entries, **named: str) -> HttpResponse:
    # The feed itself sets Last-Modified, to its newest entry.
    return answer_kept(request, feed(request, **named), seconds=_KEPT_SECONDS)
