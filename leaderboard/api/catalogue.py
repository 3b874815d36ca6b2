"""Organizations, models, contenders, categories and prompts over REST; drafts stay hidden."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Category, Contender, ImageModel, Modality, Offering, Organization, Prompt
from arena.errors import NotFound
from leaderboard.api.catalogue_serializers import (
    CategorySerializer,
    ContenderDetailSerializer,
    ContenderSerializer,
    ImageModelDetailSerializer,
    ModelCardSerializer,
    OrganizationSerializer,
    PromptSerializer,
)
from leaderboard.api.delivery.cursors import Rows
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.reading import LedgerField, ModalityField, PageQuery, Query, ReadView, describe
from leaderboard.presentation.model_cards import SORTS, ModelCard, list_model_cards
from leaderboard.queries.competitions.shown_prompts import shown_prompts
from leaderboard.queries.slices import default_ledger, find_ledger
from leaderboard.queries.standings import read_board


class OrganizationQuery(PageQuery):
    """Which organizations are listed."""

    search = SearchField()
    sort = SortField(["name", "slug"])


class ModelQuery(OrganizationQuery):
    """Which models are listed."""

    organization = serializers.SlugField(max_length=80, required=False, help_text="Of this organization, by its slug.")
    modality = ModalityField(required=False)
    ledger = LedgerField()
    sort = SortField([*SORTS, "slug"])


class ContenderQuery(OrganizationQuery):
    """Which contenders are listed."""

    organization = serializers.SlugField(max_length=80, required=False, help_text="Of this organization, by its slug.")
    model = serializers.SlugField(max_length=80, required=False, help_text="Of this model, by its slug.")


class CategoryQuery(OrganizationQuery):
    """Which categories are listed."""

    modality = ModalityField(required=False)


class PromptQuery(PageQuery):
    """Which prompts are listed."""

    category = serializers.SlugField(max_length=80, required=False, help_text="Of this category, by its slug.")
    language = serializers.SlugField(max_length=12, required=False, help_text="In this language, by its code.")
    modality = ModalityField(required=False)
    state = serializers.ChoiceField(
        choices=[Prompt.State.PLAY, Prompt.State.OPEN], required=False, help_text="In play, or open."
    )
    search = SearchField()
    sort = SortField(["title", "slug"])


def _conditions(query: dict[str, Any], **lookups: str) -> Q:
    """The filter for the parameters that were given; `lookups` name the field of each."""
    chosen = Q()
    for name, lookup in lookups.items():
        if name in query:
            chosen &= Q(**{lookup: query[name]})
    return chosen


def _require(query: dict[str, Any], **known: QuerySet[Any]) -> None:
    """Raise NotFound for a slug that was asked for and does not exist."""
    for name, rows in known.items():
        if name in query and not rows.filter(slug=query[name]).exists():
            text = _("There is no {kind} “{slug}” here.")
            raise NotFound(text.format(kind=name, slug=query[name]))


def _models() -> QuerySet[ImageModel]:
    return ImageModel.objects.select_related("organization").prefetch_related(
        "contenders__image_model", "contenders__offering__provider", "replaced_by"
    )


def _contenders() -> QuerySet[Contender]:
    return Contender.objects.select_related("image_model", "offering__provider").order_by("name", "id")


def _prompts() -> QuerySet[Prompt]:
    return shown_prompts().select_related("category", "superseded_by").prefetch_related("source_images", "axes")


class OrganizationsView(ListView):
    """List organizations with the slugs of their models."""

    name = "organizations"
    query = OrganizationQuery
    item = OrganizationSerializer
    searched = ("name", "slug")
    sorts: ClassVar = {"name": "name", "slug": "slug"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Organization]:
        """Return all of them."""
        return Organization.objects.prefetch_related("image_models").order_by("name", "id")


class ModelsView(ListView):
    """List models, retired ones too, each with the line of its best contender on the overall board, now."""

    name = "models"
    query = ModelQuery
    item = ModelCardSerializer
    searched = ("name", "slug", "organization_name")
    sorts: ClassVar = {"slug": "slug"}

    def rows(self, query: dict[str, Any]) -> Sequence[ModelCard]:
        """Return the models, by name unless asked otherwise. Raises NotFound for an unknown organization."""
        _require(query, organization=Organization.objects.all())
        modality, sort = query.get("modality", ""), query.get("sort") or "name"
        ledger = find_ledger(query.get("ledger") or default_ledger(modality or Modality.TEXT_TO_IMAGE))
        modalities = [modality] if modality else Modality.values
        boards = [read_board(ledger=ledger.slug, modality=each) for each in modalities]
        return list_model_cards(boards, organization=query.get("organization", ""), modality=modality, sort=sort)

    def arrange(self, rows: Rows, query: dict[str, Any]) -> Rows:
        """Cards come in order, but for that by slug."""
        return super().arrange(rows, query) if query.get("sort", "").removeprefix("-") in self.sorts else rows


class ModelView(ReadView):
    """One model."""

    @describe(answer=ImageModelDetailSerializer, missing=True, operation_id="read_model")
    def get(self, request: Request, slug: str) -> Response:
        """Read a model: facts, claims, parameters, offerings with prices, contenders; each with source and date."""
        Query.read(request)
        offerings = Offering.objects.select_related("provider").prefetch_related("prices")
        everything = Prefetch("offerings", offerings), "facts", "parameters", "claims__axis"
        found = _models().prefetch_related(*everything).filter(slug=slug).first()
        if found is None:
            raise NotFound(_("There is no model “{slug}”.").format(slug=slug))
        return Response(ImageModelDetailSerializer(found).data)


class ContendersView(ListView):
    """List contenders, retired ones too."""

    name = "contenders"
    query = ContenderQuery
    item = ContenderSerializer
    searched = ("name", "slug", "image_model__name")
    sorts: ClassVar = {"name": "name", "slug": "slug"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Contender]:
        """Return the contenders. Raises NotFound for an unknown organization or model."""
        _require(query, organization=Organization.objects.all(), model=ImageModel.objects.all())
        chosen = _conditions(query, organization="image_model__organization__slug", model="image_model__slug")
        return _contenders().filter(chosen)


class ContenderView(ReadView):
    """One contender."""

    @describe(answer=ContenderDetailSerializer, missing=True, operation_id="read_contender")
    def get(self, request: Request, slug: str) -> Response:
        """Read a contender, and what imports claim of its pictures."""
        Query.read(request)
        found = _contenders().filter(slug=slug).first()
        if found is None:
            raise NotFound(_("There is no contender “{slug}”.").format(slug=slug))
        return Response(ContenderDetailSerializer(found).data)


class CategoriesView(ListView):
    """List categories."""

    name = "categories"
    query = CategoryQuery
    item = CategorySerializer
    searched = ("name", "slug")
    sorts: ClassVar = {"name": "name", "slug": "slug"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Category]:
        """Return the active ones."""
        rows = Category.objects.filter(_conditions(query, modality="modality"), state=Category.State.ACTIVE)
        return rows.order_by("position", "name", "id")


class PromptsView(ListView):
    """List prompts in play or open with their source images; never what was made from them."""

    name = "prompts"
    query = PromptQuery
    item = PromptSerializer
    searched = ("title", "slug", "text")
    sorts: ClassVar = {"title": "title", "slug": "slug"}

    def rows(self, query: dict[str, Any]) -> QuerySet[Prompt]:
        """Return the prompts. Raises NotFound for an unknown category, or a language without prompts."""
        _require(query, category=Category.objects.filter(state=Category.State.ACTIVE))
        shown = _prompts()
        if "language" in query and not shown.filter(language=query["language"]).exists():
            raise NotFound(_("There are no prompts in the language “{code}” here.").format(code=query["language"]))
        chosen = _conditions(
            query, category="category__slug", language="language", modality="category__modality", state="state"
        )
        return shown.filter(chosen).order_by("category__position", "id")


class PromptView(ReadView):
    """One prompt."""

    @describe(answer=PromptSerializer, missing=True, operation_id="read_prompt")
    def get(self, request: Request, slug: str) -> Response:
        """Read a prompt."""
        Query.read(request)
        found = _prompts().filter(slug=slug).first()
        if found is None:
            raise NotFound(_("There is no prompt “{slug}”.").format(slug=slug))
        return Response(PromptSerializer(found, context={"request": request}).data)
