"""Why contenders win or lose on a board, over REST."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.reasons import Reason
from leaderboard.api.board_serializers import BoardSummarySerializer
from leaderboard.api.opening_boards import GONE, BoardAtQuery, open_asked
from leaderboard.api.reading import ReadView, describe
from leaderboard.presentation.reason_table import read_reasons


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
