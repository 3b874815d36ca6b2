"""Badges that other sites show: one small SVG per contender and board."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.catalog.models import Contender
from arena.errors import DomainError
from leaderboard.presentation.sharing.badge_texts import write_badge
from leaderboard.queries.standings import read_board
from leaderboard.views.boards import read_choice
from leaderboard.views.sharing.kept_answers import answer_kept

_KEPT_SECONDS = 3600
# The file stands alone on other sites: it may load nothing and run nothing.
_POLICY = "default-src 'none'; sandbox"


@require_safe
def show_badge(request: HttpRequest, contender: str, modality: str) -> HttpResponse:
    """The badge of a contender; category, language and ledger as in the address of the board's page."""
    known = get_object_or_404(Contender, slug=contender)
    address, usual = read_choice(request.GET, modality)
    try:
        board = read_board(**address.question(usual_ledger=usual))
    except DomainError as error:
        raise Http404(error.message) from error
    row = next((row for row in board.rows if row.contender_slug == contender), None)
    if board.origin is not None:
        raise Http404
    badge = write_badge(board, known.name, row)
    response = render(request, "leaderboard/badge.svg", {"badge": badge}, content_type="image/svg+xml")
    response["Content-Security-Policy"] = _POLICY
    if settings.ACCESS == "public":
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer_kept(request, response, seconds=_KEPT_SECONDS)
