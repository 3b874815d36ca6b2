"""What prompts test over REST: the map that boards by axis are computed from."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from leaderboard.api.opening_boards import GONE
from leaderboard.api.reading import Query, ReadView, check_at, describe
from leaderboard.queries.axes.axis_maps import read_axes, read_axes_at
from leaderboard.queries.slices import find_ledger
from leaderboard.votefiles.beside.axis_map_files import write_axis_map


class AxesQuery(Query):
    """As of when."""

    at = serializers.CharField(
        max_length=40,
        required=False,
        help_text=(
            "The number of a snapshot by axis, or an ISO date or time for the last kept up to then; without it, what "
            "the prompts test now."
        ),
    )

    def validate_at(self, value: str) -> str:
        """Refuse what is neither number nor moment."""
        return check_at(value)


class AxisMapSerializer(serializers.Serializer[Any]):
    """What prompts test; `recompute --axes` reads it beside the ledger's entries."""

    hash = serializers.CharField(help_text="SHA-256 of the prompts' canonical JSON: sorted, ASCII, without spaces.")
    prompts = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="The axes of each prompt, by its slug (imported: its label), both in alphabetical order.",
    )


class AxesView(ReadView):
    """What a ledger's prompts test."""

    @describe(query=AxesQuery, answer={200: AxisMapSerializer, 410: GONE}, missing=True, operation_id="read_axes")
    def get(self, request: Request, slug: str) -> Response:
        """Read which axes each prompt of a ledger tests, now or as a snapshot by axis read it."""
        query = AxesQuery.read(request)
        ledger = find_ledger(slug)
        axes = read_axes_at(ledger, query["at"]) if "at" in query else read_axes(ledger)
        return Response(write_axis_map(axes))
