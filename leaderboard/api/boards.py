"""Boards, standings and snapshots over REST."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Modality
from leaderboard.api.board_serializers import BoardSummarySerializer, SnapshotSerializer, StandingsSerializer
from leaderboard.api.lists import ListView, SearchField, SortField, send_table
from leaderboard.api.opening_boards import (
    GONE,
    BoardAtQuery,
    TableOfBoardsQuery,
    name_answer,
    open_asked,
    open_tabled,
    require_slice,
)
from leaderboard.api.reading import LedgerField, ModalityField, PageQuery, Query, ReadView, describe
from leaderboard.api.row_choice import LinesQuery, choose_lines
from leaderboard.models import Board, Snapshot
from leaderboard.presentation.tables.board_tables import tabulate_standings
from leaderboard.presentation.tables.table_files import Form
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.slices import default_ledger, find_ledger
from leaderboard.queries.standings import BoardSummary, BoardView, list_boards, read_snapshot


class BoardsQuery(PageQuery):
    """Which boards are listed."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    empty = serializers.ChoiceField(choices=["0", "1"], default="0", help_text="1: also boards without votes yet.")
    search = SearchField()
    sort = SortField(["title", "board_votes", "computed_at"])


class StandingsQuery(LinesQuery, BoardAtQuery):
    """Which board is read, and which of its lines."""


class StandingsTableQuery(LinesQuery, TableOfBoardsQuery):
    """Which boards are read, and what of them."""

    columns = serializers.ChoiceField(
        choices=["all", "published"],
        default="all",
        help_text=(
            "published: only what the snapshot keeps, so without names, prices, times and reports of today. At a "
            "snapshot's number such a table never changes."
        ),
    )


class SnapshotQuery(PageQuery):
    """Whose history is listed."""

    ledger = LedgerField()
    modality = ModalityField(required=False)
    slice = serializers.ChoiceField(choices=Board.Slice.values, required=False, help_text="The kind of board.")
    slice_value = serializers.CharField(
        max_length=161, required=False, help_text="The category's slug, the language's code, or slug/code."
    )
    days = serializers.ChoiceField(choices=Board.Window.values, required=False, help_text="The window; 0: all time.")
    search = SearchField(help_text="Only snapshots whose slice or hash of standings contains each of these words.")
    sort = SortField(["id", "position"])


class BoardsView(ListView):
    """List the boards of a ledger that have votes: overall, by category, by language, by axis."""

    name = "boards"
    query = BoardsQuery
    item = BoardSummarySerializer
    searched = ("title", "slice_value")
    sorts: ClassVar = {"title": "title", "board_votes": "votes", "computed_at": "computed_at"}

    def rows(self, query: dict[str, Any]) -> Sequence[BoardSummary]:
        """Return the boards; those without votes only if they are asked for."""
        modality = query["modality"]
        boards = list_boards(ledger=query.get("ledger") or default_ledger(modality), modality=modality)
        return [board for board in boards if board.snapshot_id or query["empty"] == "1"]


class StandingsView(ReadView):
    """One board with its lines."""

    @describe(
        query=StandingsQuery, answer={200: StandingsSerializer, 410: GONE}, missing=True, operation_id="read_standings"
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Read a board: overall, of a category, a language or both, or an axis, of all time or some days; now, or then.

        Boards of both, by axis, and of some days are computed on demand: the first request waits a few seconds, then it
        is answered 503 and must ask again. Later ones get the stored board; if the ledger has grown, a newer one is
        computed meanwhile.
        """
        query = StandingsQuery.read(request)
        board = open_asked(query)
        return _answer(request, replace(board, rows=choose_lines(board, query)))


class StandingsTableView(ReadView):
    """Read a board, or with `board=all` every board of a ledger that has votes: a row for each board and contender."""

    name = "standings"
    query: ClassVar[type[Query]] = StandingsTableQuery
    form: ClassVar[Form] = "csv"
    more_answers: ClassVar[dict[Any, Any]] = {410: GONE}

    def get(self, request: Request) -> HttpResponseBase:
        """Send the rows."""
        query = self.query.read(request)
        boards = list(open_tabled(query))
        published = query["columns"] == "published"
        table = tabulate_standings(((board, choose_lines(board, query)) for board in boards), published=published)
        frozen = published and query.get("at", "").isdecimal()
        return name_answer(send_table(table, self.form, query, name="standings", frozen=frozen), boards, query)


class SnapshotsView(ListView):
    """List the snapshots that are kept, newest first."""

    name = "snapshots"
    query = SnapshotQuery
    item = SnapshotSerializer
    searched = ("board__modality", "board__slice", "board__slice_value", "output_hash")
    sorts: ClassVar = {"id": "id", "position": "position"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Snapshot]:
        """Return the snapshots. Raises NotFound for a slice that neither catalogue nor ledger knows."""
        ledger = find_ledger(query.get("ledger") or default_ledger(query.get("modality", "")))
        require_slice(ledger, query.get("modality"), query.get("slice"), query.get("slice_value"))
        chosen = Q(board__ledger__slug=ledger.slug)
        for name in ("modality", "slice", "slice_value", "days"):
            if name in query:
                chosen &= Q(**{f"board__{name}": query[name]})
        return Snapshot.objects.filter(chosen).select_related("board__ledger", "axis_map").order_by("-id")


class SnapshotView(ReadView):
    """One snapshot."""

    @describe(answer={200: StandingsSerializer, 410: GONE}, missing=True, operation_id="read_snapshot")
    def get(self, request: Request, number: int) -> HttpResponseBase:
        """Read one snapshot with its lines; their ratings never change."""
        Query.read(request)
        board = read_snapshot(snapshot=number)
        return _answer(request, replace(board, rows=sort_rows(board.rows, "")))


def _answer(request: Request, board: BoardView) -> HttpResponseBase:
    return Response(StandingsSerializer(board, context={"request": request}).data)
