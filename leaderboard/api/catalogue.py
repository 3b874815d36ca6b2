"""Organizations, models, contenders, categories and prompts over REST; drafts stay hidden."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Category, Contender, ImageModel, Offering, Organization, Prompt
from arena.errors import NotFound
from leaderboard.api.catalogue_serializers import (
    CategorySerializer,
    ContenderDetailSerializer,
    ContenderSerializer,
    ImageModelDetailSerializer,
    ImageModelSerializer,
    OrganizationSerializer,
    PromptSerializer,
)
from leaderboard.api.reading import ModalityField, PageQuery, Query, ReadView, answer_page, describe, page_schema


class ModelQuery(PageQuery):
    """Which models are listed."""

    organization = serializers.SlugField(max_length=80, required=False)
    modality = ModalityField(required=False)


class ContenderQuery(PageQuery):
    """Which contenders are listed."""

    organization = serializers.SlugField(max_length=80, required=False)
    model = serializers.SlugField(max_length=80, required=False)


class CategoryQuery(PageQuery):
    """Which categories are listed."""

    modality = ModalityField(required=False)


class PromptQuery(PageQuery):
    """Which prompts are listed."""

    category = serializers.SlugField(max_length=80, required=False)
    language = serializers.SlugField(max_length=12, required=False)
    modality = ModalityField(required=False)
    state = serializers.ChoiceField(choices=[Prompt.State.PLAY, Prompt.State.OPEN], required=False)


def _conditions(query: dict[str, Any], **lookups: str) -> Q:
    """The filter for the parameters that were given; `lookups` name the field of each."""
    chosen = Q()
    for name, lookup in lookups.items():
        if name in query:
            chosen &= Q(**{lookup: query[name]})
    return chosen


def _page(
    request: Request, query: dict[str, Any], rows: QuerySet[Any], item: type[serializers.BaseSerializer[Any]]
) -> Response:
    return answer_page(request, rows, item, limit=query["limit"], offset=query["offset"])


def _models() -> QuerySet[ImageModel]:
    return ImageModel.objects.select_related("organization").prefetch_related("contenders__image_model", "replaced_by")


def _contenders() -> QuerySet[Contender]:
    return Contender.objects.select_related("image_model").order_by("name", "id")


def _prompts() -> QuerySet[Prompt]:
    shown = Prompt.objects.exclude(state=Prompt.State.DRAFT).filter(category__state=Category.State.ACTIVE)
    return shown.select_related("category", "superseded_by").prefetch_related("source_images", "axes")


class OrganizationsView(ReadView):
    """All organizations."""

    @describe(query=PageQuery, answer=page_schema(OrganizationSerializer), operation_id="list_organizations")
    def get(self, request: Request) -> Response:
        """List organizations with the slugs of their models."""
        query = PageQuery.read(request)
        rows = Organization.objects.prefetch_related("image_models").order_by("name", "id")
        return _page(request, query, rows, OrganizationSerializer)


class ModelsView(ReadView):
    """All models."""

    @describe(query=ModelQuery, answer=page_schema(ImageModelSerializer), operation_id="list_models")
    def get(self, request: Request) -> Response:
        """List models, retired ones too."""
        query = ModelQuery.read(request)
        chosen = _conditions(query, organization="organization__slug", modality="modalities__contains")
        return _page(request, query, _models().filter(chosen).order_by("name", "id"), ImageModelSerializer)


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


class ContendersView(ReadView):
    """All contenders."""

    @describe(query=ContenderQuery, answer=page_schema(ContenderSerializer), operation_id="list_contenders")
    def get(self, request: Request) -> Response:
        """List contenders, retired ones too."""
        query = ContenderQuery.read(request)
        chosen = _conditions(query, organization="image_model__organization__slug", model="image_model__slug")
        return _page(request, query, _contenders().filter(chosen), ContenderSerializer)


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


class CategoriesView(ReadView):
    """All active categories."""

    @describe(query=CategoryQuery, answer=page_schema(CategorySerializer), operation_id="list_categories")
    def get(self, request: Request) -> Response:
        """List categories."""
        query = CategoryQuery.read(request)
        rows = Category.objects.filter(_conditions(query, modality="modality"), state=Category.State.ACTIVE)
        return _page(request, query, rows.order_by("position", "name", "id"), CategorySerializer)


class PromptsView(ReadView):
    """All prompts in play or open."""

    @describe(query=PromptQuery, answer=page_schema(PromptSerializer), operation_id="list_prompts")
    def get(self, request: Request) -> Response:
        """List prompts with their source images; never what was made from them."""
        query = PromptQuery.read(request)
        chosen = _conditions(
            query, category="category__slug", language="language", modality="category__modality", state="state"
        )
        return _page(request, query, _prompts().filter(chosen), PromptSerializer)


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
