"""How boards stand under other weights of their votes, and the arena's own shares, over REST."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.errors import NotFound
from leaderboard.api.board_serializers import BoardSummarySerializer
from leaderboard.api.lists import send_table
from leaderboard.api.opening_boards import (
    GONE,
    BoardAtQuery,
    TableOfBoardsQuery,
    name_answer,
    open_tabled,
    question_of,
)
from leaderboard.api.reading import Query, ReadView, describe
from leaderboard.presentation.tables.board_tables import BOARD_COLUMNS, name_board_in_row
from leaderboard.presentation.tables.table_files import Form, Table
from leaderboard.queries.audits import AuditView, read_sensitivity
from leaderboard.queries.standings import BoardView, read_board
from leaderboard.queries.weighing.site_shares import read_site_shares
from leaderboard.votefiles.beside.share_files import write_shares
from leaderboard.votefiles.parquet_writing import Kind

_VARIANTS = ["published", "categories", "languages", "voters", "votes", "shares", "refusals", "coverage"]
_FIGURES: tuple[tuple[str, Kind], ...] = (
    ("elo", "number"),
    ("elo_low", "number"),
    ("elo_high", "number"),
    ("rank_low", "integer"),
    ("rank_high", "integer"),
    ("beyond", "boolean"),
)
_COLUMNS: tuple[tuple[str, Kind], ...] = (
    *BOARD_COLUMNS,
    ("audited_snapshot", "integer"),
    ("variant", "text"),
    ("rated_votes", "integer"),
    ("effective_votes", "number"),
    ("variant_hash", "text"),
    ("contender_slug", "text"),
    *_FIGURES,
)


class WeightedLineSerializer(serializers.Serializer[Any]):
    """A contender under one weighting; null where it has no numbers or no rank there."""

    contender = serializers.CharField(help_text="Its slug.")
    elo = serializers.FloatField(allow_null=True, help_text="Elo points under these weights.")
    elo_low = serializers.FloatField(allow_null=True, help_text="Lower end of its interval, Elo points.")
    elo_high = serializers.FloatField(allow_null=True, help_text="Upper end of its interval, Elo points.")
    rank_low = serializers.IntegerField(allow_null=True, help_text="Best place that the votes leave open.")
    rank_high = serializers.IntegerField(allow_null=True, help_text="Worst place that the votes leave open.")
    beyond = serializers.BooleanField(help_text="Whether its Elo is outside its published interval.")


class VariantSerializer(serializers.Serializer[Any]):
    """The board under one weighting."""

    name = serializers.ChoiceField(choices=_VARIANTS)
    votes = serializers.IntegerField(help_text="Rated votes that count.")
    effective_votes = serializers.FloatField(help_text="How many votes of equal weight they are worth.")
    counted = serializers.IntegerField(
        allow_null=True, help_text="refusals: those that count as losses; coverage: prompts that all have."
    )
    output_hash = serializers.CharField(help_text="Of the whole board so weighted.")
    lines = WeightedLineSerializer(many=True)


class NotShownSerializer(serializers.Serializer[Any]):
    """A weighting that is not shown, and why."""

    name = serializers.ChoiceField(choices=_VARIANTS)
    reason = serializers.ChoiceField(
        choices=["same", "one", "none", "unknown", "nothing", "too_few", "apart"],
        help_text=(
            "same: as the board itself. one: a single stratum. none: nothing was refused, or no prompt is common. "
            "unknown: nothing says what was refused. nothing: the shares divide no votes here. too_few: a stratum has "
            "too few votes. apart: no weights give all shares at once."
        ),
    )
    kind = serializers.CharField(help_text="too_few: category or language.")
    stratum = serializers.CharField(help_text="too_few: which one.")
    votes = serializers.IntegerField(help_text="too_few: its rated votes.")
    least = serializers.IntegerField(help_text="too_few: how many a share needs.")


class WeightingsSerializer(serializers.Serializer[Any]):
    """How a board stands under other weights; nothing of it but `published` is a rating."""

    board = BoardSummarySerializer()
    audited_snapshot = serializers.IntegerField(help_text="The snapshot that was audited.")
    leaders = serializers.ListField(child=serializers.CharField(), help_text="Those that may be first as published.")
    order = serializers.ChoiceField(
        choices=["same", "within", "other"],
        allow_null=True,
        help_text=(
            "same: they keep their order under every weighting. within: it changes as far as their ranges leave it "
            "open. other: some cannot be first under those of `turned`. Null without leaders."
        ),
    )
    turned = serializers.ListField(
        child=serializers.CharField(), help_text="The weightings under which a leader cannot be first."
    )
    shares = serializers.CharField(allow_null=True, help_text="Hash of the arena's own shares, if it has any.")
    shares_name = serializers.CharField(allow_null=True, help_text="What the arena calls its shares.")
    gaps = serializers.CharField(allow_null=True, help_text="Hash of what was known of missing pictures.")
    variants = VariantSerializer(many=True, help_text="The board under each weighting, first as published.")
    left_out = NotShownSerializer(many=True)


class SensitivityView(ReadView):
    """One board under other weights."""

    @describe(
        query=BoardAtQuery, answer={200: WeightingsSerializer, 410: GONE}, missing=True, operation_id="read_sensitivity"
    )
    def get(self, request: Request) -> Response:
        """Read how a board stands under other weights of its votes; 404 until an audit compared them."""
        board = read_board(**question_of(BoardAtQuery.read(request)))
        audit = read_sensitivity(board)
        if audit is None or not audit.facts["sensitivity"]:
            raise NotFound(_("No audit of this board has compared other weights yet."))
        answer = {"board": board, "audited_snapshot": audit.snapshot_id} | audit.facts["sensitivity"]
        return Response(WeightingsSerializer(answer, context={"request": request}).data)


class SensitivityTableView(ReadView):
    """Read boards under other weights: one row for each weighting and contender; none without an audit."""

    name = "sensitivity"
    query: ClassVar[type[Query]] = TableOfBoardsQuery
    form: ClassVar[Form] = "csv"
    more_answers: ClassVar[dict[Any, Any]] = {410: GONE}

    def get(self, request: Request) -> HttpResponseBase:
        """Send the rows."""
        query = self.query.read(request)
        boards = list(open_tabled(query))
        rows = [row for board in boards for row in _rows(board, read_sensitivity(board))]
        return name_answer(send_table(Table(_COLUMNS, rows), self.form, query, name=self.name), boards, query)


def _rows(board: BoardView, audit: AuditView | None) -> Iterator[tuple[Any, ...]]:
    if audit is None or not audit.facts["sensitivity"]:
        return
    for variant in audit.facts["sensitivity"]["variants"]:
        named = (*name_board_in_row(board), audit.snapshot_id, variant["name"], variant["votes"])
        for line in variant["lines"]:
            figures = (line[name] for name, _kind in _FIGURES)
            yield (*named, variant["effective_votes"], variant["output_hash"], line["contender"], *figures)


class SharesSerializer(serializers.Serializer[Any]):
    """A profile of shares; `recompute --shares` and `rank --shares` read it."""

    name = serializers.CharField()
    hash = serializers.CharField(help_text="SHA-256 of the shares as canonical JSON.")
    shares = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="The share of each category and each language in millionths, by kind.",
    )


class SharesView(ReadView):
    """The arena's own shares."""

    @describe(answer=SharesSerializer, missing=True, operation_id="read_shares")
    def get(self, request: Request) -> Response:
        """Read the shares with which this arena compares its boards; 404 if it has declared none."""
        Query.read(request)
        shares = read_site_shares()
        if shares is None:
            raise NotFound(_("This arena has declared no shares."))
        return Response(write_shares(shares))
