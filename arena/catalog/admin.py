"""Curation in the admin: staff read facts there, and edit categories and prompts."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db import IntegrityError
from django.db.models import Field, ForeignKey, JSONField, QuerySet, URLField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from arena.catalog import models
from arena.catalog.curation import activate_prompts, open_prompts, retag_prompt, supersede_prompt
from arena.catalog.reasons import Reason, every_reason
from arena.catalog.sources.source_forms import SourceInline
from arena.errors import DomainError


class WholeJsonField(forms.JSONField):
    """JSON for a column without nulls: nothing and `null` stand for its default, whose type everything else has."""

    def clean(self, value: Any) -> Any:
        """Return what the column can hold."""
        cleaned, usual = super().clean(value), self.initial() if callable(self.initial) else None
        if usual is None or isinstance(cleaned, type(usual)):
            return cleaned
        if cleaned is None:
            return usual
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


# The addresses are as Django 6 takes them by default: without a scheme they are https.
FIELDS: dict[type[Field[Any, Any]], dict[str, Any]] = {
    URLField: {"assume_scheme": "https"}, JSONField: {"form_class": WholeJsonField},
}  # fmt: skip
EDITED_IN_FILE = _(
    "The catalogue's files hold this: each start loads them again. To change it, write the whole entry under the same"
    " slug into a file of your own folder, which the setting CATALOG_DIR names."
)


class OwnedAdmin(admin.ModelAdmin[Any]):
    """Rows that a catalogue file may own.

    The next load undoes any difference from the file. So such a row cannot be deleted, and only the fields that no file
    holds (`beside_file`) can be edited.
    """

    beside_file: ClassVar[list[str]] = []
    formfield_overrides = FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Make what a file owns read-only."""
        readonly = list(super().get_readonly_fields(request, obj))
        if is_from_file(obj):
            fields = (*self.opts.fields, *self.opts.many_to_many)
            ours = {*self.beside_file, *readonly}
            readonly += [field.name for field in fields if field.editable and field.name not in {"id", *ours}]
        return readonly

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Say where to edit a row that a file owns."""
        fieldsets = super().get_fieldsets(request, obj)
        if is_from_file(obj):
            fieldsets = [(name, {**options, "description": EDITED_IN_FILE}) for name, options in fieldsets]
        return fieldsets

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Suggest slugs for new rows only: an existing slug may be frozen, or a file's."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forbid deleting what the next load would bring back."""
        return super().has_delete_permission(request, obj) and not is_from_file(obj)


def is_from_file(row: Any) -> bool:
    """Tell whether a catalogue file owns a row (False for None); an offering belongs to its model's file."""
    owner = row.image_model if isinstance(row, models.Offering) else row
    return owner is not None and owner.from_file


class OwnedInline(InlineModelAdmin[Any, Any]):
    """Dependent rows of a row that a catalogue file may own; if it does, they are read-only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not is_from_file(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_from_file(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_from_file(obj)


@admin.register(models.Organization)
class NamedAdmin(OwnedAdmin):
    """Organizations."""

    list_display = ["name", "slug", "website"]
    search_fields = ["name", "slug"]


@admin.register(models.Provider)
class ProviderAdmin(NamedAdmin):
    """Providers. Which address is called, and with which key, is set in a catalogue file only."""

    readonly_fields = ["family", "base_url", "key_env", "synced_at"]

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Require at least one call at a time: with none, a run would stand still."""
        if db_field.name == "concurrency":
            kwargs["min_value"] = 1
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class FactInline(OwnedInline, admin.TabularInline[models.Fact, models.ImageModel]):
    """A model's facts, each with source and date."""

    model = models.Fact
    extra = 0
    formfield_overrides = FIELDS


class ClaimInline(OwnedInline, admin.StackedInline[models.Claim, models.ImageModel]):
    """A model's claims, each with source and date."""

    model = models.Claim
    extra = 0
    formfield_overrides = FIELDS


@admin.register(models.ImageModel)
class ImageModelAdmin(OwnedAdmin):
    """Models."""

    list_display = ["name", "organization", "shutdown_on"]
    list_filter = ["organization"]
    search_fields = ["name", "slug"]
    inlines = [FactInline, ClaimInline]


class PriceInline(OwnedInline, admin.TabularInline[models.Price, models.Offering]):
    """An offering's prices, each with source and date."""

    model = models.Price
    extra = 0
    formfield_overrides = FIELDS


@admin.register(models.Offering)
class OfferingAdmin(OwnedAdmin):
    """Models as providers sell them; a model's file names all its offerings."""

    readonly_fields = ["reported_shutdown_on", "missing_since"]
    list_display = ["image_model", "provider", "model_id", "shutdown_on", "reported_shutdown_on", "missing_since"]
    list_filter = ["provider"]
    list_select_related = ["image_model", "provider"]
    inlines = [PriceInline]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """Offer only models that no file owns: the next load would remove an offering from any other."""
        if db_field.name == "image_model":
            kwargs["queryset"] = models.ImageModel.objects.filter(from_file=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class FreezingForm(forms.ModelForm[Any]):
    """Refuses to change what is frozen, even from a page that was opened before the first generation."""

    frozen: ClassVar[list[str]]
    advice: ClassVar[Any]

    def clean(self) -> dict[str, Any]:
        """Report each frozen field that would change."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.frozen_at:
            for name in set(self.frozen) & set(self.changed_data):
                self.add_error(name, self.advice)
        return cleaned


class FreezingAdmin(OwnedAdmin):
    """Rows that freeze with their first generation."""

    form: type[FreezingForm]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Make read-only what the database would refuse to change; the form checks what an older page submits."""
        frozen = self.form.frozen if obj and obj.frozen_at else []
        readonly = super().get_readonly_fields(request, obj)
        return [*readonly, *(name for name in frozen if name not in {*request.POST, *readonly})]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Report it when the row froze between the form's check and the save."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            self.message_user(request, _("Nothing was saved: the row changed meanwhile. Look again."), messages.ERROR)
        except RecursionError:
            # JSON that Python cannot read: thousands of brackets in each other.
            self.message_user(
                request, _("Nothing was saved: too many tables and lists lie in each other."), messages.ERROR
            )
        return HttpResponseRedirect(request.get_full_path())


class ContenderForm(FreezingForm):
    """A contender: its settings are an object, and no other contender of its model has the same."""

    frozen = ["slug", "image_model", "settings"]
    advice = _("This contender has generations: its settings are frozen. Add a new contender instead.")

    class Meta:
        error_messages: ClassVar[Any] = {"settings": {"invalid": _('Give a JSON object such as {"quality": "high"}.')}}

    def clean(self) -> dict[str, Any]:
        """Refuse settings that another contender of the model has already."""
        cleaned = super().clean()
        image_model = cleaned.get("image_model") or self.instance.image_model_id
        if "settings" in cleaned and image_model:
            same = models.Contender.objects.filter(
                image_model=image_model, settings_hash=models.hash_settings(cleaned["settings"])
            )
            if twin := same.exclude(pk=self.instance.pk).first():
                self.add_error("settings", _("%(name)s has these settings already.") % {"name": twin.name})
        return cleaned


@admin.register(models.Contender)
class ContenderAdmin(FreezingAdmin):
    """Contenders; settings of a frozen one cannot be changed."""

    form = ContenderForm
    beside_file = ["retired_on", "retired_because"]
    readonly_fields = ["settings_hash", "frozen_at"]
    list_display = ["name", "image_model", "settings", "series", "step", "retired_on", "frozen_at"]
    list_filter = ["image_model__organization", "series"]
    search_fields = ["name", "slug", "series"]


class CategoryForm(FreezingForm):
    """A category: votes on its prompts are counted under its slug and modality."""

    reasons = forms.MultipleChoiceField(
        choices=Reason.choices,
        required=False,
        initial=every_reason,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Which reasons voters may name with a vote."),
    )
    frozen = ["slug", "modality"]
    advice = _("This category has prompts with generations: it is frozen. Add a new category instead.")


@admin.register(models.Category)
class CategoryAdmin(FreezingAdmin):
    """Categories with their judging criterion."""

    form = CategoryForm
    beside_file = ["state", "weight", "reasons", "gold"]
    list_display = ["name", "state", "modality", "criterion", "position", "weight"]
    list_filter = ["state", "modality"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(models.Axis)
class AxisAdmin(admin.ModelAdmin[models.Axis]):
    """What prompts test. A file's axis that staff edit keeps what they wrote; it can be switched off, not deleted."""

    list_display = ["name", "slug", "description", "active", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Axis | None = None) -> list[str]:
        """Keep the slug, under which boards were published."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Axis | None = None) -> dict[str, Any]:
        """Suggest a slug for a new axis only."""
        return {} if obj else {"slug": ["name"]}

    def has_delete_permission(self, request: HttpRequest, obj: models.Axis | None = None) -> bool:
        """Forbid deleting what the next load would bring back."""
        return super().has_delete_permission(request, obj) and not is_from_file(obj)

    def save_model(self, request: HttpRequest, obj: models.Axis, form: Any, change: bool) -> None:
        """Note that staff have the last word from now on."""
        obj.edited = obj.edited or bool(form.changed_data)
        super().save_model(request, obj, form, change)


class PromptForm(FreezingForm):
    """A prompt: what its images were made from, and what was voted on, cannot change."""

    frozen = [*models.Prompt.FROZEN]
    advice = _("This prompt has generations or votes: it is frozen. Supersede it by an editable draft instead.")

    def __init__(self, *args: Any, **options: Any) -> None:
        """Let an imported prompt, whose licence nobody knows, be saved without one."""
        super().__init__(*args, **options)
        if "licence" in self.fields:
            self.fields["licence"].required = False


@admin.register(models.Prompt)
class PromptAdmin(FreezingAdmin):
    """Prompts: put into play, open, supersede; one or many at a time. States change by these actions only."""

    form = PromptForm
    beside_file = ["note", "axes"]
    readonly_fields = ["state", "superseded_by", "frozen_at", "opened_at"]
    list_display = ["title", "category", "language", "state", "frozen_at", "superseded_by"]
    list_filter = ["state", "language", "category", "axes", "licence"]
    search_fields = ["title", "text", "gloss", "slug"]
    list_select_related = ["category", "superseded_by"]
    actions = ["activate", "open", "supersede"]
    inlines = [SourceInline]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the axes as boxes to tick."""
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Have a change of the axes logged."""
        if "axes" in form.cleaned_data:
            retag_prompt(prompt=form.instance, axes=list(form.cleaned_data["axes"]))
        super().save_related(request, form, formsets, change)

    @admin.action(permissions=["change"], description=_("Put into play (voted on)"))
    def activate(self, request: HttpRequest, queryset: QuerySet[models.Prompt]) -> None:
        """Put the chosen drafts into play."""
        try:
            count = activate_prompts(prompts=list(queryset))
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, _("%(count)d put into play.") % {"count": count})

    @admin.action(permissions=["change"], description=_("Open (images public with names, never voted on again)"))
    def open(self, request: HttpRequest, queryset: QuerySet[models.Prompt]) -> None:
        """Open the chosen prompts for good."""
        try:
            count = open_prompts(prompts=list(queryset))
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, _("%(count)d opened.") % {"count": count})

    @admin.action(permissions=["change"], description=_("Supersede by an editable draft"))
    def supersede(self, request: HttpRequest, queryset: QuerySet[models.Prompt]) -> None:
        """Make an editable successor of each chosen prompt."""
        for prompt in queryset:
            try:
                successor = supersede_prompt(prompt=prompt)
            except DomainError as error:
                self.message_user(request, error.message, messages.ERROR)
            else:
                self.message_user(request, _("Draft %(slug)s made.") % {"slug": successor.slug})


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that only programs write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What providers' own lists say that staff should know."""

    list_display = ["text", "kind", "provider", "subject", "first_seen_at", "seen_at"]
    list_filter = ["kind", "provider"]


@admin.register(models.LogLine)
class LogLineAdmin(ReadOnlyAdmin):
    """The public log, as it was written."""

    list_display = ["day", "kind", "name", "reason"]
    list_filter = ["kind"]
    search_fields = ["name", "reason"]
