"""Boards, standings and snapshots as they are sent; field names are those of `leaderboard.queries.standings`."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from arena.voting.models import LedgerOrigin
from leaderboard.api.reading import ModalityField
from leaderboard.models import Board, Snapshot
from leaderboard.queries.figures import Reliability
from leaderboard.queries.slices import split_slice
from leaderboard.queries.snapshots import counts_of, known_voters
from leaderboard.queries.standings import COLUMNS, BoardSummary, BoardView
from leaderboard.ratings.results import Line

_AXES_HASH = (
    "SHA-256 of the axes by which a board by axis chose its votes, which its input hash includes; null for other "
    "boards. `ledgers/<slug>/axes/?at=<snapshot>` is the map."
)
_EXCLUSIONS_HASH = (
    "SHA-256 of the ledger's positions up to `position` that were excluded, in decimal, each with a line feed; null "
    "for snapshots that are older than this hash."
)
_TIERS = (
    "official: only votes of the tiers of voters that the method's `influence` lists as official count; all: all votes "
    "do, beside such a board; empty where there is but one kind."
)


# What there is of each board, by the names of its addresses.
LINKED = (
    "standings", "standings.csv", "standings.jsonl", "standings.parquet", "pairs", "pairs.csv", "pairs.jsonl",
    "pairs.parquet", "audits", "sensitivity", "sensitivity.csv", "reasons", "history", "history.csv",
)  # fmt: skip


class LinksSerializer(serializers.Serializer[Any]):
    """Where a board is read in each form, and what belongs to it."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One address each."""
        names = (*(name.replace(".", "_") for name in LINKED), "page")
        return {name: serializers.URLField(help_text=f"Address of this board's {name}.") for name in names}


class BoardSummarySerializer(serializers.Serializer[Any]):
    """One ranking question and the size of its latest snapshot."""

    ledger = serializers.CharField(source="ledger_slug")
    modality = ModalityField()
    slice = serializers.ChoiceField(choices=Board.Slice.values)
    slice_value = serializers.CharField(
        help_text="The category's slug, the language's code, slug/code, or the axis; empty for overall."
    )
    title = serializers.CharField()
    criterion = serializers.CharField(help_text="What voters judge by; empty where it differs by category.")
    snapshot = serializers.IntegerField(source="snapshot_id", allow_null=True, help_text="Null before the first vote.")
    position = serializers.IntegerField(help_text="The last ledger position read; 0 before the first vote.")
    computed_at = serializers.DateTimeField(allow_null=True)
    board_votes = serializers.IntegerField(source="votes", help_text="Votes of the board, each on two contenders.")
    board_voters = serializers.IntegerField(
        source="voters", allow_null=True, help_text="People who cast them; null where imported votes name no voters."
    )
    history = serializers.SerializerMethodField(help_text="All contenders' lines over time; `contender=` names one.")
    links = serializers.SerializerMethodField(help_text="Addresses of all that there is of this board.")

    @extend_schema_field(OpenApiTypes.URI)
    def get_history(self, board: BoardSummary | BoardView) -> str:
        """Where the history of this board is read."""
        return self.get_links(board)["history"]

    @extend_schema_field(LinksSerializer)
    def get_links(self, board: BoardSummary | BoardView) -> dict[str, str]:
        """Where the board is read in each form, and what belongs to it."""
        chosen = {
            "ledger": board.ledger_slug,
            "modality": board.modality,
            **split_slice(board.slice, board.slice_value),
            "days": board.days if isinstance(board, BoardView) else 0,
            "tiers": board.tiers,
        }
        query = urlencode({name: value for name, value in chosen.items() if value})
        request = self.context["request"]
        own = {name: f"{reverse(f'api-{name}', request=request)}?{query}" for name in LINKED}
        shown = {name: value for name, value in chosen.items() if value and name != "modality"}
        page = f"{reverse('leaderboard', args=[board.modality], request=request)}?{urlencode(shown)}"
        return {name.replace(".", "_"): address for name, address in own.items()} | {"page": page}


class StandingSerializer(serializers.Serializer[Any]):
    """One contender's line as published; ratings, rates and ranks of a thin one are null.

    Price, speed and reliability are those of today.
    """

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    model_slug = serializers.CharField()
    model_name = serializers.CharField()
    organization_slug = serializers.CharField()
    organization_name = serializers.CharField()
    price = serializers.FloatField(allow_null=True)
    price_provider = serializers.CharField(allow_null=True)
    price_source = serializers.URLField(allow_null=True)
    price_seen_on = serializers.DateField(allow_null=True)
    matchups_shown = serializers.IntegerField(allow_null=True)
    matchups_reported = serializers.IntegerField(allow_null=True)
    reported_rate = serializers.FloatField(allow_null=True)
    images = serializers.IntegerField(allow_null=True)
    images_hidden = serializers.IntegerField(allow_null=True)
    hidden_rate = serializers.FloatField(allow_null=True)
    retired = serializers.BooleanField()
    elo_change = serializers.FloatField(allow_null=True)
    elo_change_low = serializers.FloatField(allow_null=True)
    elo_change_high = serializers.FloatField(allow_null=True)
    moved = serializers.BooleanField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Send the figures of the line and of the calls as columns among the others."""
        parts = {"line": Line, "reliability": Reliability}
        figures = {
            name: _send(f"{part}.{name}", hint)
            for part, kind in parts.items()
            for name, hint in get_type_hints(kind, include_extras=True).items()
        }
        every = super().get_fields() | figures
        return {name: every[name] for name in COLUMNS}


def _send(source: str, hint: Any) -> serializers.Field[Any, Any, Any, Any]:
    """The field of the API for a figure, by its type; the annotation is its help text."""
    annotated = get_origin(hint) is Annotated
    kind, text = get_args(hint) if annotated else (hint, None)
    options: dict[str, Any] = {"source": source, "allow_null": type(None) in get_args(kind), "help_text": text}
    if get_origin(kind) is Literal:
        return serializers.ChoiceField(choices=get_args(kind), **options)
    if get_origin(kind) is tuple:
        return serializers.ListField(child=serializers.CharField(), **options)
    if datetime in get_args(kind):
        return serializers.DateTimeField(**options)
    if float in get_args(kind) or Decimal in get_args(kind):
        return serializers.FloatField(**options)
    return serializers.IntegerField(**options)


class ThresholdsSerializer(serializers.Serializer[Any]):
    """When numbers are shown, and from when a rank is claimed."""

    thin_votes = serializers.IntegerField()
    established_votes = serializers.IntegerField()
    established_voters = serializers.IntegerField()
    established_half_width = serializers.FloatField(
        required=False, help_text="Only of earlier snapshots: rows with a wider interval have no rank there."
    )


class MethodSerializer(serializers.Serializer[Any]):
    """The method's name and version; its parameters stand beside them."""

    name = serializers.CharField()
    version = serializers.CharField()
    thresholds = ThresholdsSerializer()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Send all that was stored with the snapshot, as it was stored."""
        return dict(instance)


class PositionEffectSerializer(serializers.Serializer[Any]):
    """How much the left side was favoured."""

    logit = serializers.FloatField(help_text="0 for none, in natural units.")
    se = serializers.FloatField(allow_null=True, help_text="Standard error, clustered by voter.")


class OriginSerializer(serializers.ModelSerializer[LedgerOrigin]):
    """Where an imported ledger's votes are from; they were not cast here."""

    class Meta:
        model = LedgerOrigin
        fields = ["file_name", "sha256", "columns", "rows", "left_out", "source", "licence", "note", "imported_at"]
        extra_kwargs = {
            "columns": {"help_text": "The file's column for each role that it has one for."},
            "rows": {"min_value": None, "max_value": None},
            "left_out": {
                "min_value": None,
                "max_value": None,
                "help_text": "Rows that the file itself marks as excluded.",
            },
        }


class BoardSerializer(BoardSummarySerializer):
    """A board as computed: all that is needed to compute it again."""

    days = serializers.ChoiceField(choices=Board.Window.values, help_text="A window's length; 0 for all time.")
    tiers = serializers.CharField(source="counts", help_text=_TIERS)
    ledger_kind = serializers.CharField()
    ledger_origin = OriginSerializer(source="origin", allow_null=True, help_text="Of imported votes only.")
    head = serializers.CharField(help_text="The ledger's chain link at `position`.")
    next_at = serializers.DateTimeField(
        allow_null=True, help_text="When the next refresh is due; null for a board on demand."
    )
    excluded = serializers.IntegerField(help_text="Number of excluded entries.")
    exclusions_hash = serializers.CharField(allow_null=True, help_text=_EXCLUSIONS_HASH)
    method = MethodSerializer()
    axes_hash = serializers.CharField(allow_null=True, help_text=_AXES_HASH)
    input_hash = serializers.CharField(allow_null=True)
    output_hash = serializers.CharField(allow_null=True)
    anchor = serializers.ListField(child=serializers.CharField(), help_text="Contenders whose mean Elo is the centre.")
    position_effect = PositionEffectSerializer(allow_null=True)
    baseline = serializers.IntegerField(
        source="baseline_id", allow_null=True, help_text="The snapshot that changes are relative to; null: not kept."
    )
    baseline_at = serializers.DateTimeField(
        allow_null=True, help_text="When that one was computed; null where there is none to compare with."
    )


class StandingsSerializer(BoardSerializer):
    """A board with its lines in the order of its page, by the lower end of the Elo interval."""

    standings = StandingSerializer(
        many=True,
        source="rows",
        help_text=(
            "One line for each contender, in the order of the board's page: by the lower end of the Elo interval, "
            "highest first; then those without an interval by name, thin ones last."
        ),
    )


class SnapshotSerializer(serializers.Serializer[Any]):
    """One computation of one board. It never changes; of those older than some days, the last of a day is kept."""

    id = serializers.IntegerField(source="pk")
    ledger = serializers.CharField(source="board.ledger.slug")
    modality = ModalityField(source="board.modality")
    slice = serializers.ChoiceField(choices=Board.Slice.values, source="board.slice")
    slice_value = serializers.CharField(source="board.slice_value")
    days = serializers.ChoiceField(choices=Board.Window.values, source="board.days")
    tiers = serializers.SerializerMethodField(help_text=_TIERS)
    position = serializers.IntegerField()
    head = serializers.CharField()
    computed_at = serializers.DateTimeField()
    board_votes = serializers.IntegerField(source="votes")
    board_voters = serializers.SerializerMethodField(help_text="Null where imported votes name no voters.")
    excluded = serializers.IntegerField()
    exclusions_hash = serializers.SerializerMethodField(help_text=_EXCLUSIONS_HASH)
    axes_hash = serializers.CharField(
        source="axis_map.hash", allow_null=True, default=None, read_only=True, help_text=_AXES_HASH
    )
    method = MethodSerializer()
    input_hash = serializers.CharField()
    output_hash = serializers.CharField()

    def get_tiers(self, snapshot: Snapshot) -> str:
        """As a board says it."""
        return counts_of(snapshot.method, snapshot.board.tiers)

    def get_board_voters(self, snapshot: Snapshot) -> int | None:
        """None if the voters are unknown."""
        return known_voters(snapshot)

    def get_exclusions_hash(self, snapshot: Snapshot) -> str | None:
        """None for a snapshot older than this hash."""
        return snapshot.exclusions_hash or None
