"""The home page: what this is, the boards at a glance, and one button."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from leaderboard.presentation.board_address import BoardAddress, board_url
from leaderboard.presentation.ledger_choice import choose_ledger
from leaderboard.queries.galleries import choose_display
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import BoardSummary, BoardView, StandingRow, list_boards, read_board

GLANCES = 3
ROWS_PER_GLANCE = 5


@dataclass(frozen=True)
class Glance:
    """The top of one board."""

    board: BoardView
    rows: tuple[StandingRow, ...]
    url: str


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """What Easel is, and the overall board with the categories that have most votes."""
    modality = Modality.TEXT_TO_IMAGE.value
    shown = choose_ledger(request.path, request.GET, modality=modality)
    boards = list_boards(ledger=shown.slug, modality=modality)
    categories = sorted((board for board in boards if board.slice == "category" and board.votes), key=_most_votes)
    overall = [board for board in boards if board.slice == "overall"]
    context = {
        "shown": shown,
        "glances": [_glance(board, shown.chosen) for board in overall + categories[:GLANCES] if board.votes],
        "board_url": BoardAddress(modality, ledger=shown.chosen).url,
        "boards": boards,
        "overall": overall[0],
        "display": choose_display(timezone.now().date()),
    }
    return render(request, "leaderboard/home.html", context)


def _most_votes(board: BoardSummary) -> tuple[int, str]:
    return -board.votes, board.title


def _glance(summary: BoardSummary, chosen_ledger: str) -> Glance:
    category = summary.slice_value if summary.slice == "category" else ""
    board = read_board(ledger=summary.ledger_slug, modality=summary.modality, category=category or None)
    rows = [row for row in sort_rows(board.rows, "") if row.line.elo is not None]
    return Glance(board, tuple(rows[:ROWS_PER_GLANCE]), board_url(summary, ledger=chosen_ledger))
