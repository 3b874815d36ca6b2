"""The home page: what this is, the boards at a glance, and one button."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from leaderboard.presentation.board_address import BoardAddress, board_address
from leaderboard.presentation.ledger_choice import choose_ledger
from leaderboard.queries.competitions.galleries import choose_display
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.slices import shown_modalities
from leaderboard.queries.standings import BoardSummary, BoardView, StandingRow, list_boards, read_board

GLANCES = 3
ROWS_PER_GLANCE = 5


@dataclass(frozen=True)
class Glance:
    """The top of one board; `api_query` asks the API for the board."""

    board: BoardView
    rows: tuple[StandingRow, ...]
    url: str
    api_query: str

    @property
    def is_overall(self) -> bool:
        """Whether it is the board of a whole modality."""
        return self.board.slice == "overall"

    @property
    def modality_label(self) -> str:
        """Its modality, for people."""
        return str(Modality(self.board.modality).label)


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """What Easel is, and of each modality the overall board with the categories that have most votes."""
    modalities = shown_modalities()
    shown = choose_ledger(request.path, request.GET, modality=modalities[0], imported=None)
    boards = [board for each in modalities for board in list_boards(ledger=shown.slug, modality=each)]
    overall = [board for board in boards if board.slice == "overall"]
    glances = [board for board in overall + _busiest(boards) if board.votes]
    context = {
        "shown": shown,
        "several": len(modalities) > 1,
        "glances": [_glance(board, shown.chosen_on(board.modality)) for board in glances],
        "board_url": BoardAddress(modalities[0], ledger=shown.chosen).url,
        "boards": boards,
        "overall": [(board, Modality(board.modality).label) for board in overall],
        "computed_at": max((board.computed_at for board in overall if board.computed_at), default=None),
        "display": choose_display(timezone.now().date()),
    }
    return render(request, "leaderboard/home.html", context)


def _busiest(boards: list[BoardSummary]) -> list[BoardSummary]:
    """Return the categories of each modality that have most votes."""
    categories = sorted((board for board in boards if board.slice == "category"), key=_most_votes)
    own = [[board for board in categories if board.modality == each][:GLANCES] for each in Modality]
    return [board for group in own for board in group]


def _most_votes(board: BoardSummary) -> tuple[int, str]:
    return -board.votes, board.title


def _glance(summary: BoardSummary, chosen_ledger: str) -> Glance:
    category = summary.slice_value if summary.slice == "category" else ""
    board = read_board(ledger=summary.ledger_slug, modality=summary.modality, category=category or None)
    rows = [row for row in sort_rows(board.rows, "") if row.line.elo is not None]
    address = board_address(summary, ledger=chosen_ledger)
    return Glance(board, tuple(rows[:ROWS_PER_GLANCE]), address.url, address.api_query(ledger=summary.ledger_slug))
