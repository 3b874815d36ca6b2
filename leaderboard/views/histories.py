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
from leaderboard.computing.on_demand import open_board
from leaderboard.presentation.board_address import BoardAddress, board_address, history_url, read_address
from leaderboard.presentation.ledger_choice import LedgerLink, find_usual_ledger, link_ledgers, list_ledgers
from leaderboard.queries.histories import Named, as_point, draw_points, find_named, list_lines, name_methods
from leaderboard.queries.standings import BoardView, list_boards
from leaderboard.views.promises import promise_page

LINES_PER_PAGE = 50


@require_safe
def show_history(request: HttpRequest, modality: str) -> HttpResponse:
    """`?contender=` on the board that `category`, `language`, `days` and `ledger` name; `?page=` turns the table."""
    if modality not in Modality.values:
        raise Http404
    usual = find_usual_ledger(modality)
    asked = read_address(modality, request.GET, usual_ledger=usual)
    address = BoardAddress(modality, asked.category, asked.language, asked.days, asked.ledger)
    try:
        board = open_board(**address.question(usual_ledger=usual))
        named = find_named(board.ledger_slug, request.GET.get("contender", ""))
    except DomainError as error:
        raise Http404(error.message) from error
    if board.is_promised:
        return promise_page(request, board, board_url=address.url)
    context = _context(board, named, address, request.GET.get("page"))
    context["ledgers"] = _link_ledgers(board, named, address, usual)
    return render(request, "leaderboard/history.html", context)


def _link_ledgers(board: BoardView, named: Named, address: BoardAddress, usual: str) -> tuple[LedgerLink, ...]:
    """The same contender in the native ledger and in the demonstration; an imported one is in its own ledger only."""
    return link_ledgers(
        [] if board.origin else list_ledgers(imported=False),
        shown=board.ledger_slug,
        usual=usual,
        address=lambda ledger: history_url(address.but(ledger=ledger), named.slug),
    )


def _context(board: BoardView, named: Named, address: BoardAddress, page: str | None) -> dict[str, Any]:
    points = draw_points(board, named)
    lines = Paginator(list_lines(board, named), LINES_PER_PAGE).get_page(page)
    shown = [as_point(standing) for standing in lines]
    methods = name_methods([*points, *shown])
    boards = list_boards(ledger=board.ledger_slug, modality=address.modality)
    asked = {"ledger": board.ledger_slug, "modality": address.modality, "contender": named.slug}
    slices = {name: getattr(address, name) for name in ("category", "language", "days") if getattr(address, name)}
    return {
        "board": board,
        "contender": named,
        "modality_label": Modality(address.modality).label,
        "points": points,
        "page": lines,
        "lines": [(point, methods[point.parameters_hash], address.but(at=str(point.snapshot)).url) for point in shown],
        "board_url": address.url,
        "here": history_url(address, named.slug),
        "board_links": [
            (other, history_url(board_address(other, ledger=address.ledger), named.slug))
            for other in boards
            if other.votes
        ],
        "json_url": f"{reverse('api-history')}?{urlencode(asked | slices)}",
        "snapshot_days": settings.SNAPSHOT_DAYS,
    }
