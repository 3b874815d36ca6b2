"""How sure boards are, and their pairs head to head, over REST."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from arena.errors import NotFound
from leaderboard.api.audit_serializers import AuditSerializer, PairTableSerializer
from leaderboard.api.opening_boards import GONE, PROMISED, BoardAtQuery, open_asked, promise, question_of
from leaderboard.api.reading import ExcelField, ReadView, describe, is_for_excel
from leaderboard.presentation.standings_csv import name_file, write_pairs
from leaderboard.queries.audits import AuditView as StoredAudit
from leaderboard.queries.audits import read_audit
from leaderboard.queries.pair_table import read_pairs
from leaderboard.queries.standings import BoardView, read_board


@dataclass(frozen=True)
class _Audited:
    board: BoardView
    audit: StoredAudit


class AuditView(ReadView):
    """One board's audit."""

    @describe(query=BoardAtQuery, answer={200: AuditSerializer, 410: GONE}, missing=True, operation_id="read_audit")
    def get(self, request: Request) -> Response:
        """Read how fragile, decided, agreed on and well predicted a board is; 404 until it has an audit."""
        # Only read: an audit is never made of a board on demand, so nothing is to be computed for it.
        board = read_board(**question_of(BoardAtQuery.read(request)))
        audit = read_audit(board)
        if audit is None and board.is_on_demand:
            raise NotFound(_("Boards by axis, of a category in a language, and of some days are not audited."))
        if audit is None:
            raise NotFound(_("There is no audit of this board yet. They are made in the background within minutes."))
        return Response(AuditSerializer(_Audited(board, audit)).data)


class PairsView(ReadView):
    """One board's pairs."""

    @describe(
        query=BoardAtQuery,
        answer={200: PairTableSerializer, 202: PROMISED, 410: GONE},
        missing=True,
        operation_id="read_pairs",
    )
    def get(self, request: Request) -> Response:
        """Read every pair of a board's first 250 contenders: counts within its votes, chances of the next one."""
        board = open_asked(BoardAtQuery.read(request))
        return promise(request) if board.is_promised else Response(PairTableSerializer(read_pairs(board)).data)


class PairsCsvQuery(BoardAtQuery):
    """Whose pairs are read, and whether for Excel."""

    excel = ExcelField()


class PairsCsvView(ReadView):
    """The same as CSV."""

    @describe(
        query=PairsCsvQuery,
        answer={(200, "text/csv"): OpenApiTypes.STR, 202: PROMISED, 410: GONE},
        missing=True,
        operation_id="read_pairs_csv",
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Read the same as CSV."""
        query = PairsCsvQuery.read(request)
        board = open_asked(query)
        if board.is_promised:
            return promise(request)
        table = read_pairs(board)
        excel = is_for_excel(query, "csv")
        response = HttpResponse(write_pairs(table.pairs, excel=excel), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name_file("pairs", table.board)}"'
        response["X-Snapshot"] = str(table.board.snapshot_id or "")
        return response
