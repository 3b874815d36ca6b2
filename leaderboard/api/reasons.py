"""Why contenders win or lose on a board, over REST."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.reasons import Reason
from leaderboard.api.board_serializers import BoardSummarySerializer
from leaderboard.api.lists import send_table
from leaderboard.api.opening_boards import GONE, BoardAtQuery, open_asked
from leaderboard.api.reading import Query, ReadView, describe
from leaderboard.presentation.reason_table import read_reasons
from leaderboard.presentation.tables.board_tables import name_file
from leaderboard.presentation.tables.table_files import Form, Table
from leaderboard.votefiles.parquet_writing import Kind

_LINE = ("contender_slug", "contender_name", "votes", "wins", "losses")
_OF_REASON = ("wins", "losses", "win_share", "loss_share")
_KINDS: dict[str, Kind] = {"contender_slug": "text", "contender_name": "text"}
_COLUMNS: tuple[tuple[str, Kind], ...] = (
    *((name, _KINDS.get(name, "integer")) for name in _LINE),
    *(
        (f"{reason.value}_{of}", "number" if of.endswith("share") else "integer")
        for reason in Reason
        for of in _OF_REASON
    ),
)


class ReasonShareSerializer(serializers.Serializer[Any]):
    """One reason: in how many of the contender's wins and losses that carry reasons it was given."""

    reason = serializers.ChoiceField(choices=Reason.values)
    wins = serializers.IntegerField()
    losses = serializers.IntegerField()
    win_share = serializers.FloatField(
        allow_null=True, help_text="Of the wins that carry reasons; null if they are too few."
    )
    loss_share = serializers.FloatField(allow_null=True, help_text="Of such losses; null if they are too few.")


class ReasonLineSerializer(serializers.Serializer[Any]):
    """One contender's votes that carry reasons; a vote may have several."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    votes = serializers.IntegerField(help_text="With reasons: wins, losses, ties and both bad.")
    wins = serializers.IntegerField()
    losses = serializers.IntegerField()
    reasons = ReasonShareSerializer(many=True)


class ReasonTableSerializer(serializers.Serializer[Any]):
    """The reasons given in the votes of one snapshot; those of excluded votes do not count."""

    board = BoardSummarySerializer()
    reasoned_votes = serializers.IntegerField(source="votes", help_text="Votes of the board that carry reasons.")
    least_votes = serializers.IntegerField(help_text="Contenders with fewer such votes are left out.")
    least_side = serializers.IntegerField(help_text="No share is told of fewer wins or losses.")
    left_out = serializers.IntegerField(help_text="Contenders that have such votes, but too few.")
    lines = ReasonLineSerializer(many=True)


class ReasonsView(ReadView):
    """One board's reasons."""

    @describe(
        query=BoardAtQuery,
        answer={200: ReasonTableSerializer, 410: GONE},
        missing=True,
        operation_id="read_reasons",
    )
    def get(self, request: Request) -> Response:
        """Read for each contender of a board how often each reason was given for its wins and for its losses."""
        board = open_asked(BoardAtQuery.read(request))
        return Response(ReasonTableSerializer(read_reasons(board), context={"request": request}).data)


class ReasonsTableView(ReadView):
    """Read a board's reasons: a row for each contender, and for each reason its wins, losses and their shares."""

    name = "reasons"
    query: ClassVar[type[Query]] = BoardAtQuery
    form: ClassVar[Form] = "csv"
    more_answers: ClassVar[dict[Any, Any]] = {410: GONE}

    def get(self, request: Request) -> HttpResponseBase:
        """Send the rows."""
        query = self.query.read(request)
        found = read_reasons(open_asked(query))
        rows = [
            (*(getattr(line, name) for name in _LINE), *(getattr(one, of) for one in line.reasons for of in _OF_REASON))
            for line in found.lines
        ]
        return send_table(Table(_COLUMNS, rows), self.form, query, name=name_file("reasons", found.board))
