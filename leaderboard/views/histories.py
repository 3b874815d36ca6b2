"""The history of one contender on one board: a chart, and every snapshot in a table."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.errors import DomainError
from leaderboard.presentation.board_address import BoardAddress, board_address, history_url, read_address
from leaderboard.queries.histories import BoardHistory, Named, as_point, find_history, find_named, name_methods
from leaderboard.queries.slices import default_ledger
from leaderboard.queries.standings import list_boards

LINES_PER_PAGE = 50


@require_safe
def show_history(request: HttpRequest, modality: str) -> HttpResponse:
    """`?contender=` on the board that `category`, `language`, `days` and `ledger` name; `?page=` turns the table."""
    if modality not in Modality.values:
        raise Http404
    usual = default_ledger()
    asked = read_address(modality, request.GET, usual_ledger=usual)
    address = BoardAddress(modality, asked.category, asked.language, asked.days, asked.ledger)
    try:
        history = find_history(
            ledger=address.ledger or usual,
            modality=modality,
            category=address.category or None,
            language=address.language or None,
            days=int(address.days or 0),
        )
        named = find_named(history.ledger, request.GET.get("contender", ""))
    except DomainError as error:
        raise Http404(error.message) from error
    context = _context(history, named, address, request.GET.get("page"))
    return render(request, "leaderboard/history.html", context)


def _context(history: BoardHistory, named: Named, address: BoardAddress, page: str | None) -> dict[str, Any]:
    points = history.draw(named)
    lines = Paginator(history.standings(named), LINES_PER_PAGE).get_page(page)
    shown = [as_point(standing) for standing in lines]
    methods = name_methods([*points, *shown])
    ledger = history.ledger.slug
    boards = list_boards(ledger=ledger, modality=address.modality)
    asked = {"ledger": ledger, "modality": address.modality, "contender": named.slug}
    slices = {name: getattr(address, name) for name in ("category", "language", "days") if getattr(address, name)}
    return {
        "history": history,
        "contender": named,
        "modality_label": Modality(address.modality).label,
        "points": points,
        "page": lines,
        "lines": [(point, methods[point.parameters_hash], address.but(at=str(point.snapshot)).url) for point in shown],
        "board_url": address.url,
        "here": history_url(address, named.slug),
        "board_links": [
            (board, history_url(board_address(board, ledger=address.ledger), named.slug))
            for board in boards
            if board.votes
        ],
        "json_url": f"{reverse('api-history')}?{urlencode(asked | slices)}",
        "snapshot_days": settings.SNAPSHOT_DAYS,
    }
