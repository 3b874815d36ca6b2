"""The home page: what this is, the boards at a glance, and one button."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.voting.models import Ledger
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.queries.galleries import choose_display
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.slices import default_ledger, find_ledger
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
    ledger = default_ledger()
    modality = Modality.TEXT_TO_IMAGE.value
    boards = list_boards(ledger=ledger, modality=modality)
    categories = sorted((board for board in boards if board.slice == "category" and board.votes), key=_most_votes)
    overall = [board for board in boards if board.slice == "overall"]
    glances = [_glance(board) for board in overall + categories[:GLANCES] if board.votes]
    context = {
        "ledger": find_ledger(ledger),
        "glances": glances,
        "example_url": "" if any(glance.rows for glance in glances) else _example_url(ledger, modality),
        "boards": boards,
        "overall": overall[0],
        "display": choose_display(timezone.now().date()),
    }
    return render(request, "leaderboard/home.html", context)


def _example_url(shown: str, modality: str) -> str:
    """Where full boards are to be seen while those shown have no numbers: the demonstration's; empty without one."""
    other = Ledger.objects.filter(kind=Ledger.Kind.DEMONSTRATION, length__gt=0).exclude(slug=shown).first()
    return BoardAddress(modality, ledger=other.slug).url if other else ""


def _most_votes(board: BoardSummary) -> tuple[int, str]:
    return -board.votes, board.title


def _glance(summary: BoardSummary) -> Glance:
    category = summary.slice_value if summary.slice == "category" else ""
    board = read_board(ledger=summary.ledger_slug, modality=summary.modality, category=category or None)
    rows = [row for row in sort_rows(board.rows, "") if row.line.elo is not None]
    return Glance(board, tuple(rows[:ROWS_PER_GLANCE]), BoardAddress(summary.modality, category=category).url)
