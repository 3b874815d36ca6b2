"""Audits and pairs as they are sent; names are those of `ratings.diagnostics.audit` and `queries.pair_table`."""

from typing import Any

from rest_framework import serializers

from leaderboard.api.reading import ModalityField
from leaderboard.models import Board

_UNITS = ["vote", "voter", "prompt"]


class ScopeSerializer(serializers.Serializer[Any]):
    """What the size of the board allowed."""

    flips = serializers.ChoiceField(choices=["all", "first", "none"], help_text="For which gaps flips were searched.")
    orders = serializers.IntegerField(help_text="Random orders in which an overall board's votes were replayed.")


class FlipSerializer(serializers.Serializer[Any]):
    """The fewest votes, voters or prompts found without which `challenger` stands above `leader`."""

    unit = serializers.ChoiceField(choices=_UNITS)
    leader = serializers.CharField()
    challenger = serializers.CharField()
    count = serializers.IntegerField(allow_null=True, help_text="How many of the unit; null where none were found.")
    votes = serializers.IntegerField(help_text="Rated votes removed with them.")


class DecisionSerializer(serializers.Serializer[Any]):
    """Whether the leader is better; this holds however often one looks."""

    leader = serializers.CharField()
    other = serializers.CharField()
    gap = serializers.FloatField(help_text="Elo.")
    half_width = serializers.FloatField(allow_null=True, help_text="Elo; of an interval that holds at every look.")
    decided = serializers.BooleanField()
    more_votes = serializers.IntegerField(
        allow_null=True, help_text="Further rated votes on the whole board that would decide it; null: decided, or far."
    )


class NeighboursSerializer(serializers.Serializer[Any]):
    """A contender and the next one below it by Elo."""

    decision = DecisionSerializer()
    sure = serializers.BooleanField(
        help_text="Whether the rank ranges tell the two apart, at this look, for all pairs at once; from version 5 on."
    )
    win = serializers.FloatField(help_text="Chance that a next vote prefers the leader.")
    tie = serializers.FloatField()
    loss = serializers.FloatField()
    flips = FlipSerializer(many=True)


class AgreementSerializer(serializers.Serializer[Any]):
    """Whether people agree on the same pair on the same prompt."""

    alpha = serializers.FloatField(allow_null=True, help_text="Krippendorff's alpha.")
    units = serializers.IntegerField()
    votes = serializers.IntegerField()
    repeats = serializers.IntegerField()
    consistent = serializers.FloatField(allow_null=True)


class PlaceChancesSerializer(serializers.Serializer[Any]):
    """How likely a contender is to be among the first."""

    contender = serializers.CharField()
    within = serializers.ListField(
        child=serializers.FloatField(), help_text="P(rank <= k) for k = 1, 2, …, at most 10."
    )


class VarianceLineSerializer(serializers.Serializer[Any]):
    """A contender's half-width by two ways of estimating errors, in Elo; null where there is no interval."""

    contender = serializers.CharField()
    pooled = serializers.FloatField(allow_null=True, help_text="As published: components pooled over the board.")
    clustered = serializers.FloatField(allow_null=True, help_text="From the contender's own voters and prompts alone.")
    between_voters = serializers.FloatField(
        allow_null=True, help_text="How far its strength differs from voter to voter, in Elo; from version 5 on."
    )
    between_prompts = serializers.FloatField(allow_null=True, help_text="The same from prompt to prompt.")


class VarianceSerializer(serializers.Serializer[Any]):
    """The variance components of the board, with a check."""

    dispersion = serializers.FloatField(help_text="Variance of votes over that of coin tosses with the same chances.")
    between_voters = serializers.FloatField(
        allow_null=True, help_text="Standard deviation of a contender's strength from voter to voter, in Elo."
    )
    between_prompts = serializers.FloatField(allow_null=True, help_text="The same from prompt to prompt.")
    lines = VarianceLineSerializer(many=True)


class FactsSerializer(serializers.Serializer[Any]):
    """An audit's facts, with overlap ranks, floor, exposure, calibration, model, replays, other weights as stored."""

    votes = serializers.IntegerField()
    scope = ScopeSerializer()
    tie_rate = serializers.FloatField(allow_null=True)
    floor_rate = serializers.FloatField(allow_null=True, help_text="Both-bad votes over all votes.")
    first = FlipSerializer(many=True, help_text="What would change first place.")
    pairs = NeighboursSerializer(many=True)
    places = PlaceChancesSerializer(many=True, help_text="From the strongest down; empty where an interval is missing.")
    agreement = AgreementSerializer()
    variance = VarianceSerializer(allow_null=True, help_text="Absent in audits before version 4.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Send all that was stored, as it was stored."""
        return dict(instance)


class AuditSerializer(serializers.Serializer[Any]):
    """How sure a board is: the audit of the snapshot asked for, or of the last one before it."""

    ledger = serializers.CharField(source="board.ledger_slug")
    modality = ModalityField(source="board.modality")
    slice = serializers.ChoiceField(choices=Board.Slice.values, source="board.slice")
    slice_value = serializers.CharField(source="board.slice_value")
    days = serializers.ChoiceField(choices=Board.Window.values, source="board.days")
    snapshot = serializers.IntegerField(source="audit.snapshot_id", help_text="The snapshot that was audited.")
    position = serializers.IntegerField(source="audit.position", help_text="The last ledger position it read.")
    computed_at = serializers.DateTimeField(source="audit.computed_at")
    made_at = serializers.DateTimeField(source="audit.made_at")
    version = serializers.CharField(source="audit.version", help_text="A change of meaning is a new version.")
    seconds = serializers.FloatField(source="audit.seconds", help_text="How long it took.")
    facts = FactsSerializer(source="audit.facts")


class PairLineSerializer(serializers.Serializer[Any]):
    """One pair, from one contender's side."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    opponent_slug = serializers.CharField()
    opponent_name = serializers.CharField()
    wins = serializers.IntegerField(allow_null=True)
    ties = serializers.IntegerField(allow_null=True)
    losses = serializers.IntegerField(allow_null=True)
    both_bad = serializers.IntegerField(allow_null=True)
    share = serializers.FloatField(allow_null=True)
    p_win = serializers.FloatField(allow_null=True)
    p_tie = serializers.FloatField(allow_null=True)
    p_loss = serializers.FloatField(allow_null=True)
    p_share = serializers.FloatField(allow_null=True)
    p_share_low = serializers.FloatField(allow_null=True)
    p_share_high = serializers.FloatField(allow_null=True)


class PairTableSerializer(serializers.Serializer[Any]):
    """Every pair of a board's first 250 contenders from both sides, in the order of the board's page.

    Counts are null where the snapshot kept none, chances where nothing can be said.
    """

    ledger = serializers.CharField(source="board.ledger_slug")
    modality = ModalityField(source="board.modality")
    slice = serializers.ChoiceField(choices=Board.Slice.values, source="board.slice")
    slice_value = serializers.CharField(source="board.slice_value")
    days = serializers.ChoiceField(choices=Board.Window.values, source="board.days")
    snapshot = serializers.IntegerField(source="board.snapshot_id", allow_null=True, help_text="Of the counts.")
    audited_snapshot = serializers.IntegerField(allow_null=True, help_text="Of the chances.")
    position = serializers.IntegerField(source="board.position")
    pairs = PairLineSerializer(many=True, source="told")
