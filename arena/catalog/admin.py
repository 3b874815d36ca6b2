"""Curation in the admin: facts are read there, categories and prompts are worked on."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.catalog import models
from arena.catalog.curation import activate_prompts, open_prompts, supersede_prompt
from arena.errors import DomainError


@admin.register(models.Organization, models.Provider)
class NamedAdmin(admin.ModelAdmin[Any]):
    """Organizations and providers."""

    list_display = ["name", "slug", "website"]
    search_fields = ["name", "slug"]


class FactInline(admin.TabularInline[models.Fact, models.ImageModel]):
    """A model's facts, each with source and date."""

    model = models.Fact
    extra = 0


class ClaimInline(admin.StackedInline[models.Claim, models.ImageModel]):
    """A model's claims, each with source and date."""

    model = models.Claim
    extra = 0


@admin.register(models.ImageModel)
class ImageModelAdmin(admin.ModelAdmin[models.ImageModel]):
    """Models."""

    list_display = ["name", "organization", "shutdown_on"]
    list_filter = ["organization"]
    search_fields = ["name", "slug"]
    inlines = [FactInline, ClaimInline]


class PriceInline(admin.TabularInline[models.Price, models.Offering]):
    """An offering's prices, each with source and date."""

    model = models.Price
    extra = 0


@admin.register(models.Offering)
class OfferingAdmin(admin.ModelAdmin[models.Offering]):
    """Models as providers sell them."""

    list_display = ["image_model", "provider", "model_id"]
    list_filter = ["provider"]
    inlines = [PriceInline]


@admin.register(models.Contender)
class ContenderAdmin(admin.ModelAdmin[models.Contender]):
    """Contenders; settings of a frozen one cannot be changed."""

    list_display = ["name", "image_model", "settings", "retired_on", "frozen_at"]
    list_filter = ["image_model__organization"]
    search_fields = ["name", "slug"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Contender | None = None) -> list[str]:
        """Freeze what the database would refuse to change."""
        frozen = ["slug", "image_model", "settings"] if obj and obj.frozen_at else []
        return [*frozen, "settings_hash", "frozen_at"]


@admin.register(models.Category)
class CategoryAdmin(admin.ModelAdmin[models.Category]):
    """Categories with their judging criterion."""

    list_display = ["name", "state", "modality", "criterion", "position"]
    list_filter = ["state", "modality"]
    list_editable = ["position"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(models.Prompt)
class PromptAdmin(admin.ModelAdmin[models.Prompt]):
    """Prompts: put into play, open, supersede; one or many at a time."""

    list_display = ["title", "category", "language", "state", "frozen_at", "superseded_by"]
    list_filter = ["state", "language", "category", "licence"]
    search_fields = ["title", "text", "gloss", "slug"]
    list_select_related = ["category", "superseded_by"]
    actions = ["activate", "open", "supersede"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Prompt | None = None) -> list[str]:
        """Freeze what the database would refuse to change; states change by the actions only."""
        frozen = ["slug", "text", "language", "category", "scene"] if obj and obj.frozen_at else []
        return [*frozen, "state", "superseded_by", "frozen_at", "opened_at"]

    @admin.action(description=_("Put into play (voted on)"))
    def activate(self, request: HttpRequest, queryset: QuerySet[models.Prompt]) -> None:
        """Put the chosen drafts into play."""
        try:
            count = activate_prompts(prompts=list(queryset))
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, _("%(count)d put into play.") % {"count": count})

    @admin.action(description=_("Open (images public with names, never voted on again)"))
    def open(self, request: HttpRequest, queryset: QuerySet[models.Prompt]) -> None:
        """Open the chosen prompts for good."""
        self.message_user(request, _("%(count)d opened.") % {"count": open_prompts(prompts=list(queryset))})

    @admin.action(description=_("Supersede by an editable draft"))
    def supersede(self, request: HttpRequest, queryset: QuerySet[models.Prompt]) -> None:
        """Make an editable successor of each chosen prompt."""
        for prompt in queryset:
            try:
                successor = supersede_prompt(prompt=prompt)
            except DomainError as error:
                self.message_user(request, error.message, messages.ERROR)
            else:
                self.message_user(request, _("Draft %(slug)s made.") % {"slug": successor.slug})
