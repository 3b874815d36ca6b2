"""The catalogue as it is sent: every published statement with its source and the day it was seen."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from arena.catalog.models import (
    Axis,
    Category,
    Claim,
    Contender,
    Fact,
    ImageModel,
    Offering,
    Organization,
    Parameter,
    Price,
    Prompt,
)
from arena.generation.ingest.public_sources import PublicSource, gather_sources
from leaderboard.api.reading import ModalityField
from leaderboard.models import Standing
from leaderboard.queries.figures import ClaimedFigures, read_claimed

_SOURCED = ["source", "seen_on"]


class Named(serializers.Serializer[Any]):
    """What a row refers to, by slug and name."""

    slug = serializers.CharField()
    name = serializers.CharField()


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """Who makes models."""

    models = serializers.SlugRelatedField[ImageModel]("slug", source="image_models", many=True, read_only=True)

    class Meta:
        model = Organization
        fields = ["slug", "name", "website", "description", "models"]


class FactSerializer(serializers.ModelSerializer[Fact]):
    """One value of one property; contradicting sources both stand."""

    class Meta:
        model = Fact
        fields = ["key", "value", "unit", *_SOURCED]


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """What its source says of the model; not a measurement. `value` is percent, on the source's own scale."""

    axis = serializers.SlugRelatedField[Axis]("slug", read_only=True, allow_null=True)

    class Meta:
        model = Claim
        fields = ["kind", "text", "axis", "value", *_SOURCED]
        extra_kwargs = {"value": {"min_value": None, "max_value": None}}


class ParameterSerializer(serializers.ModelSerializer[Parameter]):
    """A request parameter."""

    class Meta:
        model = Parameter
        fields = ["name", "type", "default", "allowed", "description", *_SOURCED]


class PriceSerializer(serializers.ModelSerializer[Price]):
    """A list price; an empty quality or size means any."""

    amount = serializers.FloatField(help_text="In `currency` per `unit`.")

    class Meta:
        model = Price
        fields = ["item", "unit", "quality", "size", "amount", "currency", "note", *_SOURCED]


class OfferingSerializer(serializers.ModelSerializer[Offering]):
    """The model as one provider sells it."""

    provider = Named()
    prices = PriceSerializer(many=True)

    class Meta:
        model = Offering
        fields = ["provider", "model_id", "prices"]


class ContenderSerializer(serializers.ModelSerializer[Contender]):
    """A model at pinned settings: what is ranked."""

    model = serializers.SlugRelatedField[ImageModel]("slug", source="image_model", read_only=True)
    settings = serializers.DictField(
        help_text="`template` and `negative_prompt` are applied by Easel, all others by the provider."
    )
    series = serializers.CharField(help_text="Contenders of one series line up by their step; empty: of none.")
    step = serializers.FloatField(allow_null=True, help_text="A training step, an epoch, a strength.")
    retired = serializers.BooleanField(
        source="is_retired", read_only=True, help_text="It left sampling, by itself or with its model."
    )
    settings_hash = serializers.CharField(help_text="SHA-256 of the pinned settings.")
    provider_name = serializers.CharField(
        source="offering.provider.name", default="", read_only=True, help_text="Who is called; empty: imported."
    )
    model_id = serializers.CharField(source="offering.model_id", default="", read_only=True)

    class Meta:
        model = Contender
        fields = [
            "slug", "name", "model", "settings", "series", "step", "retired_on", "retired", "settings_hash",
            "provider_name", "model_id",
        ]  # fmt: skip


class ClaimedSerializer(serializers.Serializer[ClaimedFigures]):
    """What imports claim of a contender's pictures. Nothing of it was measured here, and no other figure holds it."""

    images = serializers.IntegerField(help_text="Imported images of which the import says what they took.")
    images_with_cost = serializers.IntegerField(help_text="Those of them with a cost.")
    cost_per_image = serializers.FloatField(allow_null=True, help_text="Mean of the claimed costs in USD.")
    images_with_seconds = serializers.IntegerField(help_text="Those of them with a time.")
    median_seconds = serializers.FloatField(allow_null=True, help_text="Median of the claimed times.")


class ContenderDetailSerializer(ContenderSerializer):
    """A contender with what imports claim of it."""

    claimed_by_imports = serializers.SerializerMethodField(help_text="Null without any claim.")

    class Meta(ContenderSerializer.Meta):
        fields = [*ContenderSerializer.Meta.fields, "claimed_by_imports"]

    @extend_schema_field(ClaimedSerializer(allow_null=True))
    def get_claimed_by_imports(self, contender: Contender) -> dict[str, Any] | None:
        """Return the claimed figures."""
        claimed = read_claimed([contender.pk]).get(contender.pk)
        return None if claimed is None else dict(ClaimedSerializer(claimed).data)


class ImageModelSerializer(serializers.ModelSerializer[ImageModel]):
    """A model as people know it."""

    organization = Named()
    modalities = serializers.ListField(child=serializers.CharField(), help_text="text-to-image, image-editing.")
    retired = serializers.BooleanField(source="is_retired", read_only=True, help_text="Its shutdown date has come.")
    replaced_by = serializers.SlugRelatedField[ImageModel]("slug", many=True, read_only=True)
    contenders = serializers.SlugRelatedField[Contender]("slug", many=True, read_only=True)

    class Meta:
        model = ImageModel
        fields = [
            "slug", "name", "organization", "modalities", "summary", "shutdown_on", "retired", "replaced_by",
            "contenders",
        ]  # fmt: skip


class ModelCardSerializer(ImageModelSerializer):
    """A model with the line of its best contender on an overall board: that of text to image, else of image editing."""

    status = serializers.ChoiceField(
        choices=["active", "listed", "retiring", "retired"], help_text="listed: known, but not rated here."
    )
    contender_count = serializers.IntegerField(source="contenders", help_text="How many contenders it has.")
    released = serializers.CharField(help_text="A day or a month, as far as a source says; empty without one.")
    price = serializers.FloatField(allow_null=True, help_text="USD per image: the lowest of its contenders.")
    board_modality = serializers.CharField(
        source="modality", help_text="The modality of the board; empty where it is on none."
    )
    best_slug = serializers.CharField(
        source="best.contender_slug", allow_null=True, help_text="Its best contender; null: none rated."
    )
    best_name = serializers.CharField(
        source="best.contender_name", allow_null=True, help_text="The name of its best contender."
    )
    level = serializers.ChoiceField(choices=Standing.Level.values, source="best.line.level", allow_null=True)
    rank_low = serializers.IntegerField(
        source="best.line.rank_low", allow_null=True, help_text="Best rank that the votes leave open."
    )
    rank_high = serializers.IntegerField(
        source="best.line.rank_high", allow_null=True, help_text="Worst rank that the votes leave open."
    )
    elo = serializers.FloatField(source="best.line.elo", allow_null=True)
    elo_low = serializers.FloatField(
        source="best.line.elo_low", allow_null=True, help_text="Lower end of the 95 % interval."
    )
    elo_high = serializers.FloatField(
        source="best.line.elo_high", allow_null=True, help_text="Upper end of the 95 % interval."
    )

    class Meta(ImageModelSerializer.Meta):
        fields = [
            *ImageModelSerializer.Meta.fields, "contender_count", "status", "released", "price", "board_modality",
            "best_slug", "best_name", "level", "rank_low", "rank_high", "elo", "elo_low", "elo_high",
        ]  # fmt: skip

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Send the model's own fields, and those of its card."""
        own = set(ImageModelSerializer.Meta.fields)
        return {
            name: field.to_representation(value) if value is not None else None
            for name, field in self.fields.items()
            for value in [field.get_attribute(instance.image_model if name in own else instance)]
        }


class ImageModelDetailSerializer(ImageModelSerializer):
    """A model with all that is known of it."""

    contenders = ContenderSerializer(many=True)  # type: ignore[assignment]  # whole here, slugs in a list
    facts = FactSerializer(many=True)
    parameters = ParameterSerializer(many=True)
    claims = ClaimSerializer(many=True)
    offerings = OfferingSerializer(many=True)

    class Meta(ImageModelSerializer.Meta):
        fields = [*ImageModelSerializer.Meta.fields, "facts", "parameters", "claims", "offerings"]


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A kind of task, and what voters judge by."""

    modality = ModalityField()

    class Meta:
        model = Category
        fields = ["slug", "name", "criterion", "description", "modality"]


class SourceSerializer(serializers.Serializer[Any]):
    """A source image of an editing prompt. It is public; its renditions are WebP without metadata."""

    sha256 = serializers.CharField(help_text="Of the file that contenders were given.")
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")
    licence = serializers.CharField()
    origin = serializers.CharField(help_text="Where it comes from; empty where that is not known.")
    image = serializers.SerializerMethodField(help_text="Address of a rendition 1024 pixels wide or tall.")

    @extend_schema_field(OpenApiTypes.URI)
    def get_image(self, source: PublicSource) -> str:
        """Return the address of the widest usual rendition."""
        return str(self.context["request"].build_absolute_uri(source.src))


class PromptSerializer(serializers.ModelSerializer[Prompt]):
    """One task. While it is in play its images are nameless, and never listed."""

    category = serializers.SlugRelatedField[Category]("slug", read_only=True)
    axes = serializers.SlugRelatedField[Axis]("slug", many=True, read_only=True, help_text="What the prompt tests.")
    modality = ModalityField(source="category.modality")
    state = serializers.ChoiceField(choices=[Prompt.State.PLAY, Prompt.State.OPEN])
    superseded_by = serializers.SlugRelatedField[Prompt]("slug", read_only=True, allow_null=True)
    source_images = serializers.SerializerMethodField(help_text="What an edit is made from; the first is changed.")
    mask_outline = serializers.SerializerMethodField(
        help_text="Address of an SVG that draws where the first source image may change; empty without a mask."
    )

    class Meta:
        model = Prompt
        fields = [
            "slug", "title", "text", "language", "category", "axes", "modality", "state", "licence", "source",
            "opened_at", "superseded_by", "source_images", "mask_outline",
        ]  # fmt: skip

    @extend_schema_field(SourceSerializer(many=True))
    def get_source_images(self, prompt: Prompt) -> list[dict[str, Any]]:
        """Return its source images in their order."""
        sources = gather_sources(prompt.source_images.all()).pictures
        return [SourceSerializer(source, context=self.context).data for source in sources]

    @extend_schema_field(OpenApiTypes.STR)
    def get_mask_outline(self, prompt: Prompt) -> str:
        """Return where its mask's outline is drawn."""
        outline = gather_sources(prompt.source_images.all()).outline
        return str(self.context["request"].build_absolute_uri(outline)) if outline else ""
