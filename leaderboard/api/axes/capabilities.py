"""Capability profiles over REST: a model's lines on the boards by axis, beside what pages estimate of it."""

from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Claim, ImageModel, Modality
from leaderboard.api.lists import ListView, SortField
from leaderboard.api.opening_boards import wait_while
from leaderboard.api.page_tables.naming_rows import LineSerializer, OfModelQuery, Row, tell_line
from leaderboard.api.reading import LedgerField, ModalityField, Query, ReadView, describe
from leaderboard.computing.on_demand import ask_for_axes
from leaderboard.models import Standing
from leaderboard.presentation.contenders.capability_lines import Estimates, group_estimates, tabulate
from leaderboard.queries.axes.axis_standings import CapabilityProfile, read_profiles
from leaderboard.queries.slices import default_ledger
from leaderboard.ratings.parameters import METHOD


class ProfileQuery(Query):
    """Of which votes."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)


class AxisLineSerializer(serializers.Serializer[Any]):
    """A contender's line on one board by axis; figures are null where it has too few votes there, or none."""

    axis = serializers.CharField(source="one.axis")
    name = serializers.CharField(source="one.name")
    snapshot = serializers.IntegerField(source="one.snapshot_id", allow_null=True, help_text="The board's snapshot.")
    level = serializers.ChoiceField(source="line.level", choices=Standing.Level.values, allow_null=True, default=None)
    votes = serializers.IntegerField(source="line.votes", default=0)
    elo = serializers.FloatField(
        source="line.elo", allow_null=True, default=None, help_text="Elo points; `centre` is the field's."
    )
    elo_low = serializers.FloatField(
        source="line.elo_low", allow_null=True, default=None, help_text="Lower end of the 95 % interval, Elo points."
    )
    elo_high = serializers.FloatField(
        source="line.elo_high", allow_null=True, default=None, help_text="Upper end of the 95 % interval, Elo points."
    )
    place = serializers.CharField(
        source="places",
        help_text="Place among this contender's own axes, 1 the strongest: one, or a range that the votes leave open.",
    )


class ProfileSerializer(serializers.Serializer[Any]):
    """One contender's profile, and in a sentence for each page whether its order of the axes stands up to the votes."""

    contender_slug = serializers.CharField(source="profile.contender_slug")
    contender_name = serializers.CharField(source="profile.contender_name")
    lines = AxisLineSerializer(many=True, source="rows", help_text="One for each axis, in the axes' order.")
    comparisons = serializers.ListField(
        source="sentences", child=serializers.CharField(), help_text="In the order of `estimates`."
    )


class EstimatesSerializer(serializers.Serializer[Any]):
    """What a page estimates of the model; nothing of it was measured here."""

    source_ = serializers.URLField(help_text="The page.")
    seen_on = serializers.DateField()
    values = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Percent on the page's own scale, by axis; it is no Elo, so only the order can be compared.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Send the page as `source`, which as an attribute's name is taken by the serializer itself."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}


class ModelProfileSerializer(serializers.Serializer[Any]):
    """A model's capability profile on one modality."""

    model = serializers.CharField()
    ledger = serializers.CharField()
    modality = ModalityField()
    centre = serializers.FloatField(help_text="Elo of the field: the mean of each board's anchors.")
    outdated = serializers.BooleanField(help_text="Whether newer boards are being computed.")
    profiles = ProfileSerializer(many=True, help_text="Of contenders with votes; the one with most votes first.")
    estimates = EstimatesSerializer(many=True)


class ModelProfileView(ReadView):
    """A model's capability profile."""

    @describe(
        query=ProfileQuery,
        answer=ModelProfileSerializer,
        missing=True,
        operation_id="read_model_profile",
    )
    def get(self, request: Request, slug: str) -> Response:
        """Read how a model's contenders stand on each axis, measured by votes, beside what pages estimate.

        Boards by axis are computed on demand: the first request waits, then gets 503.
        """
        query = ProfileQuery.read(request)
        ledger, modality = query.get("ledger") or default_ledger(query["modality"]), query["modality"]
        profiles, is_awaited, estimates = _read(slug, ledger, modality)
        answer = {
            "model": slug,
            "ledger": ledger,
            "modality": modality,
            "centre": METHOD.elo_centre,
            "outdated": is_awaited,
            "profiles": [tabulate(profile, estimates) for profile in profiles],
            "estimates": estimates,
        }
        return Response(ModelProfileSerializer(answer).data)


def _read(model: str, ledger: str, modality: str) -> tuple[tuple[CapabilityProfile, ...], bool, tuple[Estimates, ...]]:
    """The profiles, whether newer ones are being computed, and the estimates; wait for what was never computed."""
    if not ImageModel.objects.filter(slug=model).exists():
        raise Http404
    profiles, is_awaited = wait_while(
        lambda: (
            read_profiles(ledger=ledger, model=model, modality=modality),
            ask_for_axes(ledger=ledger, modality=modality),
        ),
        lambda seen: seen[1] and not seen[0],
    )
    return profiles, is_awaited, group_estimates(Claim.objects.filter(image_model__slug=model).select_related("axis"))


class ProfilesQuery(OfModelQuery, ProfileQuery):
    """Whose profiles are listed, and of which votes."""

    contender = serializers.CharField(
        max_length=400, required=False, help_text="Only this contender, by its slug or label."
    )
    sort = SortField(["elo", "name"])


class ProfileLineSerializer(LineSerializer):
    """A contender's line on one board by axis, beside what pages estimate."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    axis = serializers.CharField()
    name = serializers.CharField(help_text="The axis' name.")
    place = serializers.CharField(
        help_text="Place among this contender's own axes, 1 the strongest: one, or a range that the votes leave open."
    )
    estimates = serializers.ListField(
        child=serializers.DictField(), help_text="Of each page that estimates the axis: source, percent, place."
    )


class ProfilesView(ListView):
    """List a model's lines on the boards by axis, measured by votes, beside what pages estimate of it."""

    name = "profiles"
    query = ProfilesQuery
    item = ProfileLineSerializer
    searched = ("axis", "name", "contender_name")
    sorts: ClassVar = {"elo": "elo", "name": "name"}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by contender and axis; wait for what was never computed."""
        ledger = query.get("ledger") or default_ledger(query["modality"])
        profiles, _awaited, estimates = _read(query["model"], ledger, query["modality"])
        return [
            {
                "contender_slug": profile.contender_slug,
                "contender_name": profile.contender_name,
                "axis": row.one.axis,
                "name": row.one.name,
                "place": row.places,
                "estimates": [
                    {"source": page.source, "percent": estimate.value, "place": estimate.places}
                    for page, estimate in zip(estimates, row.estimates, strict=True)
                    if estimate
                ],
                **tell_line(row.line),
            }
            for profile in profiles
            if query.get("contender", profile.contender_slug) == profile.contender_slug
            for row in tabulate(profile, estimates).rows
        ]
