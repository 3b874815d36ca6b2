"""Capability profiles over REST: a model's lines on the boards by axis, beside what pages estimate of it."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Claim, ImageModel, Modality
from leaderboard.api.opening_boards import wait_while
from leaderboard.api.reading import LedgerField, ModalityField, Query, ReadView, describe
from leaderboard.computing.on_demand import ask_for_axes
from leaderboard.models import Standing
from leaderboard.presentation.contenders.capability_lines import group_estimates, tabulate
from leaderboard.queries.axes.axis_standings import read_profiles
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
        if not ImageModel.objects.filter(slug=slug).exists():
            raise Http404
        ledger, modality = query.get("ledger") or default_ledger(query["modality"]), query["modality"]
        profiles, is_awaited = wait_while(
            lambda: (
                read_profiles(ledger=ledger, model=slug, modality=modality),
                ask_for_axes(ledger=ledger, modality=modality),
            ),
            lambda seen: seen[1] and not seen[0],
        )
        estimates = group_estimates(Claim.objects.filter(image_model__slug=slug).select_related("axis"))
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
