"""How sure boards are, and their pairs head to head, over REST."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Modality
from arena.errors import NotFound
from leaderboard.api.auditing.audit_serializers import AuditSerializer, PairTableSerializer
from leaderboard.api.delivery.answers import FileResponse, is_part
from leaderboard.api.delivery.downloads import take_place
from leaderboard.api.delivery.spooling import Spooled, spool
from leaderboard.api.lists import choose_columns, send_table
from leaderboard.api.opening_boards import (
    GONE,
    BoardAtQuery,
    TableOfBoardsQuery,
    name_answer,
    open_asked,
    open_tabled,
    question_of,
)
from leaderboard.api.reading import Query, ReadView, describe
from leaderboard.presentation.tables.board_tables import PAIR_COLUMNS, list_pairs, tabulate_pairs
from leaderboard.presentation.tables.table_files import MEDIA_TYPES, Form, Table, write_groups
from leaderboard.queries.audits import AuditView as StoredAudit
from leaderboard.queries.audits import read_audit
from leaderboard.queries.page_stamp import read_page_stamp
from leaderboard.queries.pair_table import PairTable, read_pairs
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
        return Response(AuditSerializer(_Audited(*_read_audited(BoardAtQuery.read(request)))).data)


class _RowOfMatrix(Query):
    """Whose pairs are read."""

    contender = serializers.CharField(
        max_length=400, required=False, help_text="Only the pairs of this contender, by its slug or label."
    )
    sides = serializers.ChoiceField(
        choices=["both", "one"],
        default="both",
        help_text="one: each pair once, from the side of the contender higher on the board. Not with a contender.",
    )


class PairsQuery(_RowOfMatrix, BoardAtQuery):
    """Which board's pairs are read, and whose."""


class PairsTableQuery(_RowOfMatrix, TableOfBoardsQuery):
    """Which boards' pairs are read, and whose."""


class PairsView(ReadView):
    """One board's pairs."""

    @describe(query=PairsQuery, answer={200: PairTableSerializer, 410: GONE}, missing=True, operation_id="read_pairs")
    def get(self, request: Request) -> Response:
        """Read the win-rate matrix of a board's first 250 contenders, each pair from both sides."""
        query = PairsQuery.read(request)
        return Response(PairTableSerializer(_read(open_asked(query), query)).data)


class PairsTableView(ReadView):
    """Read a board's win-rate matrix, or with `board=all` those of every board: two rows for each pair."""

    name = "pairs"
    query: ClassVar[type[Query]] = PairsTableQuery
    form: ClassVar[Form] = "csv"
    more_answers: ClassVar[dict[Any, Any]] = {410: GONE}

    def get(self, request: Request) -> HttpResponseBase:
        """Send the rows."""
        query = self.query.read(request)
        state = _state_of_boards()
        boards = list(open_tabled(query))
        if query["board"] == "one":
            table = tabulate_pairs(_read(board, query) for board in boards)
            return name_answer(send_table(table, self.form, query, name="pairs"), boards, query)
        content = _spool(boards, self.form, query, state=state, is_part=is_part(request))
        response = FileResponse(content, MEDIA_TYPES[self.form], name=f"pairs.{self.form}")
        return name_answer(response, boards, query)


def _spool(boards: Sequence[BoardView], form: Form, query: dict[str, Any], *, state: str, is_part: bool) -> Spooled:
    """The pairs of many boards as a file on disk: they may be a million, which are never all in memory."""
    columns = choose_columns(Table(PAIR_COLUMNS, ()), query).columns

    def write(out: BinaryIO) -> None:
        tables = (Table(PAIR_COLUMNS, list_pairs(_read(board, query))) for board in boards)
        groups = (choose_columns(table, query).rows for table in tables)
        write_groups(out, columns, groups, form, excel=query.get("excel") == "1")

    with take_place():
        return spool(f"pairs {form} {sorted(query.items())}", state, write, fresh_enough=is_part)


def _state_of_boards() -> str:
    """A text without a dash that changes whenever anything changes that a table of boards shows."""
    stamps = " ".join(read_page_stamp(modality=modality) for modality in Modality.values)
    return hashlib.sha256(stamps.encode()).hexdigest()[:32]


def _read_audited(query: dict[str, Any]) -> tuple[BoardView, StoredAudit]:
    """The board and its audit, both as they are stored: an audit is never made of a board on demand."""
    board = read_board(**question_of(query))
    audit = read_audit(board)
    if audit is None and board.is_on_demand:
        raise NotFound(_("Boards by axis, of a category in a language, and of some days are not audited."))
    if audit is None:
        raise NotFound(_("There is no audit of this board yet. They are made in the background within minutes."))
    return board, audit


def _read(board: BoardView, query: dict[str, Any]) -> PairTable:
    """The pairs. Raises NotFound for a contender that does not stand on the one board asked for."""
    contender = query.get("contender")
    if contender and query.get("board") != "all" and contender not in {row.contender_slug for row in board.rows}:
        raise NotFound(_("There is no contender “{slug}” on this board.").format(slug=contender))
    return read_pairs(board, contender=contender, is_once=query["sides"] == "one")
