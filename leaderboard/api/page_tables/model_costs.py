"""What a model costs and takes: its list prices, 1,000 images, 1,000 images by tokens, and its parameters."""

from typing import Any, ClassVar

from rest_framework import serializers

from arena.catalog.models import Modality, Parameter, Price
from leaderboard.api.catalogue_serializers import ParameterSerializer
from leaderboard.api.lists import ListView, SortField
from leaderboard.api.page_tables.naming_rows import ModelField, OfModelQuery, Row, find_model
from leaderboard.api.reading import ModalityField
from leaderboard.presentation.model_page.price_comparison import (
    compare_to_maker,
    list_references,
    price_thousands,
    price_tokens,
)
from leaderboard.presentation.price_grid import lay_out_prices
from leaderboard.queries.figures import list_prices


class PricesQuery(OfModelQuery):
    """Of which model the prices are."""

    sort = SortField(["provider_name", "amount", "item"])


class ListedPriceSerializer(serializers.ModelSerializer[Price]):
    """A list price; an empty quality or size means any."""

    provider_slug = serializers.CharField(source="offering.provider.slug", help_text="Who asks it, by slug.")
    provider_name = serializers.CharField(source="offering.provider.name", help_text="Who asks it.")
    model_id = serializers.CharField(source="offering.model_id")
    amount = serializers.FloatField(help_text="In `currency` per `unit`.")
    beside_maker = serializers.FloatField(
        allow_null=True, help_text="By what share it differs from the maker's own price; null: not known, or its own."
    )

    class Meta:
        model = Price
        fields = [
            "provider_slug", "provider_name", "model_id", "item", "unit", "quality", "size", "amount", "currency",
            "beside_maker", "note", "source", "seen_on",
        ]  # fmt: skip


class PricesView(ListView):
    """List a model's list prices: those of an image by provider, quality and size, then all others."""

    name = "prices"
    query = PricesQuery
    item = ListedPriceSerializer
    searched = ("provider", "item", "note")
    sorts: ClassVar = {"provider_name": "provider", "amount": "amount", "item": "item"}

    def rows(self, query: dict[str, Any]) -> list[Price]:
        """Return them in the page's order. Raises NotFound for an unknown model."""
        model = find_model(query["model"])
        prices = [price for offering in model.offerings.all() for price in offering.prices.all()]
        beside, grid = compare_to_maker(prices, model.organization), lay_out_prices(prices)
        listed = [*(price for row in grid.rows for cell in row.cells for price in cell), *grid.others]
        for price in listed:
            price.beside_maker = beside.get(price.pk)  # type: ignore[attr-defined]  # A figure beside the row's own.
            price.provider = price.offering.provider.name  # type: ignore[attr-defined]  # By which rows are sorted.
        return listed


class ParametersQuery(OfModelQuery):
    """Of which model the parameters are."""

    sort = SortField(["name", "type"])


class ParametersView(ListView):
    """List what a request to a model can say, each with its source."""

    name = "parameters"
    query = ParametersQuery
    item = ParameterSerializer
    searched = ("name", "description")
    sorts: ClassVar = {"name": "name", "type": "type"}

    def rows(self, query: dict[str, Any]) -> list[Parameter]:
        """Return them in the page's order. Raises NotFound for an unknown model."""
        return list(find_model(query["model"]).parameters.all())


class CostsQuery(OfModelQuery):
    """Of which model the costs are."""

    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    sort = SortField(["contender_name"])


class ThousandsQuery(CostsQuery):
    """Of which model the costs are, and beside which other one."""

    reference = ModelField(required=False, help_text="Another model, by its slug, with whose price they are compared.")


class ThousandSerializer(serializers.Serializer[Any]):
    """What 1,000 images of a contender cost in USD."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    provider_name = serializers.CharField(help_text="Who asks the list price; empty without one.")
    at_list = serializers.FloatField(allow_null=True, help_text="USD at the lowest list price for its settings.")
    as_paid = serializers.FloatField(allow_null=True, help_text="USD by what calls here have cost.")
    saved = serializers.FloatField(
        allow_null=True, help_text="Share of the reference's price that is saved; negative: it costs more."
    )


class ThousandsView(ListView):
    """List what 1,000 images of a model's contenders cost, at the list price and as paid here."""

    name = "thousands"
    query = ThousandsQuery
    item = ThousandSerializer
    searched = ("contender_slug", "contender_name", "provider_name")
    sorts: ClassVar = {"contender_name": "contender_name"}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them, the cheapest first. Raises NotFound for an unknown model."""
        model, asked = find_model(query["model"]), query.get("reference")
        found = [each for each in list_references(model) if each.image_model.slug == asked] if asked else []
        reference = found[0] if found else None
        listed = list_prices(model.contenders.all())
        return [
            {
                "contender_slug": line.contender.slug,
                "contender_name": line.contender.name,
                "provider_name": line.listed.provider if line.listed else "",
                "at_list": line.at_list,
                "as_paid": line.as_paid,
                "saved": line.saved,
            }
            for line in price_thousands(model, listed, modality=query["modality"], reference=reference)
        ]


class TokenCostSerializer(serializers.Serializer[Any]):
    """What 1,000 images of a contender cost at a provider's token prices."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    provider_name = serializers.CharField(help_text="Whose token prices.")
    amount = serializers.FloatField(help_text="USD for 1,000 images.")
    images = serializers.IntegerField(help_text="Images whose tokens were counted here.")


class TokenCostsView(ListView):
    """List what 1,000 images of a model's contenders cost by the tokens that were counted here."""

    name = "token-costs"
    query = CostsQuery
    item = TokenCostSerializer
    searched = ("contender_slug", "contender_name", "provider_name")
    sorts: ClassVar = {"contender_name": "contender_name"}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by name. Raises NotFound for an unknown model."""
        return [
            {
                "contender_slug": line.contender.slug,
                "contender_name": line.contender.name,
                "provider_name": line.provider.name,
                "amount": line.amount,
                "images": line.images,
            }
            for line in price_tokens(find_model(query["model"]), modality=query["modality"])
        ]
