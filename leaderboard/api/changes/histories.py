"""The history of contenders over REST: their lines in every snapshot of a board that is kept."""

from typing import Any, ClassVar

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from rest_framework import serializers

from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.opening_boards import BoardQuery, open_asked
from leaderboard.api.reading import PageQuery
from leaderboard.models import Standing
from leaderboard.queries.histories import as_point, find_named, list_lines

# Beyond every Elo: with it, lines without a number come last, and a cursor has a value to begin after.
_BEYOND = 1e9


class HistoryQuery(BoardQuery, PageQuery):
    """Whose history is read, and on which board."""

    contender = serializers.CharField(
        max_length=400,
        required=False,
        help_text="A contender's slug, or its label in an import; without it, all of them.",
    )
    search = SearchField()
    sort = SortField(["snapshot", "votes", "elo"])


class HistoryPointSerializer(serializers.Serializer[Any]):
    """One contender's line in one snapshot; ratings and ranks of a thin one are null."""

    snapshot = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    position = serializers.IntegerField(help_text="The last ledger position read.")
    contender_slug = serializers.CharField()
    method_name = serializers.CharField()
    method_version = serializers.CharField()
    parameters_hash = serializers.CharField(
        help_text="Of the whole method: points with different hashes cannot be compared."
    )
    level = serializers.ChoiceField(choices=Standing.Level.values)
    votes = serializers.IntegerField()
    elo = serializers.FloatField(allow_null=True)
    elo_low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval.")
    elo_high = serializers.FloatField(allow_null=True, help_text="Upper end of the 95 % interval.")
    rank_low = serializers.IntegerField(allow_null=True, help_text="Best rank that the votes leave open.")
    rank_high = serializers.IntegerField(allow_null=True, help_text="Worst rank that the votes leave open.")
    mu = serializers.FloatField(allow_null=True)
    sigma = serializers.FloatField(allow_null=True)
    conservative = serializers.FloatField(allow_null=True, help_text="TrueSkill μ − 3σ.")
    baseline_at = serializers.DateTimeField(
        allow_null=True, help_text="When the snapshot was computed that changes are relative to; null: there was none."
    )
    elo_change = serializers.FloatField(allow_null=True, help_text="Elo less Elo at `baseline_at`.")
    elo_change_low = serializers.FloatField(allow_null=True, help_text="Lower bound, only where it moved.")
    elo_change_high = serializers.FloatField(allow_null=True, help_text="Upper bound, only where it moved.")
    moved = serializers.BooleanField(
        allow_null=True,
        help_text="Whether the change is more than the luck of votes that both snapshots share; null: not known.",
    )


class StoredPointSerializer(HistoryPointSerializer):
    """The same, read from a stored standing."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Send it as a point."""
        return super().to_representation(as_point(instance))


class HistoryView(ListView):
    """List a contender's lines, or all contenders', in the board's snapshots that are kept, newest first."""

    name = "history"
    query = HistoryQuery
    item = StoredPointSerializer
    searched = ("contender__slug", "contender__name", "imported__label")
    sorts: ClassVar = {"snapshot": "snapshot_id", "votes": "votes", "elo": "known_elo"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Standing]:
        """Return the lines; wait for a board that was never computed."""
        board = open_asked(query)
        named = find_named(board.ledger_slug, query["contender"]) if "contender" in query else None
        last = -_BEYOND if query.get("sort") == "-elo" else _BEYOND
        return list_lines(board, named).annotate(known_elo=Coalesce(F("elo"), Value(last)))
