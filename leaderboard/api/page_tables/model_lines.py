"""Where a model stands: its lines on every board of a ledger and on every arena, its series, its calls."""

from typing import Any, ClassVar

from rest_framework import serializers

from arena.catalog.models import Modality
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.opening_boards import BoardAtQuery, open_asked
from leaderboard.api.page_tables.naming_rows import (
    LineSerializer,
    ModelField,
    OfModelQuery,
    Row,
    find_model,
    modalities_of,
    tell_line,
)
from leaderboard.api.reading import LedgerField, ModalityField, PageQuery
from leaderboard.models import Board
from leaderboard.presentation.call_lines import list_calls, list_claimed
from leaderboard.presentation.contenders.series_lines import list_series
from leaderboard.queries.comparing.verdicts import read_opinion
from leaderboard.queries.figures import list_prices
from leaderboard.queries.model_pages.arenas import lines_by_language, list_arenas
from leaderboard.queries.model_pages.opponents import list_opponents
from leaderboard.queries.slices import default_ledger
from leaderboard.queries.standings import model_standings


class RatingsQuery(OfModelQuery):
    """Whose lines are listed, and on which boards."""

    ledger = LedgerField()
    modality = ModalityField(required=False)
    contender = serializers.CharField(
        max_length=400, required=False, help_text="Only this contender, by its slug or label."
    )
    slice = serializers.ChoiceField(
        choices=Board.Slice.values,
        required=False,
        help_text="Only boards of this kind.",
    )
    languages = serializers.ChoiceField(
        choices=["0", "1"],
        default="0",
        help_text="1: also boards of a category in a language, as far as somebody asked for them.",
    )
    sort = SortField(["elo", "votes", "slice_value"])


class RatingSerializer(LineSerializer):
    """A contender's line on one board, now."""

    modality = ModalityField()
    slice = serializers.ChoiceField(choices=Board.Slice.values)
    slice_value = serializers.CharField()
    title = serializers.CharField(help_text="The board's title.")
    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    win_rate = serializers.FloatField(allow_null=True, help_text="Wins and half the ties over rated votes.")
    floor_rate = serializers.FloatField(allow_null=True, help_text="Both-bad votes over all votes.")


class RatingsView(ListView):
    """List where a model's contenders stand on the boards of a ledger, now; boards without votes on it are left out."""

    name = "ratings"
    query = RatingsQuery
    item = RatingSerializer
    searched = ("title", "slice_value", "contender_name")
    sorts: ClassVar = {name: name for name in ("elo", "votes", "slice_value")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by contender, then modality and board. Raises NotFound for an unknown model or ledger."""
        find_model(query["model"])
        modalities = modalities_of(query)
        ledger = query.get("ledger") or default_ledger(query.get("modality", ""))
        rows = list_on_boards(ledger, query, modalities)
        rows += list_by_language(ledger, query) if query["languages"] == "1" else []
        rows = [row for row in rows if query.get("slice", row["slice"]) == row["slice"]]
        return [row for row in rows if query.get("contender", row["contender_slug"]) == row["contender_slug"]]


def list_on_boards(ledger: str, query: Row, modalities: Any) -> list[Row]:
    """The lines on the boards that every refresh computes."""
    placed = model_standings(ledger=ledger, model=query["model"], modalities=modalities)
    return [
        {
            **{name: getattr(one.board, name) for name in ("modality", "slice", "slice_value", "title")},
            **{name: getattr(one.row, name) for name in ("contender_slug", "contender_name")},
            **tell_line(one.row.line, (*LineSerializer().fields, "win_rate", "floor_rate")),
        }
        for one in sorted(placed, key=lambda one: one.row.contender_name.casefold())
    ]


def list_by_language(ledger: str, query: Row) -> list[Row]:
    """The lines on boards of a category in a language, as far as somebody asked for them."""
    found = lines_by_language(ledger, query["model"])
    return [
        {
            "modality": modality,
            "slice": Board.Slice.CATEGORY_LANGUAGE,
            "slice_value": value,
            "title": value,
            "contender_slug": slug,
            "contender_name": slug,
            **tell_line(line, (*LineSerializer().fields, "win_rate", "floor_rate")),
        }
        for (modality, slug, value), line in sorted(found.items(), key=lambda item: item[0])
        if query.get("modality", modality) == modality
    ]


class ArenasQuery(OfModelQuery):
    """Whose lines are listed."""

    sort = SortField(["ledger", "votes"])


class ArenaLineSerializer(LineSerializer):
    """A contender's line on the overall board of one ledger."""

    ledger = serializers.CharField()
    ledger_name = serializers.CharField(help_text="The ledger's name.")
    modality = ModalityField()
    contender_name = serializers.CharField()
    ranked = serializers.IntegerField(help_text="Contenders that are ranked there.")


class ArenasView(ListView):
    """List a model's lines on the overall boards of all ledgers; Elo of different boards cannot be compared."""

    name = "arenas"
    query = ArenasQuery
    item = ArenaLineSerializer
    searched = ("ledger", "ledger_name", "contender_name")
    sorts: ClassVar = {name: name for name in ("ledger", "votes")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them, this arena's first. Raises NotFound for an unknown model."""
        find_model(query["model"])
        return [
            {
                "ledger": one.ledger.slug,
                "ledger_name": one.ledger.name,
                "modality": one.modality,
                "contender_name": one.contender_name,
                "ranked": one.ranked,
                **tell_line(one.line),
            }
            for one in list_arenas(query["model"])
        ]


class SeriesQuery(BoardAtQuery, PageQuery):
    """Which board is read, and whose series."""

    model = ModelField(required=False, help_text="Only the series of this model's contenders, with all their steps.")
    search = SearchField()
    sort = SortField(["step", "elo"])


class StepSerializer(LineSerializer):
    """A contender of a series with its line on the board."""

    series = serializers.CharField(help_text="The series.")
    step = serializers.FloatField(allow_null=True, help_text="A training step, an epoch, a strength.")
    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    model_slug = serializers.CharField()


class SeriesView(ListView):
    """List the contenders of series, such as checkpoints of a training run, by step, with their lines on a board."""

    name = "series"
    query = SeriesQuery
    item = StepSerializer
    searched = ("series", "contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("step", "elo")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by series and step. Raises NotFound for an unknown model, and what a board raises."""
        board = open_asked(query)
        own = find_model(query["model"]).contenders.all() if "model" in query else ()
        names = sorted({one.series for one in own if one.series})
        if own and not names:
            return []
        return [
            {
                "series": table.name,
                "step": line.contender.step,
                "contender_slug": line.contender.slug,
                "contender_name": line.contender.name,
                "model_slug": line.contender.image_model.slug,
                **tell_line(line.row.line if line.row else None),
            }
            for table in list_series(board.rows, names=names)
            for line in table.lines
        ]


class CallsQuery(OfModelQuery):
    """Whose calls are listed."""

    modality = ModalityField(required=False)
    sort = SortField(["contender_name", "calls", "median_seconds"])


class CallsSerializer(serializers.Serializer[Any]):
    """What a contender's calls gave for prompts of one modality, over the 30 days up to the last one."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    provider_name = serializers.CharField(help_text="Who was called; empty where the pictures were imported.")
    modality = ModalityField()
    calls = serializers.IntegerField(help_text="Calls.")
    last_call = serializers.DateTimeField(allow_null=True, help_text="When the last of them began.")
    success_rate = serializers.FloatField(allow_null=True, help_text="Share of calls that gave an image.")
    refusal_rate = serializers.FloatField(allow_null=True, help_text="Share that the host refused.")
    failure_rate = serializers.FloatField(allow_null=True, help_text="Share that failed otherwise.")
    median_seconds = serializers.FloatField(allow_null=True, help_text="Median seconds from call to image.")
    p95_seconds = serializers.FloatField(allow_null=True, help_text="19 of 20 calls took at most so long, in seconds.")
    median_queue_seconds = serializers.FloatField(allow_null=True, help_text="Median seconds in the host's queue.")
    p95_queue_seconds = serializers.FloatField(allow_null=True, help_text="19 of 20 calls waited at most so long.")
    cost_per_image = serializers.FloatField(allow_null=True, help_text="USD paid per image delivered.")
    price = serializers.FloatField(allow_null=True)
    prompts_covered = serializers.IntegerField(help_text="Prompts in play or open that it has an image of.")
    prompts_wanted = serializers.IntegerField(help_text="Prompts in play or open, in active categories.")


class CallsView(ListView):
    """List what calls to a model's contenders gave: success, time and cost, as measured here."""

    name = "calls"
    query = CallsQuery
    item = CallsSerializer
    searched = ("contender_slug", "contender_name", "provider_name")
    sorts: ClassVar = {name: name for name in ("contender_name", "calls", "median_seconds")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by name. Raises NotFound for an unknown model."""
        model = find_model(query["model"])
        labels = {str(each.label): each.value for each in Modality if each in modalities_of(query)}
        return [
            {
                "contender_slug": line.contender.slug,
                "contender_name": line.contender.name,
                "provider_name": line.contender.offering.provider.name if line.contender.offering else "",
                "modality": labels[line.modality],
                "price": line.price.amount if line.price else None,
                **vars(line.figures),
            }
            for line in list_calls(model, list_prices(model.contenders.all()))
            if line.modality in labels
        ]


class ClaimsOfImportsQuery(OfModelQuery):
    """Of whose pictures the claims are listed."""

    sort = SortField(["contender_name", "images"])


class ClaimsOfImportsSerializer(serializers.Serializer[Any]):
    """What imports claim of a contender's pictures. Nothing of it was measured here."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    images = serializers.IntegerField(help_text="Imported images of which the import says what they took.")
    images_with_cost = serializers.IntegerField(help_text="Those of them with a cost.")
    cost_per_image = serializers.FloatField(allow_null=True, help_text="Mean of the claimed costs in USD.")
    images_with_seconds = serializers.IntegerField(help_text="Those of them with a time.")
    median_seconds = serializers.FloatField(allow_null=True, help_text="Median of the claimed times.")


class ClaimsOfImportsView(ListView):
    """List what imports claim that a model's pictures took and cost; nothing of it was measured here."""

    name = "import-claims"
    query = ClaimsOfImportsQuery
    item = ClaimsOfImportsSerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("contender_name", "images")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by name. Raises NotFound for an unknown model."""
        return [
            {"contender_slug": line.contender.slug, "contender_name": line.contender.name, **vars(line.figures)}
            for line in list_claimed(find_model(query["model"]))
        ]


_OF_RECORD = ("share", "wins", "ties", "losses", "both_bad", "votes")


class OpponentsQuery(OfModelQuery):
    """Whose opponents are listed, on which overall board."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    sort = SortField(["share", "votes"])


class OpponentSerializer(serializers.Serializer[Any]):
    """One of a model's contenders against another one, by the votes between the two, from the side of the first."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    opponent_slug = serializers.CharField()
    opponent_name = serializers.CharField()
    share = serializers.FloatField(allow_null=True)
    wins = serializers.IntegerField()
    ties = serializers.IntegerField()
    losses = serializers.IntegerField()
    both_bad = serializers.IntegerField()
    votes = serializers.IntegerField(help_text="Votes between the two.")
    p_share_low = serializers.FloatField(
        allow_null=True, help_text="Lower end of the 95 % interval of the share, by all votes of the board."
    )
    p_share_high = serializers.FloatField(allow_null=True, help_text="Its upper end.")


class OpponentsView(ListView):
    """List whom a model's contenders met on an overall board, most votes first, and how the votes split."""

    name = "opponents"
    query = OpponentsQuery
    item = OpponentSerializer
    searched = ("contender_slug", "contender_name", "opponent_slug", "opponent_name")
    sorts: ClassVar = {name: name for name in ("share", "votes")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by contender. Raises NotFound for an unknown model."""
        find_model(query["model"])
        board = open_asked(query | {"days": 0})
        return [
            {
                "contender_slug": met.own.contender_slug,
                "contender_name": met.own.contender_name,
                "opponent_slug": met.other.contender_slug,
                "opponent_name": met.other.contender_name,
                **{name: getattr(met.record, name) for name in _OF_RECORD},
                "p_share_low": met.ends[0] if met.ends else None,
                "p_share_high": met.ends[1] if met.ends else None,
            }
            for met in list_opponents(board, read_opinion(board), query["model"])
        ]
