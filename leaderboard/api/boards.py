"""Boards, standings and snapshots over REST."""

import hashlib
from dataclasses import astuple, replace

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Modality
from leaderboard.api.board_serializers import BoardSummarySerializer, SnapshotSerializer, StandingsSerializer
from leaderboard.api.opening_boards import GONE, PROMISED, BoardAtQuery, open_asked, promise
from leaderboard.api.reading import (
    ExcelField,
    LedgerField,
    ModalityField,
    PageQuery,
    Query,
    ReadView,
    answer_page,
    describe,
    is_for_excel,
    page_schema,
)
from leaderboard.models import Board, Snapshot, Standing
from leaderboard.presentation.standings_csv import name_file, write_standings
from leaderboard.queries.slices import default_ledger, find_ledger
from leaderboard.queries.standings import BoardView, list_boards, read_snapshot

# From the least certain level to the most certain one.
_LEVELS = [Standing.Level.THIN, Standing.Level.PRELIMINARY, Standing.Level.ESTABLISHED]


class BoardsQuery(PageQuery):
    """Which boards are listed."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)


class StandingsQuery(BoardAtQuery):
    """Which board is read, and how it is sent."""

    level = serializers.ChoiceField(choices=_LEVELS, required=False, help_text="Lines of this level or a surer one.")
    format = serializers.ChoiceField(choices=["json", "csv"], default="json")
    excel = ExcelField()


class SnapshotQuery(PageQuery):
    """Whose history is listed."""

    ledger = LedgerField()
    modality = ModalityField(required=False)
    slice = serializers.ChoiceField(choices=Board.Slice.values, required=False)
    slice_value = serializers.CharField(max_length=161, required=False)
    days = serializers.ChoiceField(choices=Board.Window.values, required=False)


class BoardsView(ReadView):
    """Every ranking question of a ledger, also those without votes yet."""

    @describe(query=BoardsQuery, answer=page_schema(BoardSummarySerializer), missing=True, operation_id="list_boards")
    def get(self, request: Request) -> Response:
        """List the boards of a ledger: overall, by category, by language, by axis.

        A board by axis that nobody has asked for yet has no snapshot.
        """
        query = BoardsQuery.read(request)
        boards = list_boards(ledger=query.get("ledger") or default_ledger(), modality=query["modality"])
        return answer_page(request, boards, BoardSummarySerializer, limit=query["limit"], offset=query["offset"])


class StandingsView(ReadView):
    """One board with its lines."""

    sends = ""

    @describe(
        query=StandingsQuery,
        answer={
            (200, "application/json"): StandingsSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            202: PROMISED,
            410: GONE,
        },
        missing=True,
        operation_id="read_standings",
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Read a board: overall, of a category, a language or both, or an axis, of all time or some days; now, or then.

        Boards of both, by axis, and of some days are computed on demand: the first request is answered 202 and must ask
        again. Later ones get the stored board; if the ledger has grown, a newer one is computed meanwhile.
        """
        query = StandingsQuery.read(request)
        sends = self.sends or query["format"]
        excel = is_for_excel(query, sends)
        board = open_asked(query)
        if board.is_promised:
            return promise(request)
        return _answer(request, _from_level(board, query.get("level")), sends, excel=excel)


class StandingsCsvView(StandingsView):
    """The same as CSV, at an address that ends in `.csv`."""

    sends = "csv"

    @describe(
        query=StandingsQuery,
        answer={(200, "text/csv"): OpenApiTypes.STR, 202: PROMISED, 410: GONE},
        missing=True,
        operation_id="read_standings_csv",
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Read one board as CSV."""
        return super().get(request)


class SnapshotsView(ReadView):
    """The history of boards."""

    @describe(query=SnapshotQuery, answer=page_schema(SnapshotSerializer), missing=True, operation_id="list_snapshots")
    def get(self, request: Request) -> Response:
        """List the snapshots that are kept, newest first."""
        query = SnapshotQuery.read(request)
        ledger = find_ledger(query.get("ledger") or default_ledger())
        chosen = Q(board__ledger__slug=ledger.slug)
        for name in ("modality", "slice", "slice_value", "days"):
            if name in query:
                chosen &= Q(**{f"board__{name}": query[name]})
        snapshots = Snapshot.objects.filter(chosen).select_related("board__ledger", "axis_map")
        return answer_page(request, snapshots, SnapshotSerializer, limit=query["limit"], offset=query["offset"])


class SnapshotView(ReadView):
    """One snapshot."""

    @describe(answer={200: StandingsSerializer, 410: GONE}, missing=True, operation_id="read_snapshot")
    def get(self, request: Request, number: int) -> HttpResponseBase:
        """Read one snapshot with its lines; their ratings never change."""
        Query.read(request)
        return _answer(request, read_snapshot(snapshot=number), "json")


def _from_level(board: BoardView, level: str | None) -> BoardView:
    if level is None:
        return board
    kept = _LEVELS[_LEVELS.index(Standing.Level(level)) :]
    return replace(board, rows=tuple(row for row in board.rows if row.line.level in kept))


def _answer(request: Request, board: BoardView, sends: str, *, excel: bool = False) -> HttpResponseBase:
    """Send the board, or 304 to a client that has it."""
    etag = _etag(board, "excel" if excel else sends)
    unchanged = get_conditional_response(request._request, etag=etag)
    if unchanged is not None:
        return unchanged
    response: HttpResponse | Response
    if sends == "csv":
        response = HttpResponse(write_standings(board.rows, excel=excel), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name_file("standings", board)}"'
        response["X-Snapshot"] = str(board.snapshot_id or "")
        response["X-Output-Hash"] = board.output_hash or ""
        response["X-Ledger-Position"] = str(board.position)
    else:
        response = Response(StandingsSerializer(board, context={"request": request}).data)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def _etag(board: BoardView, sends: str) -> str:
    """A weak tag of the snapshot, and of what is sent with the ratings and changes without a new snapshot."""
    beside = [board.title, board.criterion, *((board.next_at, board.baseline_id) if sends == "json" else ())]
    content = repr([sends, beside, [astuple(row) for row in board.rows]])
    return f'W/"{board.snapshot_id or 0}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"'
